package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.PublishedShape;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.engine.EngineOptions;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `bench`.
final class BenchCommandTest {
  @TempDir private static Path folder = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  @Test
  void everyCombinationIsARowOfLlamaBench() {
    JsonNode rows =
        json(
            "bench",
            "--warm-up",
            "0",
            "-m",
            model,
            "-p",
            "20,4",
            "-n",
            "5",
            "-d",
            "0,7",
            "--batch",
            "1,3",
            "-t",
            "1,2",
            "-r",
            "2",
            "--chunk",
            "8",
            "--json");
    List<String> found = new ArrayList<>();
    for (JsonNode row : rows) {
      found.add(
          "%d %d %d %d %d"
              .formatted(
                  row.at("/n_threads").asInt(),
                  row.at("/n_depth").asInt(),
                  row.at("/n_prompt").asInt(),
                  row.at("/n_gen").asInt(),
                  row.at("/n_sessions").asInt()));
      checkTimes(row);
      checkModel(row);
    }
    assertThat(found)
        .containsExactly(
            "1 0 20 0 1",
            "1 0 4 0 1",
            "1 0 0 5 1",
            "1 0 0 5 3",
            "1 7 20 0 1",
            "1 7 4 0 1",
            "1 7 0 5 1",
            "1 7 0 5 3",
            "2 0 20 0 1",
            "2 0 4 0 1",
            "2 0 0 5 1",
            "2 0 0 5 3",
            "2 7 20 0 1",
            "2 7 4 0 1",
            "2 7 0 5 1",
            "2 7 0 5 3");
  }

  private static void checkTimes(JsonNode row) {
    int tokens =
        row.at("/n_prompt").asInt() + row.at("/n_gen").asInt() * row.at("/n_sessions").asInt();
    double sum = 0;
    assertThat(row.at("/samples_ns")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      double speed = row.at("/samples_ts/" + i).asDouble();
      double nanos = row.at("/samples_ns/" + i).asDouble();
      assertThat(speed).isCloseTo(tokens * 1e9 / nanos, within(1e-6 * speed));
      sum += speed;
    }
    assertThat(row.at("/avg_ts").asDouble()).isCloseTo(sum / 2, within(1e-6 * sum));
    assertThat(row.at("/median_ts").asDouble()).isCloseTo(sum / 2, within(1e-6 * sum));
    assertThat(row.at("/session_ts").asDouble())
        .isCloseTo(sum / 2 / row.at("/n_sessions").asInt(), within(1e-6 * sum));
    assertThat(row.at("/stddev_ts").asDouble()).isNotNegative();
    assertThat(row.at("/first_ts").asDouble()).isPositive();
    assertThat(row.at("/memory_share").asDouble()).isPositive();
    assertThat(row.at("/fma_share").asDouble()).isPositive();
  }

  private static void checkModel(JsonNode row) {
    assertThat(row.at("/model_filename").asString()).isEqualTo(model);
    assertThat(row.at("/model_type").asString()).isEqualTo("mixtral 5x1M F32");
    assertThat(row.at("/n_batch").asInt()).isEqualTo(8);
    assertThat(row.at("/test_time").asString()).matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:]{8}Z");
    for (String name :
        List.of("build_commit", "build_number", "cpu_info", "backends", "model_size")) {
      assertThat(row.has(name)).as(name).isTrue();
    }
    double expected = row.at("/expected_experts").asDouble();
    double distinct = row.at("/distinct_experts").asDouble();
    assertThat(expected).isBetween(2.0 - 1e-9, 5.0);
    assertThat(distinct).isBetween(2.0, 5.0);
    if (row.at("/n_gen").asInt() > 0) {
      boolean alone = row.at("/n_sessions").asInt() == 1;
      assertThat(expected).isCloseTo(alone ? 2 : 5 * (1 - Math.pow(0.6, 3)), within(1e-9));
    }
  }

  @Test
  void warmsUpForAsLongAsAsked() {
    long start = System.nanoTime();
    JsonNode rows =
        json("bench", "--warm-up", "0.7", "-m", model, "-p", "0", "-n", "4", "-r", "1", "--json");
    assertThat(System.nanoTime() - start).isGreaterThan(700_000_000L);
    assertThat(rows.get(0).at("/samples_ns")).hasSize(1);
  }

  @Test
  void theTableIsMarkdown() {
    String out =
        CommandRun.of(
                "bench", "--warm-up", "0", "-m", model, "-p", "9", "-n", "0", "-d", "4", "-r", "1")
            .out();
    assertThat(out)
        .contains("M parameters", "GB/s reading", "Gflop/s", "1 runs of each test")
        .contains("| test ", "| pp9 @ d4 ", " ± 0.00 |")
        .doesNotContain("| tg");
    List<String> table = out.lines().filter(line -> line.startsWith("|")).toList();
    assertThat(table).hasSize(3);
    assertThat(table.stream().map(line -> line.chars().filter(c -> c == '|').count()).distinct())
        .hasSize(1);
  }

  @Test
  void randomWeightsOfAShapeNeedNoFile() {
    JsonNode row =
        json(
                "bench",
                "--warm-up",
                "0",
                "--shape",
                "mixtral-tiny",
                "--type",
                "q8_0",
                "-p",
                "0",
                "-n",
                "2",
                "-r",
                "1",
                "--json")
            .get(0);
    assertThat(row.at("/model_type").asString()).isEqualTo("mixtral 8x19M Q8_0");
    assertThat(row.at("/model_n_params").asLong()).isEqualTo(29_632_768);
    // the file's, and a cache of one and of two tokens
    assertThat(row.at("/bytes_per_token").asDouble()).isCloseTo(12.8e6, within(0.06e6));
  }

  /// A window that has rolled over cannot go back: the session is read anew.
  @Test
  void aDenseModelWithAWindowHasNoExperts() {
    Path dense = folder.resolve("dense");
    CommandRun.model(created(dense), Configs.mistral(OptionalInt.of(8)));
    JsonNode row =
        json(
                "bench",
                "--warm-up",
                "0",
                "-m",
                dense.toString(),
                "-p",
                "0",
                "-n",
                "3",
                "-d",
                "20",
                "-r",
                "2",
                "--json")
            .get(0);
    assertThat(row.at("/model_type").asString()).startsWith("mistral ");
    assertThat(row.at("/expected_experts").asDouble()).isZero();
    assertThat(row.at("/first_ts").asDouble()).isPositive();
    assertThat(row.at("/memory_share").asDouble()).isPositive();
  }

  private static Path created(Path path) {
    assertThat(path.toFile().mkdir() || Files.isDirectory(path)).isTrue();
    return path;
  }

  @Test
  void refusesNonsense() {
    mistake(2, "-r must be at least 1", "-m", model, "-r", "0");
    mistake(2, "-p and -n", "-m", model, "-p", "0", "-n", "0,0");
    mistake(2, "--batch must be at least 1", "-m", model, "--batch", "1,0");
    mistake(2, "-t must be at least 1", "-m", model, "-t", "2,0");
    mistake(2, "-d must be at least 0", "-m", model, "-d", "-3");
    mistake(2, "--warm-up must be from 0 to 3600", "-m", model, "--warm-up", "-1");
    mistake(2, "'many' is not an int", "-m", model, "-p", "many");
    mistake(
        1,
        "--context is 8, but the longest test takes 99",
        "-m",
        model,
        "-p",
        "99",
        "-n",
        "1",
        "--context",
        "8");
    mistake(2, "there is no shape 'gpt'; there are mistral-7b", "--shape", "gpt");
    mistake(2, "there is no type 'q9'", "--shape", "mixtral-1b", "--type", "q9");
    mistake(2, "--type goes with --shape", "-m", model, "--type", "q8_0");
    mistake(2, "leave -m and --adapter out", "-m", model, "--shape", "mixtral-1b");
  }

  @Test
  void refusesAShapeThatTheMemoryCannotHold() {
    var wanted =
        new BenchArguments.Synthetic(
            PublishedShape.named("mixtral-8x7b").orElseThrow(), QuantizationMixture.Q4_K_M);
    assertThatThrownBy(
            () -> BenchModel.of(wanted, EngineOptions.DEFAULT, 640, 8, OptionalLong.of(20L << 30)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mixtral-8x7b in Q4_K_M needs 28.2 GiB of memory")
        .hasMessageContaining("this machine has 20.0 GiB available");
  }

  @Test
  void medianMeanAndDeviation() {
    assertThat(BenchRow.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(BenchRow.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
    assertThat(BenchRow.mean(List.of(1.0, 2.0, 6.0))).isEqualTo(3);
    assertThat(BenchRow.deviation(List.of(1.0, 2.0, 6.0))).isCloseTo(Math.sqrt(7), within(1e-12));
    assertThat(BenchRow.deviation(List.of(5.0))).isZero();
  }

  @Test
  void labelsAreThoseOfLlamaBench() {
    assertThat(new BenchTest(512, 0, 0, 1, 2).label()).isEqualTo("pp512");
    assertThat(new BenchTest(0, 64, 4096, 8, 2).label()).isEqualTo("tg64 x 8 @ d4096");
    assertThat(new BenchTest(0, 64, 4096, 8, 2).tokens()).isEqualTo(512);
    assertThat(new BenchTest(0, 64, 4096, 8, 2).context()).isEqualTo(4160);
  }

  private static JsonNode json(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return JsonMapper.shared().readTree(run.out());
  }

  private static void mistake(int code, String message, String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "bench";
    System.arraycopy(args, 0, all, 1, args.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.err()).startsWith("sirocco: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.code()).isEqualTo(code);
  }
}
