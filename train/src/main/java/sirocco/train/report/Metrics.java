package sirocco.train.report;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import sirocco.lab.report.Series;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `metrics.jsonl` tells. Lines that are none, such as the torn last one of a killed run, are
/// passed over, and of two lines of a step the later counts.
final class Metrics {
  private static final String STEP = "step";
  private static final String VALIDATION = "validation";
  private static final String LOAD = "expert_load";
  private static final String ENTROPY = "router_entropy";
  private static final String GUIDANCE = "guidance";

  /// Of numbers beyond, differences may have no value.
  private static final double LARGEST = 1e30;

  private final NavigableMap<Double, Row> rows = new TreeMap<>();
  private final Map<String, NavigableMap<Double, Double>> validation = new LinkedHashMap<>();

  /// A step.
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Row(
      Map<String, Double> numbers,
      Map<String, Double> guidance,
      double[][] load,
      double[] entropy) {}

  private Metrics() {}

  /// Reads the file; none if there is none.
  static Metrics read(Path file) throws IOException {
    var metrics = new Metrics();
    if (!Files.exists(file)) {
      return metrics;
    }
    try (var lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          metrics.add(JsonMapper.shared().readTree(line));
        } catch (JacksonException _) {
          // No line of ours.
        }
      }
    }
    return metrics;
  }

  private void add(JsonNode line) {
    double step = number(line.path(STEP));
    if (!Double.isFinite(step)) {
      return;
    }
    if (line.has(VALIDATION)) {
      line.get(VALIDATION)
          .properties()
          .forEach(e ->
              validation
                  .computeIfAbsent(e.getKey(), _ -> new TreeMap<>())
                  .put(step, number(e.getValue())));
      return;
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    line.properties()
        .forEach(e -> {
          if (!e.getValue().isContainer() && !e.getKey().equals(STEP)) {
            numbers.put(e.getKey(), number(e.getValue()));
          }
        });
    Map<String, Double> guidance = new LinkedHashMap<>();
    line.path(GUIDANCE).properties().forEach(e -> guidance.put(e.getKey(), number(e.getValue())));
    List<double[]> load = new ArrayList<>();
    line.path(LOAD).forEach(layer -> load.add(numbers(layer)));
    rows.put(
        step,
        new Row(numbers, guidance, load.toArray(double[][]::new), numbers(line.path(ENTROPY))));
  }

  private static double number(JsonNode value) {
    double number = value.isNumber() ? value.asDouble(Double.NaN) : Double.NaN;
    return Math.abs(number) < LARGEST ? number : Double.NaN;
  }

  private static double[] numbers(JsonNode list) {
    return list.valueStream().mapToDouble(Metrics::number).toArray();
  }

  /// The steps that there are lines of.
  double[] steps() {
    return rows.keySet().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// The names of the numbers of a step.
  List<String> names() {
    return rows.values().stream().flatMap(r -> r.numbers().keySet().stream()).distinct().toList();
  }

  /// A number over the steps.
  Series series(String name) {
    return series(name.replace('_', ' '), name, Row::numbers);
  }

  private Series series(String title, String name, Function<Row, Map<String, Double>> of) {
    double[] values =
        rows.values().stream()
            .mapToDouble(row -> of.apply(row).getOrDefault(name, Double.NaN))
            .toArray();
    return new Series(title, steps(), values);
  }

  /// The losses of guided heads and probes, by their names.
  List<Series> guidance() {
    return rows.values().stream()
        .flatMap(row -> row.guidance().keySet().stream())
        .distinct()
        .map(name -> series(name, name, Row::guidance))
        .toList();
  }

  /// The losses of held-out texts, by source.
  List<Series> validation() {
    return validation.entrySet().stream()
        .map(
            e -> new Series(e.getKey(), array(e.getValue().keySet()), array(e.getValue().values())))
        .toList();
  }

  private static double[] array(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// Layers whose routers have values.
  int layers() {
    return rows.values().stream()
        .mapToInt(row -> Math.max(row.load().length, row.entropy().length))
        .max()
        .orElse(0);
  }

  /// Mean entropy of a layer's router, in nats, over the steps.
  Series entropy(int layer) {
    double[] values =
        rows.values().stream()
            .mapToDouble(row -> layer < row.entropy().length ? row.entropy()[layer] : Double.NaN)
            .toArray();
    return new Series("layer " + layer, steps(), values);
  }

  /// Experts of a layer.
  int experts(int layer) {
    return rows.values().stream()
        .mapToInt(row -> layer < row.load().length ? row.load()[layer].length : 0)
        .max()
        .orElse(0);
  }

  /// [E][steps] the share of the choices that each expert of a layer had.
  double[][] load(int layer) {
    double[][] out = new double[experts(layer)][rows.size()];
    int at = 0;
    for (Row row : rows.values()) {
      for (int e = 0; e < out.length; e++) {
        boolean there = layer < row.load().length && e < row.load()[layer].length;
        out[e][at] = there ? row.load()[layer][e] : Double.NaN;
      }
      at++;
    }
    return out;
  }
}
