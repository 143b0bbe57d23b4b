package sirocco.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MergesTest {
  @Test
  void theMostFrequentNeighboursComeFirst() {
    // Sennrich's own example: low 5, lower 2, newest 6, widest 3.
    Map<String, Long> words = Map.of("low", 5L, "lower", 2L, "newest", 6L, "widest", 3L);
    assertThat(find(words, 5, 16)).containsExactly("es", "est", "lo", "low", "ew");
  }

  @Test
  void ofEquallyFrequentOnesTheShorterThenTheAlphabetDecides() {
    assertThat(find(Map.of("cd", 5L, "ab", 5L), 2, 16)).containsExactly("ab", "cd");
    // After ab: abx occurs as often as yz, and is longer.
    assertThat(find(Map.of("abx", 5L, "ab", 1L, "yz", 5L), 3, 16))
        .containsExactly("ab", "yz", "abx");
  }

  @Test
  void aRunCountsOnlyThePairsThatCanBeJoined() {
    assertThat(find(Map.of("aaa", 3L, "xy", 4L), 2, 16)).containsExactly("xy", "aa");
    assertThat(find(Map.of("aaaa", 3L, "xy", 4L), 2, 16)).containsExactly("aa", "xy");
  }

  @Test
  void whatOccursOnceTeachesNothing() {
    assertThat(find(Map.of("ab", 1L, "cd", 2L), 10, 16)).containsExactly("cd");
    assertThat(find(Map.of("a", 9L), 10, 16)).isEmpty();
  }

  @Test
  void noPieceIsLongerThanAsked() {
    assertThat(find(Map.of("abcdefgh", 9L), 99, 3)).allMatch(piece -> piece.length() <= 3);
    String far = "\uD83D\uDE42".repeat(4);
    assertThat(find(Map.of(far, 9L), 99, 2)).containsExactly("\uD83D\uDE42".repeat(2));
  }

  @Test
  void whatIsNotAllowedIsPassedOver() {
    var merges = new Merges(16, text -> !text.equals("ab"));
    merges.add("abc".codePoints().toArray(), 5);
    assertThat(merges.find(9, Progress.NONE)).containsExactly("bc", "abc");
  }

  /// Against the definition: encode every word with the pieces so far, count, take the best.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithTheDefinition(long seed) {
    var random = new Random(seed);
    Map<String, Long> words = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      var word = new StringBuilder();
      int length = 1 + random.nextInt(12);
      for (int c = 0; c < length; c++) {
        word.append((char) ('a' + random.nextInt(2 + (int) (seed % 4))));
      }
      words.merge(word.toString(), 1L + random.nextInt(20), Long::sum);
    }
    int maxLength = 3 + random.nextInt(6);
    assertThat(find(words, 60, maxLength)).isEqualTo(byDefinition(words, 60, maxLength));
  }

  private static List<String> find(Map<String, Long> words, int wanted, int maxLength) {
    var merges = new Merges(maxLength, text -> true);
    words.forEach((word, count) -> merges.add(word.codePoints().toArray(), count));
    return merges.find(wanted, Progress.NONE);
  }

  private static List<String> byDefinition(Map<String, Long> words, int wanted, int maxLength) {
    List<String> pieces = new ArrayList<>();
    while (pieces.size() < wanted) {
      Map<String, Long> counts = new TreeMap<>();
      words.forEach((word, count) ->
          pairs(encode(word, pieces)).forEach(pair -> counts.merge(pair, count, Long::sum)));
      var best =
          counts.entrySet().stream()
              .filter(e -> e.getKey().length() <= maxLength && e.getValue() > 1)
              .min(
                  Comparator.comparingLong((Map.Entry<String, Long> e) -> -e.getValue())
                      .thenComparingInt(e -> e.getKey().length())
                      .thenComparing(Map.Entry::getKey));
      if (best.isEmpty()) {
        break;
      }
      pieces.add(best.get().getKey());
    }
    return pieces;
  }

  private static List<String> pairs(List<String> cut) {
    List<String> pairs = new ArrayList<>();
    boolean joined = false;
    for (int i = 0; i + 1 < cut.size(); i++) {
      String left = cut.get(i);
      joined = !(joined && cut.get(i - 1).equals(left) && left.equals(cut.get(i + 1)));
      if (joined) {
        pairs.add(left + cut.get(i + 1));
      }
    }
    return pairs;
  }

  private static List<String> encode(String word, List<String> pieces) {
    List<String> cut = new ArrayList<>(word.chars().mapToObj(Character::toString).toList());
    while (true) {
      int at = -1;
      int rank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < cut.size(); i++) {
        int here = pieces.indexOf(cut.get(i) + cut.get(i + 1));
        if (here >= 0 && here < rank) {
          rank = here;
          at = i;
        }
      }
      if (at < 0) {
        return cut;
      }
      cut.set(at, cut.get(at) + cut.remove(at + 1));
    }
  }
}
