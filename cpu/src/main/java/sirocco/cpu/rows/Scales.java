package sirocco.cpu.rows;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import sirocco.tensor.Tensor;

/// The small whole scales of a block of 256, unpacked byte by byte in a pair of longs and turned
/// into float32 together.
final class Scales {
  /// The upper half of sixteen lanes, and of eight.
  private static final VectorMask<Float> UPPER_OF_16 = VectorMask.fromLong(Lanes.FLOATS, 0xFF00);

  private static final VectorMask<Integer> UPPER_OF_8 = VectorMask.fromLong(Lanes.INTS, 0xF0);

  private static final long NIBBLES = 0x0F0F0F0F0F0F0F0FL;
  private static final long TOPS = 0x8080808080808080L;

  private Scales() {}

  /// Number j is `d` times byte j of `first`, number 8 + j `e` times byte j of `second`. The bytes
  /// are signed.
  static void spread(long first, float d, long second, float e, float[] to, int at) {
    if (Lanes.TABLES) {
      ByteVector bytes =
          LongVector.broadcast(LongVector.SPECIES_128, first)
              .withLane(1, second)
              .reinterpretAsBytes();
      FloatVector wholes = (FloatVector) bytes.convertShape(VectorOperators.B2F, Lanes.FLOATS, 0);
      wholes.mul(FloatVector.broadcast(Lanes.FLOATS, d).blend(e, UPPER_OF_16)).intoArray(to, at);
      return;
    }
    for (int j = 0; j < 16; j += Lanes.COUNT) {
      long bytes = j < 8 ? first : second;
      IntVector words = IntVector.broadcast(Lanes.INTS, (int) (bytes >>> ((j & 7) * Byte.SIZE)));
      if (Lanes.COUNT == 8) {
        words = words.blend((int) (bytes >>> Integer.SIZE), UPPER_OF_8);
      }
      IntVector wholes =
          words.lanewise(VectorOperators.LSHL, Lanes.TO_BACK).lanewise(VectorOperators.ASHR, 24);
      ((FloatVector) wholes.convert(VectorOperators.I2F, 0))
          .mul(j < 8 ? d : e)
          .intoArray(to, at + j);
    }
  }

  /// Number 16 + j becomes `factor` times number j.
  private static void offsets(float factor, float[] to) {
    for (int j = 0; j < 16; j += Lanes.COUNT) {
      FloatVector.fromArray(Lanes.FLOATS, to, j).mul(factor).intoArray(to, 16 + j);
    }
  }

  /// The head of Q4_K and Q5_K: half d, half e, eight scales and eight minima of six bits in 12
  /// bytes. Number j becomes `d s`, number 8 + j `-e m`.
  static void sixBit(MemorySegment weights, long block, float[] to) {
    int first = weights.get(Tensor.INT, block + 4); // scales 0 to 3, the top of scales 4 to 7
    int second = weights.get(Tensor.INT, block + 8); // minima likewise
    int third = weights.get(Tensor.INT, block + 12); // low nibbles of scales and minima 4 to 7
    int scales = (third & 0x0F0F0F0F) | ((first >>> 2) & 0x30303030);
    int minima = ((third >>> 4) & 0x0F0F0F0F) | ((second >>> 2) & 0x30303030);
    spread(
        pair(first & 0x3F3F3F3F, scales),
        Lanes.half(weights, block),
        pair(second & 0x3F3F3F3F, minima),
        -Lanes.half(weights, block + 2),
        to,
        0);
  }

  /// The head of IQ4_XS: half d, eight scales of six bits as a short of upper pairs and an int of
  /// low nibbles. Number j becomes `d (s - 32)`.
  static void pairsAndNibbles(MemorySegment weights, long block, float[] to) {
    long upper = weights.get(Tensor.SHORT, block + 2) & 0xFFFFL;
    upper = (upper | upper << 24) & 0x000000FF000000FFL;
    upper = (upper | upper << 12) & 0x000F000F000F000FL;
    upper = (upper | upper << 6) & 0x0303030303030303L;
    long lower = weights.get(Tensor.INT, block + 4) & 0xFFFFFFFFL;
    lower = (lower | lower << 16) & 0x0000FFFF0000FFFFL;
    lower = (lower | lower << 8) & 0x00FF00FF00FF00FFL;
    lower = (lower | lower << 4) & 0x0F0F0F0F0F0F0F0FL;
    float d = Lanes.half(weights, block);
    spread(around32(lower | upper << 4), d, 0, d, to, 0);
  }

  /// The 12 bytes of Q3_K's scales: low nibbles of scales j and 8 + j in byte j, upper pairs of
  /// scales 4 k + i in the pairs k of byte 8 + i. Number j becomes `d (s - 32)`, number 16 + j -4
  /// times that.
  static void threeBit(MemorySegment weights, long at, float d, float[] to) {
    long lower = weights.get(Tensor.LONG, at);
    int upper = weights.get(Tensor.INT, at + 8);
    long first = pair(upper & 0x03030303, (upper >>> 2) & 0x03030303);
    long second = pair((upper >>> 4) & 0x03030303, (upper >>> 6) & 0x03030303);
    first = around32((lower & NIBBLES) | first << 4);
    second = around32(((lower >>> 4) & NIBBLES) | second << 4);
    spread(first, d, second, d, to, 0);
    offsets(-4, to);
  }

  /// The 16 signed bytes of Q6_K's scales. Number j becomes `d s`, number 16 + j -32 times that.
  static void bytes(MemorySegment weights, long at, float d, float[] to) {
    long first = weights.get(Tensor.LONG, at);
    long second = weights.get(Tensor.LONG, at + 8);
    spread(first, d, second, d, to, 0);
    offsets(-32, to);
  }

  /// The 16 bytes of Q2_K's scales. Number j becomes `d s`, number 16 + j `-e m`.
  static void nibbles(MemorySegment weights, long at, float d, float e, float[] to) {
    long first = weights.get(Tensor.LONG, at);
    long second = weights.get(Tensor.LONG, at + 8);
    spread(first & NIBBLES, d, second & NIBBLES, d, to, 0);
    spread((first >>> 4) & NIBBLES, -e, (second >>> 4) & NIBBLES, -e, to, 16);
  }

  /// `byte - 32` for eight bytes from 0 to 63: the set top bits keep borrows within each byte.
  private static long around32(long bytes) {
    return ((bytes | TOPS) - 0x2020202020202020L) ^ TOPS;
  }

  private static long pair(int low, int high) {
    return (low & 0xFFFFFFFFL) | ((long) high << Integer.SIZE);
  }
}
