package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.engine.Engine;
import sirocco.engine.Session;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `perplexity` and `fidelity`.
final class MeasureCommandsTest {
  @TempDir private static Path folder = Path.of("");
  private static String model = "";
  private static String text = "";

  @BeforeAll
  static void model() throws IOException {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
    text =
        Files.writeString(folder.resolve("t.txt"), "there is no end in it ".repeat(3)).toString();
  }

  @Test
  void disjointWindowsLeaveOutTheirFirstTokens() {
    try (Engine engine = Engine.open(folder);
        Session session = engine.newSession()) {
      int[] ids = engine.encode("there is no end in it ".repeat(3));
      double sum = 0;
      int scored = 0;
      for (int start = 0; start < ids.length; start += 16) {
        int[] window = Arrays.copyOfRange(ids, start, Math.min(start + 16, ids.length));
        if (window.length > 1) {
          sum += Arrays.stream(session.score(window)).sum();
          scored += window.length - 1;
        }
      }
      JsonNode found = json("perplexity", "-m", model, "-f", text, "--context", "16", "--json");
      assertThat(found.at("/tokens").asInt()).isEqualTo(ids.length);
      assertThat(found.at("/scored_tokens").asInt()).isEqualTo(scored);
      assertThat(found.at("/mean_nll").asDouble()).isCloseTo(sum / scored, within(1e-9));
      assertThat(found.at("/perplexity").asDouble())
          .isCloseTo(Math.exp(sum / scored), within(1e-6));
    }
  }

  @Test
  void overlappingWindowsScoreEveryTokenButTheFirst() {
    JsonNode whole = json("perplexity", "-m", model, "-f", text, "--json");
    for (String stride : new String[] {"1", "3", "7"}) {
      JsonNode found =
          json(
              "perplexity",
              "-m",
              model,
              "-f",
              text,
              "--context",
              "8",
              "--stride",
              stride,
              "--json");
      assertThat(found.at("/scored_tokens").asInt()).isEqualTo(found.at("/tokens").asInt() - 1);
    }
    // A window as long as the text is the whole text, whatever the stride.
    JsonNode one =
        json("perplexity", "-m", model, "-f", text, "--context", "256", "--stride", "5", "--json");
    assertThat(one.at("/mean_nll")).isEqualTo(whole.at("/mean_nll"));
  }

  @Test
  void theStandardErrorIsThatOfTheMean() {
    var result = PerplexityCommand.Result.of(new double[] {1, 2, 3, 6});
    assertThat(result.mean()).isEqualTo(3);
    // sample variance 14/3, over 4
    assertThat(result.standardError()).isCloseTo(Math.sqrt(14 / 3.0 / 4), within(1e-12));
  }

  @Test
  void perplexityRefusesNonsense() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "");
    mistake(1, "expected at least 2 tokens", "perplexity", "-m", model, "-f", empty.toString());
    mistake(1, "no such file", "perplexity", "-m", model, "-f", folder + "/none");
    mistake(2, "--stride", "perplexity", "-m", model, "-f", text, "--stride", "0");
    mistake(2, "--context", "perplexity", "-m", model, "-f", text, "--context", "1");
    mistake(2, "--file", "perplexity", "-m", model);
  }

  @Test
  void aBoundOnTheWeightsInMemoryChangesNothingButThat() {
    JsonNode free = json("perplexity", "-m", model, "-f", text, "--json");
    long weights = json("inspect", model, "--json").at("/memory/weights_bytes").asLong();
    String most = Long.toString(weights);
    JsonNode bounded =
        json("perplexity", "-m", model, "-f", text, "--max-resident", most, "--json");
    assertThat(bounded.at("/mean_nll")).isEqualTo(free.at("/mean_nll"));

    JsonNode plan = json("inspect", model, "--max-resident", "2K", "--json").at("/memory");
    assertThat(plan.at("/weights_bytes").asLong()).isEqualTo(weights);
    assertThat(plan.at("/resident_bytes").asLong()).isEqualTo(2048);
    String bench = "bench -m " + model + " -p 9 -n 0 -r 1 --max-resident ";
    mistake(1, "asked to keep at most 2 KiB of weights", (bench + "2k").split(" "));
    mistake(
        2, "expected a size such as 12G, 900M or 4096K, found '12Q'", (bench + "12Q").split(" "));
    mistake(2, "found '9999999999999G'", (bench + "9999999999999G").split(" "));
    mistake(2, "max resident must be at least 1 byte, found 0", (bench + "0").split(" "));
  }

  @Test
  void aQuantisedModelStraysALittle() {
    String quantised = folder.resolve("q8.gguf").toString();
    assertThat(CommandRun.of("quantize", "-m", model, "-o", quantised, "--type", "BF16").code())
        .isZero();
    String[] asked = {"fidelity", "-m", quantised, "--reference", model, "-f", text};
    JsonNode found = json(with(asked, "--window", "16", "--json"));
    int windows = found.at("/tokens").asInt() / 7;
    assertThat(windows).isPositive();
    assertThat(found.at("/divergence/value").asDouble()).isBetween(1e-9, 1e-2);
    JsonNode same =
        json("fidelity", "-m", model, "--reference", model, "-f", text, "--window=16", "--json");
    assertThat(same.at("/divergence/value").asDouble()).isZero();
    assertThat(CommandRun.of(with(asked, "--window", "16")).out())
        .contains("KL divergence", "same likeliest token");
    CommandRun tooShort = CommandRun.of(asked);
    assertThat(tooShort.code()).isNotZero();
    assertThat(tooShort.err()).contains("fewer than a window of 512");
  }

  private static String[] with(String[] first, String... more) {
    return Stream.of(first, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static JsonNode json(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return JsonMapper.shared().readTree(run.out());
  }

  private static void mistake(int code, String message, String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.err()).startsWith("sirocco: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.code()).isEqualTo(code);
  }
}
