package sirocco.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SegmentsTest {
  @Test
  void spacesLeadWords() {
    assertThat(cut("to be to", true)).isEqualTo(Map.of("▁to", 2L, "▁be", 1L));
    assertThat(cut("a  b", true)).isEqualTo(Map.of("▁a", 1L, "▁▁b", 1L));
    assertThat(cut("a ", true)).isEqualTo(Map.of("▁a", 1L, "▁", 1L));
    assertThat(cut("", true)).isEmpty();
  }

  @Test
  void wordsPunctuationAndScriptsAreApart() {
    assertThat(cut("f(x);\n", true)).isEqualTo(Map.of("▁f", 1L, "(", 1L, "x", 1L, ");\n", 1L));
    assertThat(cut("xщ", true)).isEqualTo(Map.of("▁x", 1L, "щ", 1L));
    assertThat(cut("は東カー", true)).isEqualTo(Map.of("▁は東カー", 1L));
  }

  @Test
  void combiningMarksStayWithTheirLetters() {
    assertThat(cut("e\u0301t\u0301щ\u0301", true))
        .isEqualTo(Map.of("▁e\u0301t\u0301", 1L, "щ\u0301", 1L));
  }

  @Test
  void digitsAreApartIfAskedFor() {
    assertThat(cut("12", true)).isEqualTo(Map.of("▁", 1L, "1", 1L, "2", 1L));
    assertThat(cut("12a", false)).isEqualTo(Map.of("▁12", 1L, "a", 1L));
  }

  @Test
  void whatNoVocabularyHoldsIsLeftOut() {
    assertThat(cut("a\u0000b\uD800c\uFDD0d\u2585", true))
        .isEqualTo(Map.of("▁a", 1L, "b", 1L, "c", 1L, "d", 1L));
  }

  @Test
  void longRunsAreCut() {
    assertThat(cut("=".repeat(20), true))
        .isEqualTo(Map.of("▁=======", 1L, "========", 1L, "=====", 1L));
  }

  private static Map<String, Long> cut(String text, boolean splitDigits) {
    var segments = new Segments(splitDigits, 8);
    segments.add(text);
    Map<String, Long> found = new TreeMap<>();
    segments.counts().forEach((segment, count) -> found.put(segment, count[0]));
    return found;
  }
}
