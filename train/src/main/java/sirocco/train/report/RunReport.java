package sirocco.train.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import sirocco.lab.report.Html;
import sirocco.lab.report.LineChart;
import sirocco.lab.report.LineChart.Axis;
import sirocco.lab.report.LineChart.Line;
import sirocco.lab.report.LineChart.Look;
import sirocco.lab.report.LoadMap;
import sirocco.lab.report.Page;
import sirocco.lab.report.Scale;
import sirocco.lab.report.Series;

/// A page that shows a run: losses, rates, experts. It stands alone, without scripts or other
/// files, follows the reader's choice of dark or light and says in words what its charts show.
public final class RunReport {
  /// Numbers of a step with a chart of their own.
  private static final Set<String> KNOWN =
      Set.of("tokens", "loss", "learning_rate", "gradient_norm", "tokens_per_second");

  private final Metrics metrics;

  private RunReport(Metrics metrics) {
    this.metrics = metrics;
  }

  /// The page of a run.
  ///
  /// @param file `metrics.jsonl`, whose unreadable lines and missing values make gaps
  /// @param facts of the run, shown before those of the metrics
  /// @throws IOException if the file cannot be read
  public static String html(Path file, String title, Map<String, String> facts) throws IOException {
    return new RunReport(Metrics.read(file)).page(title, facts);
  }

  private String page(String title, Map<String, String> facts) {
    return Page.html(title, summary(facts) + losses() + course() + experts());
  }

  private String summary(Map<String, String> facts) {
    Map<String, String> all = new LinkedHashMap<>(facts);
    double[] steps = metrics.steps();
    if (steps.length > 0) {
      double seconds = seconds();
      double tokens = metrics.series("tokens").last();
      all.put("steps", Scale.show(steps[steps.length - 1]));
      all.put("tokens", Scale.show(tokens));
      all.put("time in steps", duration(seconds));
      all.put("tokens a second, mean", Scale.show(seconds > 0 ? tokens / seconds : Double.NaN));
      all.put("loss at the end, smoothed", Scale.show(metrics.series("loss").smoothed().last()));
    }
    return all.entrySet().stream()
        .map(e ->
            "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
                .formatted(Html.text(e.getKey()), Html.text(e.getValue())))
        .collect(Collectors.joining("", "<table>\n", "</table>\n"));
  }

  /// Each step's tokens by its speed.
  private double seconds() {
    double[] tokens = metrics.series("tokens").y();
    double[] speed = metrics.series("tokens_per_second").y();
    double before = 0;
    double seconds = 0;
    for (int i = 0; i < tokens.length; i++) {
      double time = (tokens[i] - before) / speed[i];
      seconds += Double.isFinite(time) ? time : 0;
      before = Double.isFinite(tokens[i]) ? tokens[i] : before;
    }
    return seconds;
  }

  private static String duration(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes < 2
        ? Math.round(seconds) + " s"
        : minutes < 120 ? minutes + " min" : "%d h %d min".formatted(minutes / 60, minutes % 60);
  }

  private String losses() {
    if (metrics.steps().length == 0 && metrics.validation().isEmpty()) {
      return "<p>No step is done yet.</p>\n";
    }
    var out = new StringBuilder("<h2>Loss</h2>\n<div class=\"charts\">\n");
    if (metrics.names().contains("loss")) {
      out.append(noisy("Training loss", "nats a token", "loss", false).toHtml());
    }
    List<Series> held =
        metrics.validation().stream()
            .sorted(Comparator.comparingDouble(Series::last).reversed())
            .toList();
    if (!held.isEmpty()) {
      List<Line> lines =
          IntStream.range(0, held.size())
              .mapToObj(i -> new Line(held.get(i), i, Look.MARKED))
              .toList();
      out.append(
          new LineChart(
                  "Validation loss", "nats a token", false, Axis.steps(metrics.steps()), lines)
              .toHtml());
    }
    return out.append("</div>\n").append(held.isEmpty() ? "" : table(held)).toString();
  }

  private static String table(List<Series> held) {
    return held.stream()
        .map(series -> {
          double[] finite = series.finite();
          return "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>\n"
              .formatted(
                  Html.text(series.name()),
                  Scale.show(finite.length == 0 ? Double.NaN : finite[0]),
                  Scale.show(DoubleStream.of(finite).min().orElse(Double.NaN)),
                  Scale.show(series.last()));
        })
        .collect(
            Collectors.joining(
                "",
                """
                <details><summary>Validation loss in numbers</summary>
                <table class="numbers"><thead><tr><th scope="col">source</th>\
                <th scope="col">first</th><th scope="col">lowest</th><th scope="col">last</th>\
                </tr></thead><tbody>
                """,
                "</tbody></table></details>\n"));
  }

  /// A value as it was, faint, and its moving average.
  private LineChart noisy(String title, String unit, String name, boolean logarithmic) {
    Series raw = metrics.series(name);
    Series smooth = raw.smoothed();
    return new LineChart(
        title,
        unit,
        logarithmic,
        Axis.steps(metrics.steps()),
        List.of(
            new Line(new Series("each step", raw.x(), raw.y()), 0, Look.THIN),
            new Line(new Series("smoothed", smooth.x(), smooth.y()), 0, Look.PLAIN)));
  }

  private String course() {
    List<LineChart> charts = new ArrayList<>();
    List<String> names = metrics.names();
    if (names.contains("learning_rate")) {
      Line rate = new Line(metrics.series("learning_rate"), 0, Look.PLAIN);
      charts.add(
          new LineChart("Learning rate", "", false, Axis.steps(metrics.steps()), List.of(rate)));
    }
    if (names.contains("gradient_norm")) {
      charts.add(noisy("Norm of the gradient", "before clipping", "gradient_norm", true));
    }
    if (names.contains("tokens_per_second")) {
      charts.add(noisy("Speed", "tokens a second", "tokens_per_second", false));
    }
    names.stream()
        .filter(name -> !name.isBlank() && !KNOWN.contains(name))
        .forEach(name -> charts.add(noisy(capitalized(name), "", name, false)));
    List<Integer> routed = routed();
    if (!routed.isEmpty()) {
      charts.add(entropy(routed));
    }
    List<Series> guidance = metrics.guidance();
    if (!guidance.isEmpty()) {
      List<Line> lines =
          IntStream.range(0, guidance.size())
              .mapToObj(i -> new Line(guidance.get(i).smoothed(), i, Look.PLAIN))
              .toList();
      charts.add(
          new LineChart("Guidance", "nats, smoothed", false, Axis.steps(metrics.steps()), lines));
    }
    return charts.isEmpty() ? "" : "<h2>Course</h2>\n" + grid(charts, LineChart::toHtml);
  }

  private static <T> String grid(List<T> charts, Function<T, String> html) {
    return charts.stream()
        .map(html)
        .collect(Collectors.joining("", "<div class=\"charts\">\n", "</div>\n"));
  }

  private static String capitalized(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1).replace('_', ' ');
  }

  /// Layers with experts.
  private List<Integer> routed() {
    return IntStream.range(0, metrics.layers())
        .filter(layer -> metrics.experts(layer) > 0)
        .boxed()
        .toList();
  }

  private String experts() {
    double[] steps = metrics.steps();
    List<LoadMap> maps =
        routed().stream().map(l -> new LoadMap(l, steps, metrics.load(l))).toList();
    return maps.isEmpty()
        ? ""
        : """
        <h2>Load of the experts</h2>
        <p>A row for each expert: its share of the choices, beside an even share.</p>
        %s%s\
        """
            .formatted(LoadMap.key(), grid(maps, LoadMap::toHtml));
  }

  private LineChart entropy(List<Integer> layers) {
    List<Line> lines = new ArrayList<>();
    double[] steps = metrics.steps();
    double[] ends = {steps[0], steps[steps.length - 1]};
    double even = Math.log(metrics.experts(layers.getFirst()));
    lines.add(
        new Line(new Series("even, ln E", ends, new double[] {even, even}), 0, Look.REFERENCE));
    for (int layer : layers) {
      lines.add(new Line(metrics.entropy(layer).smoothed(), layer, Look.PLAIN));
    }
    return new LineChart("Router entropy", "nats, smoothed", false, Axis.steps(steps), lines);
  }
}
