package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.testkit.Mutations;

/// Damaged files, the same for every run: a reader says what is wrong or gives a tokenizer that
/// works; nothing else escapes.
class TokenizerFuzzTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "sp-bytes.model, 3000",
    "sp-rules.model, 4000",
    "sp-bytes.json, 1500",
    "llama3-small.json, 2000",
    "tekken-small.json, 1500",
  })
  void onlyTokenizerExceptionsEscape(String name, int mutants) throws Exception {
    Path source = SmallGoldenTest.resource(name);
    Mutations mutations = new Mutations(Files.readAllBytes(source), 42);
    if (name.endsWith(".json")) {
      mutations =
          mutations.withWords(
              "null", "-1", "9999999999", "[", "{", "\"\"", "\"type\"", "true", "1e400", "\\ud800");
    }
    Path file = temp.resolve(name);
    int refused = 0;
    for (int i = 0; i < mutants; i++) {
      Files.write(file, mutations.next());
      try {
        use(Tokenizers.of(Tokenizers.read(file)));
      } catch (TokenizerException e) {
        refused++;
        assertThat(e.getMessage()).as(mutations.last()).isNotBlank().doesNotContain("\n");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("mutant " + i + ": " + mutations.last(), e);
      }
    }
    assertThat(refused).isBetween(mutants / 10, mutants - 1);
  }

  private static void use(Tokenizer tokenizer) {
    for (String text : new String[] {"The quick brown fox's\n 123 ß😀--", "<s>[INST]\0 a"}) {
      tokenizer.decode(tokenizer.encode(text));
      tokenizer.decode(tokenizer.encodePrompt(text));
    }
    Vocabulary v = tokenizer.vocabulary();
    byte[] json = new byte[0];
    try {
      json = Tokenizers.toJson(v);
    } catch (TokenizerException e) {
      // The format cannot say everything.
    }
    assertThat(new String(json, StandardCharsets.UTF_8)).doesNotContain("\0");
  }
}
