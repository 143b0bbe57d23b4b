package sirocco.train.data;

import java.util.Arrays;
import java.util.Locale;

/// Finds texts that share most of their runs of five words (Broder 1997), without comparing pairs:
/// a signature of 112 minima is cut into 14 bands of 8, and two texts are near duplicates if a band
/// is equal. With a share s of runs in common (Jaccard) that happens with probability 1 - (1 -
/// s^8)^14: 5% at 0.5, 56% at 0.7, 77% at 0.75, 92% at 0.8, 99.9% at 0.9. The numbers are those of
/// FineWeb (Penedo et al. 2024).
final class MinHash {
  private static final int RUN = 5;
  private static final int BANDS = 14;
  private static final int ROWS = 8;
  private static final int HASHES = BANDS * ROWS;

  private final long[] factors = new long[HASHES];
  private final long[] terms = new long[HASHES];

  MinHash() {
    for (int k = 0; k < HASHES; k++) {
      factors[k] = Hash.mix(1, k) | 1;
      terms[k] = Hash.mix(2, k);
    }
  }

  /// [14] a hash of each band; none for a text without words.
  long[] bands(String text) {
    long[] words = words(text);
    if (words.length == 0) {
      return new long[0];
    }
    long[] minima = new long[HASHES];
    Arrays.fill(minima, Long.MAX_VALUE);
    for (int from = 0; from <= Math.max(words.length - RUN, 0); from++) {
      long run = 0;
      for (int w = from; w < Math.min(from + RUN, words.length); w++) {
        run = Hash.mix(run, words[w]);
      }
      // Multiply and add modulo 2^64, of which the high bits are kept (Dietzfelbinger 1996).
      for (int k = 0; k < HASHES; k++) {
        minima[k] = Math.min(minima[k], (factors[k] * run + terms[k]) >>> 16);
      }
    }
    long[] bands = new long[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long hash = band;
      for (int row = 0; row < ROWS; row++) {
        hash = Hash.mix(hash, minima[band * ROWS + row]);
      }
      bands[band] = hash;
    }
    return bands;
  }

  /// A hash of each word: letters and digits in a row, an ideograph, or any other mark by itself.
  private static long[] words(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    long[] words = new long[lower.length()];
    int count = 0;
    for (int at = 0; at < lower.length(); ) {
      int from = at;
      int first = lower.codePointAt(at);
      at += Character.charCount(first);
      while (isWordPart(first) && at < lower.length() && isWordPart(lower.codePointAt(at))) {
        at += Character.charCount(lower.codePointAt(at));
      }
      if (!Character.isWhitespace(first)) {
        words[count++] = Hash.of(lower, from, at, 3);
      }
    }
    return Arrays.copyOf(words, count);
  }

  private static boolean isWordPart(int c) {
    return Character.isLetterOrDigit(c) && !Character.isIdeographic(c);
  }
}
