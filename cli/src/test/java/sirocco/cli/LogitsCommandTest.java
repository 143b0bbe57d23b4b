package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.testkit.Configs;

/// `logits`: what it asks of its ids file, and what it writes.
final class LogitsCommandTest {
  @TempDir private static Path folder = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  private static CommandRun logits(Path ids, Path output) {
    return CommandRun.of("logits", "-m", model, "--ids", ids.toString(), "-o", output.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 2, 3]|3|0",
        "{'ids': [1, 2]}|2|0",
        "{'ids': [1, 2], 'greedy_steps': 4}|2|4",
        "{'ids': [1, 2, 3], 'prompt_length': 2, 'greedy_steps': 1}|3|1"
      })
  void rowsForEveryId(String json, int rows, int greedy) throws IOException {
    Path ids = Files.writeString(folder.resolve("ids.json"), json.replace('\'', '"'));
    Path output = folder.resolve("out.safetensors");
    assertThat(logits(ids, output).err()).isEmpty();
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      assertThat(file.tensor("logits").shape().toString()).isEqualTo("[" + rows + ", 50]");
      assertThat(file.tensor("router_1").shape().toString()).isEqualTo("[" + rows + ", 5]");
      assertThat(file.has("greedy")).isEqualTo(greedy > 0);
    }
    Files.delete(output);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1, 50]|id 1: expected 0 to 49, found 50",
        "[-1]|id 0: expected 0 to 49, found -1",
        "[1.5]|id 0: expected an integer",
        "[]|with at least one id",
        "[1] [2]|not JSON",
        "{'ids': [1], 'ids': [2]}|not JSON: Duplicate",
        "{'ids': [1], 'greedy_steps': -1}|greedy_steps: expected 0 to 1048576, found -1",
        "{'ids': [1], 'greedy_steps': 2, 'prompt_length': 2}|prompt_length: expected 1 to 1, found 2"
      })
  void idsThatMakeNoSense(String json, String message) throws IOException {
    Path ids = Files.writeString(folder.resolve("bad.json"), json.replace('\'', '"'));
    Path output = folder.resolve("none.safetensors");
    CommandRun run = logits(ids, output);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("sirocco: " + ids + ": ").contains(message).hasLineCount(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void aFolderInThePlaceOfAFile() throws IOException {
    Path inside = Files.createDirectories(folder.resolve("inside"));
    CommandRun run = logits(inside, folder.resolve("none.safetensors"));
    assertThat(run.err()).isEqualTo("sirocco: " + inside + ": expected a regular file\n");
    Path ids = Files.writeString(folder.resolve("one.json"), "[1]");
    assertThat(logits(ids, inside).err()).contains("inside: cannot be written").hasLineCount(1);
    assertThat(inside).isEmptyDirectory();
  }
}
