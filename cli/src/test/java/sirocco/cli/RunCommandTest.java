package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.AnswerStream;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.Sirocco;
import sirocco.engine.FinishReason;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class RunCommandTest {
  @TempDir private static Path folder = Path.of("");
  @TempDir private static Path denseFolder = Path.of("");
  private static String model = "";
  private static String dense = "";

  @BeforeAll
  static void models() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
    dense = CommandRun.model(denseFolder, Configs.mistral(OptionalInt.empty()));
  }

  @Test
  void textIsContinuedAndReportedOn() {
    CommandRun run = run("in", "the", "end", "-n", "7", "--temperature", "0");
    assertThat(run.code()).isZero();
    assertThat(run.out()).hasSizeGreaterThan(3).endsWith(System.lineSeparator());
    assertThat(run.err())
        .matches(
            "(?s)prompt \\d+ at [0-9.]+ tokens/s; generated \\d+ at [0-9.]+ tokens/s;"
                + " (length|stop)\\R");
  }

  @Test
  void aTemplateThatCannotBeReadIsToldOfOnce() throws IOException {
    Path config = Path.of(model, "tokenizer_config.json");
    Files.writeString(config, "{\"chat_template\": \"{% frobnicate %}\"}");
    try {
      CommandRun run = run("--chat", "the end", "-n", "3", "--seed", "2");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err().lines().toList())
          .hasSize(2)
          .first()
          .asString()
          .startsWith("sirocco: warning: the model's chat template cannot be read: ")
          .contains("unknown block 'frobnicate'", "format v1");
      assertThat(run("the end", "-n", "3").err()).doesNotContain("warning");
      assertThat(run("--chat", "the end", "-n", "3", "--prompt-format", "v1").err())
          .doesNotContain("warning");
    } finally {
      Files.delete(config);
    }
  }

  /// A text of this model is short: on a busy machine it may be done before it is cancelled.
  @Test
  void anInterruptEndsTheText() {
    List<FinishReason> endings = new ArrayList<>();
    Prompt endless = Prompt.toContinue("in the end").sampling(s -> s.logitBias(Map.of(2, -1e6)));
    while (!endings.contains(FinishReason.CANCELLED) && endings.size() < 50) {
      try (Interrupt interrupt = new Interrupt();
          LanguageModel loaded = Sirocco.load(Path.of(model));
          AnswerStream stream = loaded.stream(endless)) {
        interrupt.cancel();
        endings.add(interrupt.run(stream, _ -> {}).finishReason());
      }
    }
    assertThat(endings).contains(FinishReason.CANCELLED);
  }

  @Test
  void theSeedThatIsReportedGivesTheSameText() {
    CommandRun first = run("a", "-n", "20", "--temperature", "1");
    String seed = first.err().strip().replaceFirst(".*seed ", "");
    assertThat(run("a", "-n", "20", "--temperature", "1", "--seed", seed).out())
        .isEqualTo(first.out());
  }

  @Test
  void whereTheWeightsLieChangesNothing() {
    String mapped = run("in the end", "-n", "9", "--seed", "2", "--weights", "mapped").out();
    for (String weights : List.of("auto", "copied")) {
      CommandRun run = run("in the end", "-n", "9", "--seed", "2", "--weights", weights);
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).isEqualTo(mapped);
    }
    CommandRun wrong = run("a", "--weights", "elsewhere");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--weights", "elsewhere", "MAPPED");
  }

  @Test
  void thePromptCanBePiped() {
    CommandRun typed = run("in the end", "-n", "9", "--seed", "2");
    String[] args = {"run", "-m", model, "-n", "9", "--seed", "2"};
    assertThat(CommandRun.reading("in the end\n", args).out()).isEqualTo(typed.out());
    String[] dash = {"run", "-m", model, "-n", "9", "--seed", "2", "-"};
    assertThat(CommandRun.reading("in the end", dash).out()).isEqualTo(typed.out());
  }

  @Test
  void jsonHoldsEverything() {
    CommandRun run = run("in the end", "-n", "9", "--seed", "2", "--json", "--show-routing");
    JsonNode node = JsonMapper.shared().readTree(run.out());
    assertThat(node.at("/text").asString() + System.lineSeparator())
        .isEqualTo(run("in the end", "-n", "9", "--seed", "2").out());
    assertThat(node.at("/tokens").size()).isEqualTo(node.at("/usage/completion_tokens").asInt());
    assertThat(node.at("/finish_reason").asString()).isIn("length", "stop");
    assertThat(node.at("/seed").asInt()).isEqualTo(2);
    // every token was fed but the last; two layers, two experts each
    assertThat(node.at("/routing").size()).isEqualTo(node.at("/usage/total_tokens").asInt() - 1);
    assertThat(node.at("/routing/0/experts").size()).isEqualTo(2);
    assertThat(node.at("/routing/0/experts/1").size()).isEqualTo(2);
  }

  @Test
  void routingIsColouredWhenAskedFor() {
    CommandRun colours =
        run("in the end", "-n", "5", "--seed", "2", "--show-routing", "--color", "always");
    assertThat(colours.out()).contains("\033[38;5;").contains("layer 1, ").contains("first choice");
    CommandRun plain = run("in the end", "-n", "5", "--seed", "2", "--show-routing");
    assertThat(plain.out()).doesNotContain("\033").containsPattern("\\[[0-4]\\]");
    assertThat(plain.out().lines().filter(l -> l.matches(" +[0-4] +\\d+ .*%"))).hasSize(5);
    CommandRun other =
        run("in the end", "-n", "5", "--seed", "2", "--show-routing", "--routing-layer", "0");
    assertThat(other.out()).contains("layer 0, ");
  }

  @Test
  void whatMakesNoSenseIsOneLine() {
    mistake(1, "a dense model has no experts", "run", "-m", dense, "--show-routing", "a");
    mistake(1, "layers 0 to 1", "run", "-m", model, "--show-routing", "--routing-layer", "2", "a");
    mistake(1, "no such folder", "run", "-m", folder + "/none", "a");
    mistake(1, "does not fit the context of 2", "run", "-m", model, "--context", "2", "the end");
    mistake(1, "names token 50", "run", "-m", model, "--logit-bias", "50=1", "a");
    mistake(1, "experts per token", "run", "-m", model, "--experts-per-token", "6", "a");
    mistake(2, "temperature must lie", "run", "-m", model, "--temperature", "-1", "a");
    mistake(2, "context must be at least 1", "run", "-m", model, "--context", "0", "a");
    mistake(2, "--top-k", "run", "-m", model, "--top-k", "many", "a");
  }

  @Test
  void expertsPerTokenChangesTheModel() {
    CommandRun two = run("in the end", "-n", "20", "--temperature", "0", "--json");
    CommandRun five =
        run("in the end", "-n", "20", "--temperature", "0", "--json", "--experts-per-token", "5");
    assertThat(tokens(five)).isNotEqualTo(tokens(two));
  }

  private static JsonNode tokens(CommandRun run) {
    return JsonMapper.shared().readTree(run.out()).at("/tokens");
  }

  private static void mistake(int code, String message, String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.code()).isEqualTo(code);
    assertThat(run.err()).startsWith("sirocco: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  private static CommandRun run(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "run";
    all[1] = "-m";
    all[2] = model;
    System.arraycopy(args, 0, all, 3, args.length);
    return CommandRun.of(all);
  }
}
