package sirocco.train.synthetic;

/// Which share of the made-up world a generator draws from. A word, a wording or a pair of numbers
/// belongs to exactly one share, by its hash: what is measured was never learned from.
enum Share {
  TRAINING,
  EVALUATION;

  /// One in this many is kept for evaluation.
  private static final int RESERVED = 16;

  /// Whether this share holds what the key names.
  boolean holds(String key) {
    boolean reserved = Math.floorMod(spread(key.hashCode()), RESERVED) == 0;
    return reserved == (this == EVALUATION);
  }

  /// The last step of MurmurHash3: every bit of a string's hash reaches every other.
  private static int spread(int hash) {
    int h = hash;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
