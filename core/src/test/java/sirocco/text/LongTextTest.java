package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A megabyte without a seam: quadratic merging or a recursive expression would not come back.
class LongTextTest {
  private static final int LENGTH = 1 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sp-bytes.model",
        "sp-rules.model",
        "gpt2-small.json",
        "llama3-small.json",
        "tekken-small.json"
      })
  void encodesAMegabyteOfOneCharacter(String name) throws Exception {
    Tokenizer tokenizer = Tokenizers.of(Tokenizers.read(SmallGoldenTest.resource(name)));
    boolean squeezes = tokenizer.vocabulary().removeExtraWhitespaces();
    for (String unit : new String[] {"a", "A", " ", "\n", "1", "=", "'s", " a", "é", "\u0301"}) {
      String text = unit.repeat(LENGTH / unit.length());
      // Far above what it takes (a quarter of a second), far below what n^2 would.
      int[] ids =
          Assertions.assertTimeout(Duration.ofSeconds(20), () -> tokenizer.encode(text), unit);
      if (!squeezes) {
        assertThat(tokenizer.decode(ids).equals(text)).as(unit).isTrue();
      }
    }
  }
}
