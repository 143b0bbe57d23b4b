package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.defaultmodel.DefaultModel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the commands do where no model is named.
final class DefaultModelCommandsTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void runAnswers() {
    String named = DefaultModel.path().toString();
    String[] greedy = {"--temperature", "0", "-n", "24"};
    CommandRun run = run(greedy, "run", "What is 47 + 38?");
    assertThat(run.out()).isNotBlank();
    assertThat(run.out())
        .isEqualTo(run(greedy, "run", "-m", named, "--chat", "What is 47 + 38?").out());
    String continued = run(greedy, "run", "--no-chat", "Once upon a time").out();
    assertThat(continued).isEqualTo(run(greedy, "run", "-m", named, "Once upon a time").out());
  }

  @Test
  void settingsAreTheModelsUnlessGiven() {
    JsonNode own = json("run", "Tell me a story.", "--seed", "5", "-n", "24", "--json");
    String[] spelled = {"--temperature", "0.3", "--top-p", "0.9", "--json"};
    JsonNode given =
        JsonMapper.shared()
            .readTree(run(spelled, "run", "Tell me a story.", "--seed", "5", "-n", "24").out());
    assertThat(own.at("/tokens")).isEqualTo(given.at("/tokens"));
  }

  @Test
  void chatAnswers() {
    String[] chat = {"chat", "--temperature", "0", "-n", "24"};
    CommandRun run = CommandRun.reading("What is 47 + 38?\n", chat);
    assertThat(run.code()).as(run.err()).isZero();
    String[] greedy = {"--temperature", "0", "-n", "24"};
    assertThat(run.out()).isEqualTo(run(greedy, "run", "What is 47 + 38?").out());
  }

  @Test
  void batchAnswersConversations() throws IOException {
    Path in = folder.resolve("in.jsonl");
    Path out = folder.resolve("out.jsonl");
    Files.writeString(
        in,
        """
        {"messages":[{"role":"user","content":"What is 47 + 38?"}],"temperature":0,"max_tokens":24}
        {"prompt":"Once upon a time","temperature":0,"max_tokens":24}
        """);
    CommandRun run = CommandRun.of("batch", "-i", in.toString(), "-o", out.toString());
    assertThat(run.code()).as(run.err()).isZero();
    String[] greedy = {"--temperature", "0", "-n", "24"};
    var lines = Files.readAllLines(out).stream().map(l -> JsonMapper.shared().readTree(l)).toList();
    assertThat(lines.getFirst().at("/text").asString() + System.lineSeparator())
        .isEqualTo(run(greedy, "run", "What is 47 + 38?").out());
    assertThat(lines.getLast().at("/text").asString() + System.lineSeparator())
        .isEqualTo(run(greedy, "run", "--no-chat", "Once upon a time").out());
  }

  @Test
  void otherCommandsTakeItToo() throws IOException {
    String ids = CommandRun.of("tokenize", "What is 47 + 38?").out();
    assertThat(CommandRun.of("tokenize", "--decode", ids.strip()).out())
        .isEqualTo("What is 47 + 38?\n");
    assertThat(json("inspect", "--json").at("/config/num_local_experts").asInt()).isEqualTo(8);
    assertThat(json("bench", "--warm-up", "0", "-p", "8", "-n", "4", "-r", "1", "--json"))
        .hasSize(2);
    Path text = Files.writeString(folder.resolve("text.txt"), "Once upon a time.");
    assertThat(json("perplexity", "-f", text.toString(), "--json").at("/perplexity").asDouble())
        .isPositive();
    Path idsFile = Files.writeString(folder.resolve("ids.json"), "{\"ids\": [1, 5, 9]}");
    Path logits = folder.resolve("logits.safetensors");
    CommandRun run = CommandRun.of("logits", "--ids", idsFile.toString(), "-o", logits.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(logits).isNotEmptyFile();
  }

  private static JsonNode json(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.code()).as(run.err()).isZero();
    return JsonMapper.shared().readTree(run.out());
  }

  private static CommandRun run(String[] options, String... command) {
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }
}
