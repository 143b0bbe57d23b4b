package sirocco.train.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/// Finds pieces by byte-pair encoding (Sennrich et al. 2016, "Neural Machine Translation of Rare
/// Words with Subword Units"): again and again the two neighbours that occur most often together
/// become one piece.
///
/// Neighbours are counted by what they spell together, not by where they are cut, because that is
/// how SentencePiece encodes: it joins any two neighbours that spell a piece, the earliest found
/// piece first. So after each step every word here is cut exactly as the encoder will cut it.
///
/// Of candidates that occur equally often the shorter one (in characters) wins, then the one whose
/// spelling comes first in the order of [String#compareTo]; the result does not depend on the order
/// of the corpus.
final class Merges {
  /// What occurs once teaches nothing.
  private static final long MIN_COUNT = 2;

  private static final int REPORT_EVERY = 100;

  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::count)
          .reversed()
          .thenComparingInt(e -> e.candidate().length)
          .thenComparing(e -> e.candidate().text);

  /// What two neighbours spell together.
  private static final class Candidate {
    final String text;
    final int length;
    final boolean allowed;

    /// In how many places.
    long count;

    /// The count of its entry in the queue; older entries are void. Below 0: none.
    long queued = -1;

    /// The words that have held it; some no longer do.
    int[] words = new int[2];

    int wordCount;

    /// Its symbol, once it is a piece; an earlier piece has the lower one.
    int symbol = Integer.MAX_VALUE;

    Candidate(String text, int length, boolean allowed) {
      this.text = text;
      this.length = length;
      this.allowed = allowed;
    }

    void isIn(int word) {
      if (wordCount == words.length) {
        words = Arrays.copyOf(words, 2 * wordCount);
      }
      words[wordCount++] = word;
    }
  }

  /// A candidate as often as it was counted when it was queued.
  private record Entry(Candidate candidate, long count) {}

  private final int maxLength;
  private final Predicate<String> allowed;

  /// The spelling of each symbol: first characters, then pieces in the order they were found.
  private final List<String> symbols = new ArrayList<>();

  private final Map<Integer, Integer> characters = new HashMap<>();
  private final Map<String, Integer> candidateOf = new HashMap<>();
  private final List<Candidate> candidates = new ArrayList<>();
  private final PairTable pairs = new PairTable();

  /// The words as they are cut now, in symbols.
  private final List<int[]> words = new ArrayList<>();

  private final List<Long> counts = new ArrayList<>();
  private final PriorityQueue<Entry> queue = new PriorityQueue<>(ORDER);
  private final Set<Candidate> risen = new LinkedHashSet<>();
  private final List<String> found = new ArrayList<>();

  /// @param maxLength characters of the longest piece
  /// @param allowed which spellings may become pieces
  Merges(int maxLength, Predicate<String> allowed) {
    this.maxLength = maxLength;
    this.allowed = allowed;
  }

  /// Adds a word, in characters, that occurs so often.
  void add(int[] codePoints, long count) {
    if (codePoints.length < 2) {
      return;
    }
    int[] word = new int[codePoints.length];
    for (int i = 0; i < word.length; i++) {
      int c = codePoints[i];
      word[i] =
          characters.computeIfAbsent(
              c,
              missing -> {
                symbols.add(Character.toString(c));
                return symbols.size() - 1;
              });
    }
    words.add(word);
    counts.add(count);
    account(words.size() - 1, new Candidate[0]);
  }

  /// The pieces, first found first: `wanted`, or fewer if no two neighbours occur together twice.
  List<String> find(int wanted, Progress progress) {
    progress.found(0, wanted);
    requeue();
    while (found.size() < wanted) {
      Entry best = queue.poll();
      if (best == null || best.count() < MIN_COUNT) {
        break;
      }
      Candidate candidate = best.candidate();
      if (best.count() != candidate.queued) {
        continue;
      }
      if (candidate.count < best.count()) {
        enqueue(candidate);
        continue;
      }
      accept(candidate);
      if (found.size() % REPORT_EVERY == 0) {
        progress.found(found.size(), wanted);
      }
    }
    progress.found(found.size(), wanted);
    return List.copyOf(found);
  }

  private void accept(Candidate piece) {
    piece.symbol = symbols.size();
    symbols.add(piece.text);
    found.add(piece.text);
    int[] holders = Arrays.copyOf(piece.words, piece.wordCount);
    piece.words = new int[0];
    piece.wordCount = 0;
    for (int word : holders) {
      recut(word);
    }
    requeue();
  }

  private void requeue() {
    for (Candidate candidate : risen) {
      if (candidate.count > candidate.queued) {
        enqueue(candidate);
      }
    }
    risen.clear();
  }

  private void enqueue(Candidate candidate) {
    candidate.queued = candidate.count;
    queue.add(new Entry(candidate, candidate.count));
  }

  /// Joins neighbours that spell a piece, the earliest found piece first, the leftmost of one piece
  /// first.
  private void recut(int word) {
    int[] old = words.get(word);
    int[] cut = old.clone();
    int length = cut.length;
    while (true) {
      int at = -1;
      int symbol = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < length; i++) {
        int here = candidate(cut[i], cut[i + 1]).symbol;
        if (here < symbol) {
          symbol = here;
          at = i;
        }
      }
      if (at < 0) {
        break;
      }
      cut[at] = symbol;
      System.arraycopy(cut, at + 2, cut, at + 1, length - at - 2);
      length--;
    }
    if (length == old.length) {
      return;
    }
    Candidate[] before = held(old);
    long count = counts.get(word);
    for (Candidate candidate : before) {
      candidate.count -= count;
    }
    words.set(word, Arrays.copyOf(cut, length));
    account(word, before);
  }

  /// Counts the word's neighbours, as it is cut now.
  ///
  /// @param before those that know of the word already
  private void account(int word, Candidate[] before) {
    long count = counts.get(word);
    Candidate[] now = held(words.get(word));
    for (int i = 0; i < now.length; i++) {
      Candidate candidate = now[i];
      candidate.count += count;
      if (candidate.allowed) {
        risen.add(candidate);
        if (!contains(before, before.length, candidate) && !contains(now, i, candidate)) {
          candidate.isIn(word);
        }
      }
    }
  }

  private static boolean contains(Candidate[] list, int length, Candidate candidate) {
    for (int i = 0; i < length; i++) {
      if (list[i] == candidate) {
        return true;
      }
    }
    return false;
  }

  /// What each two neighbours of a word spell. In a run `aaa` the second `aa` is left out: the two
  /// cannot both be joined.
  private Candidate[] held(int[] word) {
    Candidate[] held = new Candidate[word.length - 1];
    int size = 0;
    int counted = -2;
    for (int i = 0; i + 1 < word.length; i++) {
      boolean overlaps = counted == i - 1 && word[i - 1] == word[i] && word[i] == word[i + 1];
      if (!overlaps) {
        held[size++] = candidate(word[i], word[i + 1]);
        counted = i;
      }
    }
    return Arrays.copyOf(held, size);
  }

  private Candidate candidate(int left, int right) {
    int index = pairs.get(left, right);
    if (index == PairTable.ABSENT) {
      String text = symbols.get(left) + symbols.get(right);
      index =
          candidateOf.computeIfAbsent(
              text,
              missing -> {
                int length = text.codePointCount(0, text.length());
                boolean fits = length <= maxLength && allowed.test(text);
                candidates.add(new Candidate(text, length, fits));
                return candidates.size() - 1;
              });
      pairs.put(left, right, index);
    }
    return candidates.get(index);
  }
}
