package sirocco.train.data;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// 64-bit hashes that are the same everywhere and always.
final class Hash {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Hash() {}

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit moves every output bit.
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /// A hash of two values, in this order.
  static long mix(long first, long second) {
    return mix(mix(first + GOLDEN) + GOLDEN * (second + 1));
  }

  /// A hash of some characters.
  static long of(String text, int from, int to, long seed) {
    long hash = seed;
    for (int i = from; i < to; i++) {
      hash = next(hash, text.charAt(i));
    }
    return mix(hash + (to - from));
  }

  /// A hash of characters one by one, to be mixed at the end.
  static long next(long hash, char c) {
    long product = (hash ^ c) * 0x9FB21C651E98DF25L;
    return product ^ (product >>> 28);
  }

  /// Numbers that depend on both values only.
  static RandomGenerator random(long seed, long number) {
    return new SplittableRandom(mix(seed, number));
  }
}
