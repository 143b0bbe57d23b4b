package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patterns are found in texts as JSON schema means it.
final class TextPatternTest {
  @ParameterizedTest
  @CsvSource({
    "b+, abbc, true",
    "b+, ac, false",
    "^b, abc, false",
    "^abc$, abc, true",
    "^abc$, abcd, false",
    "^.$, 😀, true",
    "^[à-é]{2}$, éà, true",
    "^[à-é]{2}$, é, false",
    "^(a|bc)*$, abca, true",
    "'', anything, true",
  })
  void isFoundOrNot(String pattern, String text, boolean found) {
    assertThat(TextPattern.of(pattern).isIn(text)).isEqualTo(found);
  }

  @Test
  void takesTimeLinearInTheText() {
    assertThat(TextPattern.of("^(a+)+$").isIn("a".repeat(100_000) + "b")).isFalse();
  }

  @Test
  void refusesWhatIsNotRegular() {
    assertThatThrownBy(() -> TextPattern.of("(?=a)")).isInstanceOf(GrammarException.class);
  }
}
