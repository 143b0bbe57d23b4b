package sirocco.lab.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Bars in groups, such as shares of experts in several domains, as SVG.
///
/// @param title what is drawn
/// @param unit of the heights
/// @param axis what the groups are, such as `expert`
/// @param groups names along the bottom
/// @param bars in the order within each group and of the key
/// @param reference a height to compare with; not a number for none
public record BarChart(
    String title,
    String unit,
    String axis,
    List<String> groups,
    List<Bars> bars,
    double reference) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 220;
  private static final int LEFT = 52;
  private static final int RIGHT = 14;
  private static final int TOP = 10;
  private static final int BOTTOM = 40;
  private static final int COLOURS = 8;

  /// Names along the bottom that there is room for.
  private static final int NAMES = 16;

  /// Part of a group's width that is left free between groups.
  private static final double GAP = 0.2;

  /// Bars of the same colour, one a group.
  ///
  /// @param heights by group; not a number for no bar
  /// @param errors by group, drawn above and below; not a number for none
  @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
  public record Bars(String name, double[] heights, double[] errors) {}

  public BarChart {
    groups = List.copyOf(groups);
    bars = List.copyOf(bars);
    for (Bars one : bars) {
      if (one.heights.length != groups.size() || one.errors.length != groups.size()) {
        throw new IllegalArgumentException(
            "%s: expected %d heights and errors of %s, found %d and %d"
                .formatted(title, groups.size(), one.name, one.heights.length, one.errors.length));
      }
    }
  }

  /// The chart with its title; [#key] stands for any number of charts of the same bars.
  public String toHtml() {
    return """
    <figure><figcaption>%s <span class="unit">%s</span></figcaption>%s</figure>
    """
        .formatted(Html.text(title), Html.text(unit), svg());
  }

  private String svg() {
    Scale y =
        Scale.linear(
            DoubleStream.concat(
                DoubleStream.of(0, reference), bars.stream().flatMapToDouble(BarChart::tops)));
    var out = new StringBuilder();
    out.append(Html.openSvg(WIDTH, HEIGHT, title, description()));
    for (double tick : y.ticks(4)) {
      String at = number(down(y.at(tick)));
      out.append("<path class=\"grid\" d=\"M%d %sH%d\"/>".formatted(LEFT, at, WIDTH - RIGHT));
      out.append(
          "<text x=\"%d\" y=\"%s\" dy=\"4\" text-anchor=\"end\">%s</text>"
              .formatted(LEFT - 8, at, Scale.show(tick)));
    }
    for (int b = 0; b < bars.size(); b++) {
      out.append("<path class=\"%s\" d=\"%s\"/>".formatted(style(b), bodies(b, y)));
      out.append("<path class=\"error\" d=\"%s\"/>".formatted(whiskers(b, y)));
    }
    if (Double.isFinite(reference)) {
      out.append(
          "<path class=\"line reference\" d=\"M%d %sH%d\"/>"
              .formatted(LEFT, number(down(y.at(reference))), WIDTH - RIGHT));
    }
    return out.append(bottom()).append("</svg>").toString();
  }

  private static DoubleStream tops(Bars one) {
    return IntStream.range(0, one.heights.length)
        .mapToDouble(
            g -> Double.isFinite(one.errors[g]) ? one.heights[g] + one.errors[g] : one.heights[g]);
  }

  private String bodies(int bar, Scale y) {
    var path = new StringBuilder();
    for (int g = 0; g < groups.size(); g++) {
      double height = bars.get(bar).heights[g];
      if (Double.isFinite(height)) {
        path.append('M').append(number(across(g, bar))).append(' ').append(HEIGHT - BOTTOM);
        path.append('V').append(number(down(y.at(height))));
        path.append('H').append(number(across(g, bar + 1)));
        path.append('V').append(HEIGHT - BOTTOM).append('z');
      }
    }
    return path.toString();
  }

  private String whiskers(int bar, Scale y) {
    var path = new StringBuilder();
    for (int g = 0; g < groups.size(); g++) {
      double height = bars.get(bar).heights[g];
      double error = bars.get(bar).errors[g];
      if (Double.isFinite(height) && Double.isFinite(error)) {
        path.append('M').append(number((across(g, bar) + across(g, bar + 1)) / 2));
        path.append(' ').append(number(down(y.at(height - error))));
        path.append('V').append(number(down(y.at(height + error))));
      }
    }
    return path.toString();
  }

  private String bottom() {
    var out = new StringBuilder();
    out.append(
        "<path class=\"axis\" d=\"M%d %dH%d\"/>".formatted(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT));
    int every = Math.ceilDiv(Math.max(1, groups.size()), NAMES);
    for (int g = 0; g < groups.size(); g += every) {
      out.append(
          "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
              .formatted(
                  number((across(g, 0) + across(g, bars.size())) / 2),
                  HEIGHT - BOTTOM + 16,
                  Html.text(groups.get(g))));
    }
    out.append(
        "<text class=\"unit\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
            .formatted(WIDTH - RIGHT, HEIGHT - BOTTOM + 31, Html.text(axis)));
    return out.toString();
  }

  /// The tallest bar of each colour in words, for those who cannot see them.
  private String description() {
    return bars.stream()
        .map(one -> {
          int tallest = -1;
          for (int g = 0; g < one.heights.length; g++) {
            boolean taller = tallest < 0 || one.heights[g] > one.heights[tallest];
            tallest = Double.isFinite(one.heights[g]) && taller ? g : tallest;
          }
          return tallest < 0
              ? one.name + ": no values"
              : "%s: highest %s at %s %s"
                  .formatted(one.name, Scale.show(one.heights[tallest]), axis, groups.get(tallest));
        })
        .collect(Collectors.joining("; ", "", "."));
  }

  /// What the colours mean.
  public String key() {
    var out = new StringBuilder("<ul class=\"key\">");
    for (int b = 0; b < bars.size(); b++) {
      out.append("<li><svg width=\"14\" height=\"10\" aria-hidden=\"true\">");
      out.append("<path class=\"%s\" d=\"M0 0H12V10H0z\"/></svg>".formatted(style(b)));
      out.append(Html.text(bars.get(b).name)).append("</li>");
    }
    return out.append("</ul>").toString();
  }

  private static String style(int bar) {
    return "b" + bar % COLOURS + " o" + bar / COLOURS % 3;
  }

  private double across(int group, int bar) {
    double width = (double) (WIDTH - LEFT - RIGHT) / groups.size();
    double within = GAP / 2 + (1 - GAP) * bar / Math.max(1, bars.size());
    return LEFT + width * (group + within);
  }

  private static double down(double share) {
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
