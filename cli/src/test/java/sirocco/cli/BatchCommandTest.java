package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Configs;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

final class BatchCommandTest {
  private static final List<String> LINES =
      List.of(
          "{\"prompt\": \"in the end\", \"id\": 1.50, \"temperature\": 0}",
          "{\"prompt\": \"on\", \"seed\": 7, \"max_tokens\": 3, \"note\": \"\u00e9\\ud83d\\ude00\"}",
          "{\"messages\": [{\"role\": \"user\", \"content\": \"is it\"}], \"top_k\": 4}",
          "{\"prompt\": \"he\", \"logit_bias\": {\"2\": 100}, \"stop\": [\"x\", \"yy\"]}");

  private static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @TempDir private static Path folder = Path.of("");
  @TempDir private Path work = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  @Test
  void everyLineIsAnsweredInOrder() throws IOException {
    List<JsonNode> lines = results(run(LINES));
    assertThat(lines.get(0).at("/id").decimalValue()).hasToString("1.50");
    assertThat(lines.get(1).at("/note").asString()).isEqualTo("é😀");
    assertThat(lines.get(1).at("/tokens").size()).isBetween(1, 3);
    for (JsonNode line : lines) {
      assertThat(line.at("/text").isString()).isTrue();
      assertThat(line.at("/finish_reason").asString()).isIn("stop", "length", "context");
    }
    // the bias makes the end token certain
    assertThat(lines.get(3).at("/tokens").toString()).isEqualTo("[2]");
    assertThat(lines.get(3).at("/text").asString()).isEmpty();
    assertThat(lines.get(3).at("/finish_reason").asString()).isEqualTo("stop");
    assertThat(Files.readString(out())).matches("[\\x20-\\x7e\\n]*");
  }

  @Test
  void aLineGivesWhatRunGives() throws IOException {
    JsonNode line = results(run(LINES)).get(1);
    CommandRun single = CommandRun.of("run", "-m", model, "on", "--seed", "7", "-n", "3", "--json");
    assertThat(line.at("/tokens"))
        .isEqualTo(JsonMapper.shared().readTree(single.out()).at("/tokens"));
  }

  @Test
  void runningTogetherChangesNothing() throws IOException {
    run(LINES);
    byte[] one = Files.readAllBytes(out());
    Files.delete(out());
    assertThat(run(LINES, "--parallel", "3").code()).isZero();
    assertThat(Files.readAllBytes(out())).isEqualTo(one);
  }

  /// Wherever an earlier run was cut off, the next one completes the very same file.
  @Test
  void aTornOutputIsCompleted() throws IOException {
    run(LINES, "-n", "4");
    byte[] whole = Files.readAllBytes(out());
    for (int length = 0; length <= whole.length; length++) {
      Files.write(out(), Arrays.copyOf(whole, length));
      assertThat(run(LINES, "-n", "4").code()).isZero();
      assertThat(Files.readAllBytes(out())).as("cut to %d bytes", length).isEqualTo(whole);
    }
  }

  @Test
  void theOutputOfSomethingElseIsRefused() throws IOException {
    run(LINES);
    byte[] whole = Files.readAllBytes(out());
    mistake(List.of(LINES.get(1), LINES.get(0)), "out.jsonl line 1: is not", "in.jsonl line 1");
    mistake(LINES.subList(0, 2), "out.jsonl line 3: the input has only 2 lines");
    assertThat(Files.readAllBytes(out())).isEqualTo(whole);
    Files.writeString(out(), "{\"prompt\": \"in the end\"}\n");
    mistake(LINES, "out.jsonl line 1: has no field text");
    Files.writeString(out(), "dear diary\n");
    mistake(LINES, "out.jsonl line 1: not JSON", "the output of something else");
    CommandRun same =
        CommandRun.of("batch", "-m", model, "-i", in().toString(), "-o", in().toString());
    assertThat(same.err()).contains("is the input");
  }

  @Test
  void aBadLineIsNamedBeforeAnythingRuns() throws IOException {
    bad("{\"prompt\": 5}", "field prompt: expected a string, found 5");
    bad("{}", "expected the field prompt or the field messages");
    bad("{\"prompt\": \"a\", \"messages\": []}", "expected the field prompt or the field messages");
    bad("{\"messages\": [{\"role\": \"user\"}]}", "messages[0]");
    bad("{\"prompt\": \"a\", \"temperature\": \"hot\"}", "field temperature: expected a number");
    bad("{\"prompt\": \"a\", \"top_p\": 1.5}", "top_p must lie in 0 to 1, found 1.5");
    bad("{\"prompt\": \"a\", \"max_tokens\": 1.5}", "field max_tokens: expected a whole number");
    bad("{\"prompt\": \"a\", \"seed\": 1e30}", "field seed: expected a whole number");
    bad("{\"prompt\": \"a\", \"stop\": [1]}", "field stop: expected strings, found 1");
    bad("{\"prompt\": \"a\", \"logit_bias\": {\"x\": 1}}", "field logit_bias: expected an object");
    bad("{\"prompt\": \"a\", \"prompt\": \"b\"}", "not JSON: Duplicate");
    bad("[1]", "expected a JSON object");
    bad("{\"prompt\": \"a\"", "not JSON");
  }

  @Test
  void whatCannotRunIsNamedBeforeAnythingRuns() throws IOException {
    bad("{\"prompt\": \"" + "in the end ".repeat(200) + "\"}", "a prompt of ", "context of 256");
    bad("{\"prompt\": \"a\", \"logit_bias\": {\"9999\": 1}}", "logit_bias names token 9999");
    CommandRun run = run(LINES, "--context", "6", "-n", "2");
    assertThat(run.err()).contains("in.jsonl line 1: a prompt of ").contains("longer context");
  }

  @Test
  void nothingInNothingOut() throws IOException {
    assertThat(run(List.of()).code()).isZero();
    assertThat(out()).isEmptyFile();
  }

  @Test
  void aFolderIsNoOutput() throws IOException {
    Files.createDirectory(out());
    mistake(LINES, "out.jsonl: expected a file, found a folder");
  }

  private void bad(String line, String... messages) throws IOException {
    List<String> expected = new ArrayList<>(List.of("in.jsonl line 3: "));
    expected.addAll(List.of(messages));
    mistake(List.of(LINES.getFirst(), "", line), expected.toArray(String[]::new));
    assertThat(out()).doesNotExist();
  }

  private void mistake(List<String> lines, String... messages) throws IOException {
    CommandRun run = run(lines);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("sirocco: ").contains(messages);
    assertThat(run.err().lines()).hasSize(1);
  }

  private List<JsonNode> results(CommandRun run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).isEmpty();
    List<JsonNode> results =
        Files.readAllLines(out()).stream().map(l -> EXACT.readTree(l)).toList();
    assertThat(results).hasSize(LINES.size());
    return results;
  }

  private CommandRun run(List<String> lines, String... more) throws IOException {
    Files.write(in(), lines);
    String[] args = {"batch", "-m", model, "-i", in().toString(), "-o", out().toString()};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandRun.of(all);
  }

  private Path in() {
    return work.resolve("in.jsonl");
  }

  private Path out() {
    return work.resolve("out.jsonl");
  }
}
