package sirocco.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The exponential function of many numbers. Not the library's: that calls out of the compiled
/// loop, and on some machines falls back to one lane after the other.
///
/// With `x = n ln 2 + r`, `|r| <= ln 2 / 2`, it is `2^n exp(r)`, and of `exp(r)` the Taylor series
/// up to `r^7` leaves 5e-9. Nothing here but the library's own vector methods: where a caller gets
/// too large for the compiler, only those are still inlined, and a vector that is passed to a
/// method that is not costs 50 times as much. For the same reason [Elementwise#swiGlu] has these
/// lines once more.
final class Exponential {
  private static final VectorSpecies<Float> SPECIES = Elementwise.SPECIES;

  static final float LOG2_E = 1.442695f;

  /// Adding it leaves the nearest whole number in the low bits, and 127 more: a float32's exponent.
  static final float SHIFT = 0x1.8p23f + 127;

  /// The logarithm of 2: what of it times a whole number is exact, and the rest.
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /// Here and below the exponent is 0, and so the result.
  static final float LOWEST = -88;

  private Exponential() {}

  /// `exp(x)` for x up to 0, within 1 unit in the last place; results below 1.2e-38 may be 0. NaN
  /// stays NaN.
  ///
  /// @param count a multiple of the lanes
  static void ofNegative(float[] numbers, int from, int count) {
    for (int i = from; i < from + count; i += SPECIES.length()) {
      FloatVector x = FloatVector.fromArray(SPECIES, numbers, i).max(LOWEST);
      FloatVector shifted =
          x.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, SHIFT));
      FloatVector n = shifted.sub(SHIFT);
      FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), x);
      r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
      FloatVector sum = r.mul(1 / 5040f).add(1 / 720f);
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 120f));
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 24f));
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1 / 6f));
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1));
      sum = sum.fma(r, FloatVector.broadcast(SPECIES, 1));
      var power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      sum.mul(power.reinterpretAsFloats()).intoArray(numbers, i);
    }
  }
}
