package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Small tokenizers of every kind against the libraries they imitate (see
/// tools/goldens/tokenizer_goldens.py).
class SmallGoldenTest {
  @TempDir Path temp;

  static Path resource(String name) throws Exception {
    return Path.of(SmallGoldenTest.class.getResource(name).toURI());
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2-small.json, gpt2-small.jsonl",
    "llama3-small.json, llama3-small.jsonl",
    "tekken-small.json, tekken-small.jsonl",
    "sp-rules.model, sp-rules.jsonl",
    "sp-bytes.model, sp-bytes.jsonl",
  })
  void equalsTheOriginal(String file, String golden) throws Exception {
    GoldenTexts.read(resource(golden)).check(Tokenizers.of(Tokenizers.read(resource(file))));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2-small.json, gpt2-small.jsonl",
    "llama3-small.json, llama3-small.jsonl",
    "tekken-small.json, tekken-small.jsonl",
    "sp-bytes.model, sp-bytes.jsonl",
  })
  void survivesTokenizerJson(String file, String golden) throws Exception {
    Vocabulary original = Tokenizers.read(resource(file));
    Path written = Files.write(temp.resolve("tokenizer.json"), Tokenizers.toJson(original));
    Vocabulary again = Tokenizers.read(written);
    GoldenTexts.read(resource(golden)).check(Tokenizers.of(again));
    assertThat(again.preTokenizer()).isEqualTo(original.preTokenizer());
    assertThat(Tokenizers.toJson(again)).isEqualTo(Files.readAllBytes(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sp-rules", "sp-bytes"})
  void survivesTokenizerModel(String name) throws Exception {
    Vocabulary original = Tokenizers.read(resource(name + ".model"));
    Path written = Files.write(temp.resolve("tokenizer.model"), Tokenizers.toModel(original));
    assertThat(Tokenizers.read(written)).isEqualTo(original);
  }

  @Test
  void promptsWithControlTokensEqualHuggingFace() throws Exception {
    Tokenizer tokenizer = Tokenizers.of(Tokenizers.read(resource("sp-bytes.json")));
    for (GoldenTexts.Case c : GoldenTexts.read(resource("sp-bytes-prompts.jsonl")).cases()) {
      assertThat(IntStream.of(tokenizer.encodePrompt(c.text())).boxed().toList())
          .as(c.text())
          .isEqualTo(c.ids());
    }
  }
}
