package sirocco.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A text's tokens made into examples in which what is learned can be read off what came before.
///
/// @param opening the tokens that open an example
/// @param context most tokens of an example
@SuppressWarnings("ArrayRecordComponent") // never compared
record Repetitions(int[] opening, int[] text, int context, String domain) {
  /// The shortest stretch that comes again, and how many lengths there are.
  private static final int SHORTEST_STRETCH = 12;

  private static final int STRETCH_LENGTHS = 150;

  /// Tokens of a passage that is quoted, and of its beginning, which could be that of any.
  private static final int SHORTEST_PASSAGE = 8;

  private static final int LONGEST_PASSAGE = 48;
  private static final int BEGINNING = 3;

  /// The quotations are half as long as what is quoted.
  private static final double QUOTED_SHARE = 1.0 / 3;

  /// Stretches of many lengths, each twice in one example.
  List<Group> again() {
    List<Group> examples = new ArrayList<>();
    int from = 0;
    while (from < text.length) {
      int length = SHORTEST_STRETCH + (int) (from * 31L % STRETCH_LENGTHS);
      int to = Math.min(from + Math.min(length, (context - 2) / 2), text.length);
      if (to - from >= 2) {
        Copied copied = new Copied(2 * (to - from));
        copied.add(from, to, to - from);
        copied.add(from, to, 1);
        examples.add(copied.example());
      }
      from = to;
    }
    return examples;
  }

  /// Stretches of all lengths up to the context, each with passages out of it behind it.
  List<Group> quoted() {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(text));
    int most = context - opening.length;
    int longest = Math.max(1, (int) (most * (1 - QUOTED_SHARE)));
    List<Group> examples = new ArrayList<>();
    int from = 0;
    while (text.length - from >= 2 * SHORTEST_PASSAGE && longest >= 2 * SHORTEST_PASSAGE) {
      int to = Math.min(from + length(longest, random), text.length);
      Copied copied = new Copied(most);
      copied.add(from, to, to - from);
      int end = Math.min(most, (int) ((to - from) / (1 - QUOTED_SHARE)));
      while (end - copied.length >= SHORTEST_PASSAGE) {
        int passage = random.nextInt(SHORTEST_PASSAGE, LONGEST_PASSAGE + 1);
        passage = Math.min(passage, Math.min(to - from, end - copied.length));
        int start = random.nextInt(from, to - passage + 1);
        copied.add(start, start + passage, BEGINNING);
      }
      examples.add(copied.example());
      from = to;
    }
    return examples;
  }

  /// Short and long alike: the logarithm is spread evenly.
  private static int length(int longest, SplittableRandom random) {
    int shortest = Math.min(longest, 4 * SHORTEST_PASSAGE);
    return (int) (shortest * Math.pow((double) longest / shortest, random.nextDouble()));
  }

  /// An example in the making.
  private final class Copied {
    private final int[] ids;
    private final boolean[] learned;
    private int length;

    Copied(int most) {
      ids = Arrays.copyOf(opening, opening.length + most);
      learned = new boolean[ids.length];
    }

    /// Part of the text.
    ///
    /// @param given how many of its first tokens are not learned
    void add(int from, int to, int given) {
      int at = opening.length + length;
      System.arraycopy(text, from, ids, at, to - from);
      Arrays.fill(learned, at + given, at + to - from, true);
      length += to - from;
    }

    Group example() {
      int end = opening.length + length;
      return new Group(new Example(Arrays.copyOf(ids, end), Arrays.copyOf(learned, end), domain));
    }
  }
}
