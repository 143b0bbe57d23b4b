package sirocco.text.grammar;

import java.util.Arrays;

/// Which tokens may come next. Immutable and shared.
public final class TokenMask {
  /// 64 tokens a word.
  private final long[] words;

  TokenMask(long[] words) {
    this.words = words;
  }

  static void add(long[] words, int id) {
    words[id >> 6] |= 1L << id;
  }

  /// Whether a token may come; false for ids that the vocabulary has not.
  public boolean allows(int id) {
    return id >= 0 && id >> 6 < words.length && (words[id >> 6] >> id & 1) != 0;
  }

  /// How many tokens may come.
  public int count() {
    return Arrays.stream(words).mapToInt(Long::bitCount).sum();
  }

  /// Sets the logits of all other tokens to minus infinity.
  ///
  /// @param logits `[V]`; longer than the tokenizer's vocabulary where the model has rows to spare
  public void bar(float[] logits) {
    for (int word = 0; word << 6 < logits.length; word++) {
      long allowed = word < words.length ? words[word] : 0;
      if (allowed == -1) {
        continue;
      }
      int first = word << 6;
      int end = Math.min(first + 64, logits.length);
      if (allowed == 0) {
        Arrays.fill(logits, first, end, Float.NEGATIVE_INFINITY);
        continue;
      }
      for (int id = first; id < end; id++) {
        if ((allowed >> id & 1) == 0) {
          logits[id] = Float.NEGATIVE_INFINITY;
        }
      }
    }
  }

  long[] words() {
    return words;
  }

  /// This and a few more.
  TokenMask with(Iterable<Integer> ids) {
    long[] all = words.clone();
    ids.forEach(id -> add(all, id));
    return new TokenMask(all);
  }

  TokenMask without(Iterable<Integer> ids) {
    long[] all = words.clone();
    ids.forEach(id -> all[id >> 6] &= ~(1L << id));
    return new TokenMask(all);
  }

  boolean isEmpty() {
    return Arrays.stream(words).allMatch(word -> word == 0);
  }
}
