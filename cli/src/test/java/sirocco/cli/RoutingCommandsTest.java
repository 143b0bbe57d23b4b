package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.ParquetReader;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `routing analyze` and `routing ablate`.
final class RoutingCommandsTest {
  @TempDir private static Path folder = Path.of("");
  private static String model = "";
  private static String corpus = "";

  @BeforeAll
  static void modelAndTexts() throws IOException {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
    Path texts = Files.createDirectories(folder.resolve("texts"));
    Files.writeString(
        texts.resolve("prose.jsonl"),
        "{\"text\": \"there is no end in it\"}\n{\"text\": \"\"}\n{\"text\": \"or is it the end\"}\n");
    Files.writeString(texts.resolve("list.jsonl"), "{\"text\": \"a a a b b b c c c\"}\n");
    corpus = texts.toString();
  }

  @Test
  void aReportIsWritten() throws IOException {
    Path out = folder.resolve("report/deep");
    CommandRun run = analyze(out, "--window", "8", "--permutations", "50", "--parquet");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("list", "prose", "by chance", "routing.html");
    JsonNode found = JsonMapper.shared().readTree(Files.readString(out.resolve("routing.json")));
    assertThat(found.at("/shape/experts").asInt()).isEqualTo(5);
    assertThat(found.at("/domains").size()).isEqualTo(2);
    assertThat(found.at("/domains/1/domain").asString()).isEqualTo("prose");
    assertThat(found.at("/domains/0/loss/standard_error").isNull()).as("one document").isTrue();
    assertThat(found.at("/repetition").size()).isEqualTo(4);
    for (JsonNode shares : found.at("/shares").values()) {
      double sum =
          shares.at("/shares").values().stream().mapToDouble(s -> s.at("/value").asDouble()).sum();
      assertThat(sum).isCloseTo(1, within(1e-9));
    }
    String page = Files.readString(out.resolve("routing.html"));
    assertThat(page).contains("Layer 0, any choice", "Neighbours that choose alike", "expert 3");
    int tokens =
        found.at("/domains").values().stream().mapToInt(d -> d.at("/tokens").asInt()).sum();
    try (var rows = new ParquetReader(out.resolve("routing.parquet"))) {
      assertThat(Stream.generate(rows::next).takeWhile(row -> row != null)).hasSize(tokens * 2 * 2);
    }
    try (var left = Files.list(out)) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("routing.html", "routing.json", "routing.parquet");
    }
  }

  @Test
  void domainsAndLayersAreChosenAndJsonIsPrinted() throws IOException {
    Path out = folder.resolve("some");
    CommandRun run =
        analyze(out, "--domains", "prose", "--layers", "1", "--tokens", "9", "--json", "--seed=7");
    JsonNode printed = JsonMapper.shared().readTree(run.out());
    assertThat(printed)
        .isEqualTo(JsonMapper.shared().readTree(Files.readString(out.resolve("routing.json"))));
    assertThat(printed.at("/domains").size()).isEqualTo(1);
    assertThat(printed.at("/domains/0/tokens").asInt()).isEqualTo(9);
    assertThat(printed.at("/information/0/p_value").asDouble()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("routing.html")))
        .contains("Layer 1, first choice")
        .doesNotContain("Layer 0, first choice");
  }

  @Test
  void changesAreMeasured() {
    JsonNode all =
        ablate("--drop", "0:*", "--swap", "1:2:2", "--force", "1:4", "--k", "2,1", "--json");
    List<String> names = all.values().stream().map(o -> o.at("/change").asString()).toList();
    assertThat(names)
        .containsExactly(
            "drop 0:0",
            "drop 0:1",
            "drop 0:2",
            "drop 0:3",
            "drop 0:4",
            "force 1:4",
            "swap 1:2:2",
            "K = 2",
            "K = 1");
    for (JsonNode outcome : all.values()) {
      boolean same = List.of("swap 1:2:2", "K = 2").contains(outcome.at("/change").asString());
      JsonNode prose = outcome.at("/effects/1");
      assertThat(prose.at("/domain").asString()).isEqualTo("prose");
      assertThat(prose.at("/documents").asInt()).isEqualTo(2);
      double difference = prose.at("/difference/value").asDouble();
      assertThat(difference == 0).as(outcome.toString()).isEqualTo(same);
      assertThat(prose.at("/after").asDouble() - prose.at("/before").asDouble())
          .isCloseTo(difference, within(1e-9));
    }
    JsonNode together = ablate("--drop", "0:1", "--drop", "1:1", "--together", "--json");
    assertThat(together.size()).isEqualTo(1);
    CommandRun table = CommandRun.of(words("routing ablate -m %s --corpus %s --k 1"));
    assertThat(table.out().lines()).hasSize(3);
    assertThat(table.out()).contains("K = 1").contains(" +- ");
  }

  @Test
  void nonsenseIsRefused() {
    String analyze = "routing analyze -m %s --corpus %s -o " + folder + "/refused ";
    String ablate = "routing ablate -m %s --corpus %s ";
    mistake(2, "expected analyze or ablate", "routing");
    mistake(2, "--corpus", "routing analyze -o x");
    mistake(2, "--permutations", analyze + "--permutations 0");
    mistake(2, "--tokens", analyze + "--tokens 0");
    mistake(1, "expected windows of 1 to 256 tokens", analyze + "--window 257");
    mistake(1, "there is no layer 2: the model has layers 0 to 1", analyze + "--layers 0,2");
    mistake(1, "there is no domain code in the corpus", analyze + "--domains code");
    mistake(2, "expected a change: --drop, --force, --swap or --k", ablate);
    mistake(2, "--drop: expected L:E in numbers, found '1'", ablate + "--drop 1");
    mistake(2, "--swap: expected L:A:B in numbers, found '1:2'", ablate + "--swap 1:2");
    mistake(2, "--force: expected L:E in numbers, found 'x:*'", ablate + "--force x:*");
    mistake(1, "the layer has experts 0 to 4", ablate + "--drop 1:5");
    mistake(1, "the model has layers 0 to 1", ablate + "--drop 7:0");
    mistake(2, "experts per token must be at least 1, found 0", ablate + "--k 0");
    mistake(1, "experts per token must lie in 1 to 5", ablate + "--k 6");
  }

  @Test
  void aDenseModelHasNoRouting(@TempDir Path other) {
    String dense = CommandRun.model(other, Configs.mistral(OptionalInt.empty()));
    CommandRun run =
        CommandRun.of(
            "routing", "analyze", "-m", dense, "--corpus", corpus, "-o", other + "/report");
    assertThat(run.err()).contains("a dense model has no routing");
    assertThat(run.code()).isEqualTo(1);
    assertThat(other.resolve("report")).doesNotExist();
  }

  private static CommandRun analyze(Path out, String... more) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "routing", "analyze", "-m", model, "--corpus", corpus, "-o", out.toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static JsonNode ablate(String... more) {
    CommandRun run =
        CommandRun.of(
            Stream.concat(
                    Stream.of("routing", "ablate", "-m", model, "--corpus", corpus),
                    Stream.of(more))
                .toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    return JsonMapper.shared().readTree(run.out());
  }

  private static String[] words(String command) {
    return command.formatted(model, corpus).strip().split(" ");
  }

  private static void mistake(int code, String message, String command) {
    CommandRun run = CommandRun.of(words(command));
    assertThat(run.err()).startsWith("sirocco: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.code()).isEqualTo(code);
  }
}
