package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StopRuleTest {
  @Test
  void aStopAcrossPiecesIsNeverShown() {
    StopRule rule = new StopRule(List.of("</end>"));
    assertThat(rule.append("text<")).isEqualTo("text");
    assertThat(rule.append("/e")).isEmpty();
    assertThat(rule.append("nd> and more")).isEmpty();
    assertThat(rule.stopped()).isTrue();
    assertThat(rule.finish()).isEmpty();
  }

  @Test
  void whatWasHeldBackComesWhenItIsNoStop() {
    StopRule rule = new StopRule(List.of("</end>"));
    assertThat(rule.append("a</e")).isEqualTo("a");
    assertThat(rule.append("x<")).isEqualTo("</ex");
    assertThat(rule.finish()).isEqualTo("<");
    assertThat(rule.stopped()).isFalse();
  }

  @Test
  void aBeginningInsideABeginningIsKept() {
    StopRule rule = new StopRule(List.of("aab"));
    assertThat(rule.append("aa")).isEmpty();
    assertThat(rule.append("a")).isEqualTo("a");
    assertThat(rule.append("b")).isEmpty();
    assertThat(rule.stopped()).isTrue();
  }

  @Test
  void theStopThatIsCompleteFirstWinsAndThenTheLongest() {
    StopRule first = new StopRule(List.of("abcd", "bc"));
    assertThat(first.append("xabcd")).isEqualTo("xa");
    StopRule longest = new StopRule(List.of("c", "abc"));
    assertThat(longest.append("xabc")).isEqualTo("x");
  }

  /// However a text is cut, the same is given out and nothing of it is a stop string.
  @Test
  void cuttingTheTextChangesNothing() {
    Random random = new Random(9);
    for (int round = 0; round < 3000; round++) {
      List<String> stops = List.of(word(random, 1, 5), word(random, 1, 5), word(random, 2, 6));
      String text = word(random, 0, 30);
      StopRule whole = new StopRule(stops);
      String expected = whole.append(text) + whole.finish();
      StopRule cut = new StopRule(stops);
      StringBuilder given = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(4));
        given.append(cut.append(text.substring(at, end)));
        assertThat(expected).startsWith(given);
        at = end;
      }
      given.append(cut.finish());
      assertThat(given.toString()).isEqualTo(expected);
      assertThat(cut.stopped()).isEqualTo(whole.stopped());
      assertThat(whole.stopped()).isEqualTo(stops.stream().anyMatch(text::contains));
      for (String stop : stops) {
        assertThat(expected).doesNotContain(stop);
      }
    }
  }

  private static String word(Random random, int least, int most) {
    StringBuilder word = new StringBuilder();
    for (int n = least + random.nextInt(most - least + 1); n > 0; n--) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
