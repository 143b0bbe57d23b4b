package sirocco.tensor.quant;

import java.lang.foreign.MemorySegment;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;

/// What every block format needs: whole blocks, half-precision scales, rounding.
final class Blocks {
  /// The largest finite half: no scale may pass it.
  static final float HALF_MAX = 65504f;

  /// The smallest normal half, 2^-14; below it a half has a fixed step of 2^-24.
  private static final float HALF_NORMAL = 0x1p-14f;

  private Blocks() {}

  /// Blocks that `count` numbers fill.
  static int count(DType dtype, int count) {
    if (count < 0 || count % dtype.blockElements() != 0) {
      throw new TensorException(
          count + " numbers do not fill blocks of " + dtype.blockElements() + " (" + dtype + ")");
    }
    return count / dtype.blockElements();
  }

  /// Blocks that `count` numbers fill, once each number is known to be finite and within `reach`.
  static int encodable(DType dtype, float reach, float[] source, int from, int count) {
    int blocks = count(dtype, count);
    for (int i = from; i < from + count; i++) {
      if (!(Math.abs(source[i]) <= reach)) {
        throw new TensorException(
            Float.isFinite(source[i])
                ? "number " + i + " is " + source[i] + ": " + dtype + " reaches only " + reach
                : "number " + i + " is " + source[i] + ": only finite numbers fit " + dtype);
      }
    }
    return blocks;
  }

  /// The half at this offset.
  static float half(MemorySegment segment, long offset) {
    return Float.float16ToFloat(segment.get(Tensor.SHORT, offset));
  }

  static void setHalf(MemorySegment segment, long offset, float value) {
    segment.set(Tensor.SHORT, offset, Float.floatToFloat16(value));
  }

  /// The half nearest to the scale of a super-block, at least 0. Below the normal halves it rounds
  /// up: the small whole factors can then still spell a tiny scale, where rounding down would clip
  /// or lose it.
  static float superScale(float scale) {
    float half = Float.float16ToFloat(Float.floatToFloat16(Math.min(scale, HALF_MAX)));
    return half < scale && scale < HALF_NORMAL ? half + 0x1p-24f : half;
  }

  /// 1 / scale, or 0 where that is no finite number: a block with such a scale decodes to zeros.
  static float inverse(float scale) {
    float inverse = 1f / scale;
    return Float.isInfinite(inverse) ? 0f : inverse;
  }

  /// The whole number nearest to `value`, halves to even; |value| < 2^22.
  static int nearest(float value) {
    // 1.5 * 2^23: adding it leaves the rounded number in the low bits of the significand.
    return Float.floatToRawIntBits(value + 12582912f) - 0x4B400000;
  }

  static int clamp(int value, int low, int high) {
    return Math.max(low, Math.min(high, value));
  }
}
