package sirocco.lab.report;

import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The shares of the choices that the experts of a layer had over the steps, as SVG: a row for each
/// expert.
///
/// @param layer its number
/// @param x the steps, `[steps]`
/// @param load shares, `[E][steps]`
@SuppressWarnings("ArrayRecordComponent") // drawn, never compared
public record LoadMap(int layer, double[] x, double[][] load) {
  private static final int WIDTH = 640;
  private static final int TOP = 4;

  /// Colours on each side of the balanced one; each is a factor of the square root of 2.
  private static final int LEVELS = 4;

  /// Most cells: they make most of the page.
  private static final int CELLS = 1000;

  public String toHtml() {
    return "<figure><figcaption>Layer %d</figcaption>%s</figure>%n".formatted(layer, svg());
  }

  private String title() {
    return "Load of the experts of layer " + layer;
  }

  private String svg() {
    int height = Math.clamp(130 / load.length, 3, 16);
    int bottom = TOP + height * load.length;
    var out = new StringBuilder();
    out.append(Html.openSvg(WIDTH, bottom + 40, title(), description()));
    int every = Math.max(1, 12 / height);
    for (int expert = 0; expert < load.length; expert += every) {
      out.append(
          "<text x=\"%d\" y=\"%d\" dy=\"4\" text-anchor=\"end\">%d</text>"
              .formatted(LineChart.LEFT - 8, TOP + height * expert + height / 2, expert));
    }
    int columns = Math.min(x.length, Math.clamp(CELLS / load.length, 20, 100));
    for (int level = -LEVELS; level <= LEVELS; level++) {
      String cells = cells(level, columns, height);
      if (!cells.isEmpty()) {
        out.append("<path class=\"%s\" d=\"%s\"/>".formatted(shade(level), cells));
      }
    }
    out.append(LineChart.Axis.steps(x).draw(Scale.exact(DoubleStream.of(x)), bottom));
    return out.append("</svg>").toString();
  }

  /// All cells of one colour.
  private String cells(int level, int columns, int height) {
    var path = new StringBuilder();
    for (int expert = 0; expert < load.length; expert++) {
      for (int column = 0; column < columns; column++) {
        double mean = mean(load[expert], column, columns);
        if (Double.isFinite(mean) && level(mean * load.length) == level) {
          double from = LineChart.across((double) column / columns);
          double to = LineChart.across((column + 1.0) / columns);
          path.append('M')
              .append(LineChart.number(from))
              .append(' ')
              .append(TOP + height * expert)
              .append('H')
              .append(LineChart.number(to))
              .append('v')
              .append(height)
              .append('H')
              .append(LineChart.number(from))
              .append('z');
        }
      }
    }
    return path.toString();
  }

  private static double mean(double[] values, int column, int columns) {
    int from = (int) ((long) column * values.length / columns);
    int to = (int) ((long) (column + 1) * values.length / columns);
    return DoubleStream.of(values)
        .skip(from)
        .limit(to - from)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }

  /// 0 for a balanced share.
  private static int level(double ratio) {
    double factor = Math.log(Math.max(ratio, 1e-9)) / Math.log(2);
    return Math.clamp(Math.round(2 * factor), -LEVELS, LEVELS);
  }

  private static String shade(int level) {
    return level == 0 ? "even" : (level < 0 ? "under u" : "over u") + Math.abs(level);
  }

  private String description() {
    int last = load[0].length - 1;
    return IntStream.range(0, load.length)
        .mapToObj(e -> "expert %d %s".formatted(e, Scale.show(load[e][last])))
        .collect(Collectors.joining(", ", "Shares at the last step: ", "."));
  }

  /// What the colours mean.
  public static String key() {
    return IntStream.rangeClosed(-LEVELS, LEVELS)
        .mapToObj(level ->
            """
            <li><svg width="26" height="12" aria-hidden="true">\
            <path class="%s" d="M0 0H26V12H0z"/></svg>%s</li>\
            """
                .formatted(
                    shade(level), level == 0 ? "even" : level % 2 == 0 ? meaning(level) : ""))
        .collect(Collectors.joining("", "<ul class=\"key\">", "</ul>"));
  }

  private static String meaning(int level) {
    String bound = level == -LEVELS ? " or less" : level == LEVELS ? " or more" : "";
    return Scale.show(Math.pow(2, level / 2.0)) + "×" + bound;
  }
}
