package sirocco.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damages files at random, the same way for the same seed: each mutant is a valid file with one to
/// four changes. A reader's fuzz test feeds it thousands of them.
///
/// ```java
/// var mutations = new Mutations(valid, 1).withFields(offsets).withWords("\"dtype\"", "-1");
/// for (int i = 0; i < 20_000; i++) {
///   byte[] mutant = mutations.next();
///   // read it; on failure say mutations.last()
/// }
/// ```
public final class Mutations {
  /// Numbers at which sizes, offsets and counts go wrong.
  private static final long[] INTERESTING = {
    0,
    1,
    2,
    3,
    7,
    31,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    (1L << 24) + 1,
    Integer.MAX_VALUE,
    1L << 31,
    0xFFFFFFFFL,
    1L << 32,
    1_000_000_000L,
    1L << 40,
    1L << 60,
    (1L << 61) + 1,
    Long.MAX_VALUE - 31,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2,
    -1,
    Float.floatToIntBits(Float.NaN),
    Float.floatToIntBits(Float.POSITIVE_INFINITY),
    Float.floatToIntBits(-1e-5f)
  };

  private final byte[] base;
  private final SplittableRandom random;
  private int[] fields = {};
  private List<byte[]> words = List.of();
  private final List<String> changes = new ArrayList<>();

  /// Mutants of `base`, which is not changed.
  public Mutations(byte[] base, long seed) {
    this.base = base.clone();
    this.random = new SplittableRandom(seed);
  }

  /// Offsets of numbers in the file: half of the changes then put interesting ones there.
  public Mutations withFields(List<Integer> offsets) {
    fields = offsets.stream().mapToInt(Integer::intValue).toArray();
    return this;
  }

  /// Words of a text format, which are written over and between what is there, and in place of
  /// numbers.
  public Mutations withWords(String... texts) {
    words = Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    return this;
  }

  /// The next mutant.
  public byte[] next() {
    changes.clear();
    byte[] mutant = base.clone();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count && mutant.length > 0; i++) {
      mutant = change(mutant);
    }
    return mutant;
  }

  /// How the latest mutant was made.
  public String last() {
    return String.join("; ", changes);
  }

  private byte[] change(byte[] bytes) {
    if (fields.length > 0 && random.nextBoolean()) {
      return putNumber(bytes, fields[random.nextInt(fields.length)]);
    }
    if (!words.isEmpty() && random.nextInt(3) == 0) {
      return putWord(bytes);
    }
    return switch (random.nextInt(8)) {
      case 0, 1 -> flipBit(bytes);
      case 2 -> fillRun(bytes);
      case 3 -> truncate(bytes);
      case 4 -> splice(bytes);
      case 5 -> removeRun(bytes);
      case 6 -> scramble(bytes);
      default -> putNumber(bytes, random.nextInt(bytes.length));
    };
  }

  private byte[] flipBit(byte[] bytes) {
    int at = early(bytes.length);
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    changes.add("bit flipped in byte " + at);
    return bytes;
  }

  private byte[] fillRun(byte[] bytes) {
    int at = early(bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
    byte value = (byte) (random.nextBoolean() ? random.nextInt() : -random.nextInt(2));
    Arrays.fill(bytes, at, end, value);
    changes.add("bytes " + at + " to " + end + " set to " + value);
    return bytes;
  }

  private byte[] scramble(byte[] bytes) {
    int at = early(bytes.length);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
    for (int i = at; i < end; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    changes.add("bytes " + at + " to " + end + " scrambled");
    return bytes;
  }

  private byte[] truncate(byte[] bytes) {
    int length = random.nextBoolean() ? early(bytes.length) : random.nextInt(bytes.length);
    changes.add("cut to " + length + " bytes");
    return Arrays.copyOf(bytes, length);
  }

  /// Copies a run of the file into another place, moving the rest on.
  private byte[] splice(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(64, bytes.length - from));
    changes.add(length + " bytes of " + from + " put in");
    return insert(bytes, early(bytes.length), Arrays.copyOfRange(bytes, from, from + length));
  }

  private byte[] removeRun(byte[] bytes) {
    int from = early(bytes.length);
    int length = 1 + random.nextInt(Math.min(32, bytes.length - from));
    changes.add(length + " bytes removed at " + from);
    return remove(bytes, from, length);
  }

  /// Writes an interesting number, little-endian, in 1, 4 or 8 bytes.
  private byte[] putNumber(byte[] bytes, int at) {
    long number = INTERESTING[random.nextInt(INTERESTING.length)];
    int width = new int[] {1, 4, 8, 8}[random.nextInt(4)];
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      bytes[at + i] = (byte) (number >>> (8 * i));
    }
    changes.add(number + " in " + width + " bytes at " + at);
    return bytes;
  }

  private byte[] putWord(byte[] bytes) {
    byte[] word = words.get(random.nextInt(words.size()));
    int at = early(bytes.length);
    changes.add("word " + new String(word, StandardCharsets.UTF_8) + " at " + at);
    switch (random.nextInt(3)) {
      case 0 -> System.arraycopy(word, 0, bytes, at, Math.min(word.length, bytes.length - at));
      case 1 -> {
        return insert(bytes, at, word);
      }
      default -> {
        return insert(remove(bytes, at, digits(bytes, at)), at, word);
      }
    }
    return bytes;
  }

  /// How many digits stand here, so that a number is replaced whole.
  private static int digits(byte[] bytes, int at) {
    int length = 0;
    while (at + length < bytes.length && bytes[at + length] >= '0' && bytes[at + length] <= '9') {
      length++;
    }
    return length;
  }

  private static byte[] remove(byte[] bytes, int from, int length) {
    byte[] shorter = new byte[bytes.length - length];
    System.arraycopy(bytes, 0, shorter, 0, from);
    System.arraycopy(bytes, from + length, shorter, from, shorter.length - from);
    return shorter;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] run) {
    byte[] longer = new byte[bytes.length + run.length];
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(run, 0, longer, at, run.length);
    System.arraycopy(bytes, at, longer, at + run.length, bytes.length - at);
    return longer;
  }

  /// A place in the file, in its first quarter more often than not: that is where heads are.
  private int early(int length) {
    int bound = random.nextInt(4) > 0 ? Math.max(1, length / 4) : length;
    return random.nextInt(bound);
  }
}
