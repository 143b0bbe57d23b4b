package sirocco.lab.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Curves over an axis, such as the steps of a run, as SVG.
///
/// @param title what is drawn
/// @param unit of the values
/// @param logarithmic whether equal heights are equal factors
/// @param axis what lies along the bottom
/// @param lines in the order of the key, which leaves out those without a name
public record LineChart(
    String title, String unit, boolean logarithmic, Axis axis, List<Line> lines) {
  public LineChart {
    lines = List.copyOf(lines);
  }

  private static final int WIDTH = 640;
  private static final int HEIGHT = 250;
  static final int LEFT = 62;
  private static final int RIGHT = 14;
  private static final int TOP = 12;
  private static final int BOTTOM = 40;
  private static final int POINTS = 800;
  private static final int COLOURS = 8;

  /// What lies along the bottom of a chart.
  ///
  /// @param name such as `step`
  /// @param logarithmic whether equal distances are equal factors
  /// @param shown values that the axis covers even where no curve does
  @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
  public record Axis(String name, boolean logarithmic, double[] shown) {
    /// The steps of a run.
    public static Axis steps(double[] steps) {
      return new Axis("step", false, steps);
    }

    private Scale scale(DoubleStream values) {
      DoubleStream all = DoubleStream.concat(DoubleStream.of(shown), values);
      return logarithmic ? Scale.exactLogarithmic(all.toArray()) : Scale.exact(all);
    }

    /// The axis under a chart whose curves end at `bottom`, with a mark at round whole numbers.
    String draw(Scale x, int bottom) {
      var out = new StringBuilder();
      out.append("<path class=\"axis\" d=\"M%d %dH%d\"/>".formatted(LEFT, bottom, WIDTH - RIGHT));
      for (double tick : x.ticks(6)) {
        if (tick == Math.rint(tick)) {
          String at = number(across(x.at(tick)));
          out.append("<path class=\"axis\" d=\"M%s %dv4\"/>".formatted(at, bottom));
          out.append(
              "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                  .formatted(at, bottom + 17, Scale.show(tick)));
        }
      }
      out.append(
          "<text class=\"unit\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
              .formatted(WIDTH - RIGHT, bottom + 32, Html.text(name)));
      return out.toString();
    }
  }

  /// How a curve looks.
  public enum Look {
    /// A full line.
    PLAIN,
    /// A faint line behind others.
    THIN,
    /// A line with a mark on each point, for few points.
    MARKED,
    /// A grey dashed line to compare with.
    REFERENCE
  }

  /// A curve.
  ///
  /// @param style number of its colour and dashes
  public record Line(Series series, int style, Look look) {
    String classes() {
      return switch (look) {
        case PLAIN, MARKED -> "line c" + style % COLOURS + " d" + style / COLOURS % 3;
        case THIN -> "line thin c" + style % COLOURS;
        case REFERENCE -> "line reference";
      };
    }
  }

  /// The chart with its title and, for several curves, its key.
  public String toHtml() {
    return """
    <figure><figcaption>%s <span class="unit">%s</span></figcaption>%s%s</figure>
    """
        .formatted(Html.text(title), Html.text(unit), svg(), lines.size() > 1 ? key() : "");
  }

  private String svg() {
    Scale x =
        axis.scale(lines.stream().flatMapToDouble(line -> DoubleStream.of(line.series().x())));
    double[] values = lines.stream().flatMapToDouble(l -> visible(l.series())).toArray();
    Scale y = logarithmic ? Scale.logarithmic(values) : Scale.linear(DoubleStream.of(values));
    var out = new StringBuilder();
    out.append(Html.openSvg(WIDTH, HEIGHT, title, description()));
    for (double tick : y.ticks(5)) {
      String at = number(down(y.at(tick)));
      out.append("<path class=\"grid\" d=\"M%d %sH%d\"/>".formatted(LEFT, at, WIDTH - RIGHT));
      out.append(
          "<text x=\"%d\" y=\"%s\" dy=\"4\" text-anchor=\"end\">%s</text>"
              .formatted(LEFT - 8, at, Scale.show(tick)));
    }
    out.append(axis.draw(x, HEIGHT - BOTTOM));
    for (Line line : lines) {
      out.append(draw(line, x, y));
    }
    return out.append("</svg>").toString();
  }

  /// All that can be drawn but the highest hundredth of long curves: one spike must not flatten the
  /// rest.
  private DoubleStream visible(Series series) {
    double[] sorted = DoubleStream.of(series.finite()).sorted().toArray();
    boolean cut = !logarithmic && sorted.length >= 200;
    return DoubleStream.of(sorted).limit(cut ? sorted.length - sorted.length / 200 : sorted.length);
  }

  private static String draw(Line line, Scale x, Scale y) {
    Series series = line.series().thinned(POINTS);
    var path = new StringBuilder();
    var marks = new StringBuilder();
    boolean drawing = false;
    for (int i = 0; i < series.y().length; i++) {
      boolean there = Double.isFinite(series.y()[i]);
      if (there) {
        String point =
            number(across(x.at(series.x()[i]))) + " " + number(down(y.at(series.y()[i])));
        path.append(drawing ? 'L' : 'M').append(point);
        boolean alone = !drawing && isGap(series, i + 1);
        if (alone || line.look() == Look.MARKED) {
          // A line of no length with round ends is a dot.
          marks.append('M').append(point).append("h0");
        }
      }
      drawing = there;
    }
    String curve = "<path class=\"%s\" d=\"%s\"/>".formatted(line.classes(), path);
    return marks.isEmpty()
        ? curve
        : curve + "<path class=\"%s mark\" d=\"%s\"/>".formatted(line.classes(), marks);
  }

  private static boolean isGap(Series series, int i) {
    return i >= series.y().length || !Double.isFinite(series.y()[i]);
  }

  /// The curves in words, for those who cannot see them.
  private String description() {
    return lines.stream()
        .filter(line -> line.look() != Look.THIN)
        .map(line -> {
          double[] y = line.series().finite();
          return y.length == 0
              ? line.series().name() + ": no values"
              : "%s: from %s to %s, lowest %s, highest %s"
                  .formatted(
                      line.series().name(),
                      Scale.show(y[0]),
                      Scale.show(y[y.length - 1]),
                      Scale.show(DoubleStream.of(y).min().orElseThrow()),
                      Scale.show(DoubleStream.of(y).max().orElseThrow()));
        })
        .collect(Collectors.joining("; ", "", "."));
  }

  private String key() {
    return lines.stream()
        .filter(line -> !line.series().name().isEmpty())
        .map(line ->
            """
            <li><svg width="26" height="10" aria-hidden="true"><path class="%s" d="M1 5H25"/></svg>\
            %s <b>%s</b></li>\
            """
                .formatted(
                    line.classes(),
                    Html.text(line.series().name()),
                    Scale.show(line.series().last())))
        .collect(Collectors.joining("", "<ul class=\"key\">", "</ul>"));
  }

  static double across(double share) {
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  private static double down(double share) {
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
