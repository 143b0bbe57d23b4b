package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenizerTrainCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void textBecomesATokenizer() throws IOException {
    Path template =
        Files.writeString(
            folder.resolve("chat.jinja"),
            "{% for m in messages %}[INST]{{ m['content'] }}[/INST]{% endfor %}");
    String out = folder.resolve("made").toString();
    CommandRun run =
        train(
            "-o",
            out,
            "--vocabulary",
            "272",
            "--control-token",
            "[INST]",
            "--control-token",
            "[/INST]",
            "--chat-template",
            template.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out().strip()).isEqualTo(out);
    assertThat(CommandRun.of("tokenize", out, "--pieces", "banana").out())
        .isEqualTo("263\t▁ban\n264\tana\n");
    String lines = "{\"messages\": [{\"role\": \"user\", \"content\": \"banana [INST]\"}]}\n";
    assertThat(CommandRun.reading(lines, "tokenize", out, "--jsonl").out())
        .startsWith("{\"ids\":[1,3,263,264,")
        .contains(",4],")
        .contains("[INST]");
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    String out = folder.resolve("made").toString();
    assertThat(train("-o", out, "--vocabulary", "100").err())
        .startsWith("sirocco: vocabulary size: expected 260 ");
    assertThat(train("-o", out, "--max-bytes-per-file", "0").err().strip())
        .isEqualTo("sirocco: bytes of each source: expected at least 1, found 0");
    assertThat(train("-o", out, "--chat-template", folder.toString()).err())
        .contains("is a folder, expected a file");
    Path bad = Files.writeString(folder.resolve("bad.jinja"), "{% if %}");
    assertThat(train("-o", out, "--chat-template", bad.toString()).err())
        .contains("bad.jinja: template:1:7");
    assertThat(CommandRun.of("tokenizer-train", "-i", folder + "/none.txt", "-o", out).err())
        .contains("none.txt: no such file");
    assertThat(CommandRun.of("tokenizer-train", "-o", out).code()).isEqualTo(2);
    assertThat(Path.of(out)).doesNotExist();
  }

  private CommandRun train(String... more) throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "banana bandana ban an\n".repeat(20));
    List<String> arguments = new ArrayList<>(List.of("tokenizer-train", "-i", text.toString()));
    arguments.addAll(Arrays.asList(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }
}
