package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.testkit.Shared;
import sirocco.testkit.TinyTokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TokenizeCommandTest {
  @TempDir private Path folder = Path.of("");
  private String model = "";

  @BeforeEach
  void tokenizer() {
    model = TinyTokenizer.write(folder).toString();
  }

  @Test
  void textBecomesIdsAndBack() {
    // 3 the space, 30 "th", 8 "e"; a to z are 4 to 29
    assertThat(out("tokenize", model, "the")).isEqualTo("3 30 8\n");
    assertThat(out("tokenize", folder.toString(), "--bos", "the")).isEqualTo("1 3 30 8\n");
    assertThat(out("tokenize", "-m", model, "the", "a")).isEqualTo("3 30 8 3 4\n");
    assertThat(out("tokenize", model, "--decode", "1,3,30,8,3,4")).isEqualTo("the a\n");
    assertThat(out("tokenize", model, "--pieces", "the")).isEqualTo("3\t▁\n30\tth\n8\te\n");
    assertThat(out("tokenize", model, "--json", "the"))
        .isEqualTo("{\"ids\":[3,30,8],\"decoded\":\"the\"}\n");
    assertThat(CommandRun.reading("the\n", "tokenize", model).out()).isEqualTo("3 30 8\n");
  }

  @Test
  void linesBecomeLines() throws IOException {
    String lines =
        """
        {"text": "the", "other": 1}

        {"messages": [{"role": "user", "content": "a"}]}
        {"text": ""}
        """;
    Path in = Files.writeString(folder.resolve("in.jsonl"), lines);
    String[] args = {"tokenize", model, "--jsonl", "--prompt-format", "plain"};
    String expected =
        """
        {"ids":[3,30,8],"decoded":"the"}
        {"ids":[1,3,4],"decoded":"a"}
        {"ids":[],"decoded":""}
        """;
    assertThat(CommandRun.reading(lines, args).out()).isEqualTo(expected);
    assertThat(out("tokenize", model, "--jsonl", "--prompt-format", "plain", "-i", in.toString()))
        .isEqualTo(expected);
  }

  @Test
  void aBadLineIsNamed() {
    for (String line :
        List.of("{\"text\": 1}", "{}", "{", "[]", "{\"text\":\"\",\"messages\":[]}")) {
      CommandRun run =
          CommandRun.reading("{\"text\": \"a\"}\n" + line, "tokenize", model, "--jsonl");
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).startsWith("sirocco: standard input line 2: ");
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.out()).isEqualTo("{\"ids\":[3,4],\"decoded\":\"a\"}\n");
    }
  }

  @Test
  void whatIsEncodedCanBeDecodedAgain() {
    String ids = out("tokenize", model, "in the end").strip();
    for (String form : List.of(ids, ids.replace(' ', ','), "[" + ids.replace(" ", ", ") + "]")) {
      assertThat(out("tokenize", model, "--decode", form)).isEqualTo("in the end\n");
    }
    assertThat(CommandRun.reading(ids + "\n", "tokenize", model, "--decode", "-").out())
        .isEqualTo("in the end\n");
    String[] words = ids.split(" ");
    List<String> apart = new ArrayList<>(List.of("tokenize", model, "--decode"));
    apart.addAll(List.of(words));
    assertThat(out(apart.toArray(String[]::new))).isEqualTo("in the end\n");
    assertThat(CommandRun.of("tokenize", model, "--decode", "3,x").err())
        .contains("expected token ids, found x");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThat(CommandRun.of("tokenize", "/none", "a").err()).contains("no such folder or file");
    assertThat(CommandRun.of("tokenize", "none.gguf", "a").err())
        .contains("no such folder or file");
    assertThat(CommandRun.of("tokenize", model, "--decode", "50").err()).contains("50");
    assertThat(CommandRun.of("tokenize", model, "--decode", "50").code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"tokenizer-golden,1", "tokenizer-golden-v3,3"})
  void stringsEqualSentencePiece(String golden, String version) throws IOException {
    Path lines = Shared.require("data/tokenizers/" + golden + ".jsonl");
    Path file = Shared.require("data/tokenizers/mistral-v" + version + "-tokenizer.model");
    List<JsonNode> found = jsonLines(out("tokenize", file + "", "--jsonl", "-i", lines + ""));
    List<JsonNode> expected = jsonLines(Files.readString(lines));
    assertThat(found).hasSize(expected.size());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).at("/ids")).isEqualTo(expected.get(i).at("/ids"));
      assertThat(found.get(i).at("/decoded")).isEqualTo(expected.get(i).at("/decoded"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void conversationsEqualMistralCommon(String version) throws IOException {
    Path lines = Shared.require("data/tokenizers/chat-golden.jsonl");
    Path file = Shared.require("data/tokenizers/mistral-v" + version + "-tokenizer.model");
    String out =
        out("tokenize", file + "", "--jsonl", "-i", lines + "", "--prompt-format", "v" + version);
    List<JsonNode> expected = jsonLines(Files.readString(lines));
    assertThat(jsonLines(out).stream().map(n -> n.at("/ids")).toList())
        .isEqualTo(expected.stream().map(n -> n.at("/v" + version + "_ids")).toList());
  }

  private static List<JsonNode> jsonLines(String text) {
    return text.lines().map(l -> JsonMapper.shared().readTree(l)).collect(Collectors.toList());
  }

  private static String out(String... args) {
    CommandRun run = CommandRun.of(args);
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    return run.out();
  }
}
