package sirocco.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import sirocco.tensor.Ceilings;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What `bench` says of one test.
///
/// @param start when it began
/// @param ceilings what the machine reaches at most
record BenchRow(BenchTest test, Instant start, BenchRun.Result result, Ceilings ceilings) {
  static final List<String> HEAD =
      List.of(
          "| threads | test               |              t/s |   median |  session |    first |   experts | memory | FMA |",
          "|--------:|--------------------|-----------------:|---------:|---------:|---------:|----------:|-------:|----:|");

  /// Tokens a second of each run, of all sessions together.
  List<Double> speeds() {
    return result.nanos().stream().map(nanos -> test.tokens() * 1e9 / nanos).toList();
  }

  double median() {
    return median(speeds());
  }

  /// Of the memory's speed.
  double memoryShare() {
    return result.bytes() * 1e9 / medianNanos() / ceilings.bytesPerSecond();
  }

  /// Of the speed of multiplications and additions.
  double arithmeticShare() {
    return result.operations() * 1e9 / medianNanos() / ceilings.operationsPerSecond();
  }

  /// Tokens a second of the first run, before anything was warm.
  double first() {
    return test.tokens() * 1e9 / result.first();
  }

  private double medianNanos() {
    return median(result.nanos().stream().map(Long::doubleValue).toList());
  }

  static double median(List<Double> numbers) {
    List<Double> sorted = numbers.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  static double mean(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).sum() / numbers.size();
  }

  /// Of the sample, with n - 1; 0 for one number, as llama-bench has it.
  static double deviation(List<Double> numbers) {
    if (numbers.size() < 2) {
      return 0;
    }
    double mean = mean(numbers);
    double squares = numbers.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (numbers.size() - 1));
  }

  /// A line of the table.
  String line() {
    List<Double> speeds = speeds();
    String speed = String.format(Locale.ROOT, "%.2f ± %.2f", mean(speeds), deviation(speeds));
    String experts =
        result.expectedExperts() == 0
            ? "-"
            : String.format(
                Locale.ROOT, "%.2f/%.2f", result.distinctExperts(), result.expectedExperts());
    return String.format(
        Locale.ROOT,
        "| %7d | %-18s | %16s | %8.2f | %8.2f | %8.2f | %9s | %5.1f%% | %2.0f%% |",
        test.threads(),
        test.label(),
        speed,
        median(),
        median() / test.sessions(),
        first(),
        experts,
        100 * memoryShare(),
        100 * arithmeticShare());
  }

  /// Adds what this row knows: first the fields of llama-bench under its names, then our own.
  void write(ObjectNode node) {
    List<Double> speeds = speeds();
    List<Double> nanos = result.nanos().stream().map(Long::doubleValue).toList();
    node.put("n_threads", test.threads());
    node.put("n_prompt", test.prompt()).put("n_gen", test.generated());
    node.put("n_depth", test.depth()).put("test_time", start.toString());
    node.put("avg_ns", Math.round(mean(nanos)));
    node.put("stddev_ns", Math.round(deviation(nanos)));
    node.put("avg_ts", mean(speeds)).put("stddev_ts", deviation(speeds));
    ArrayNode samples = node.putArray("samples_ns");
    result.nanos().forEach(n -> samples.add((long) n));
    ArrayNode each = node.putArray("samples_ts");
    speeds.forEach(s -> each.add((double) s));
    node.put("n_sessions", test.sessions());
    node.put("median_ts", median()).put("session_ts", median() / test.sessions());
    node.put("first_ts", first());
    node.put("distinct_experts", result.distinctExperts());
    node.put("expected_experts", result.expectedExperts());
    node.put("bytes_per_token", result.bytes() / test.tokens());
    node.put("operations_per_token", result.operations() / test.tokens());
    node.put("memory_ceiling", ceilings.bytesPerSecond());
    node.put("fma_ceiling", ceilings.operationsPerSecond());
    node.put("memory_share", memoryShare()).put("fma_share", arithmeticShare());
  }
}
