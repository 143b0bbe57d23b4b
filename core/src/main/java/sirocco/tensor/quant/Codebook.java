package sirocco.tensor.quant;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// The 16 uneven levels of the IQ4 types, dense near zero (ggml's `kvalues_iq4nl`), and the search
/// for the scale under which a few numbers lose least on them; see [ScaleSearch] for the method.
final class Codebook {
  private static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /// Level for each half step from -128: the middles between neighbours are whole or half numbers.
  private static final byte[] NEAREST = nearestLevels();

  /// How far around a codebook's end, in its units, the search puts the extreme number.
  private static final int SPREAD = 8;

  private double score;
  private float scale;

  static int value(int level) {
    return VALUES[level];
  }

  /// The level whose value is nearest.
  static int nearest(float value) {
    return NEAREST[(int) (2 * Math.max(-128f, Math.min(127f, value)) + 256)];
  }

  private static byte[] nearestLevels() {
    byte[] levels = new byte[512];
    int level = 0;
    for (int twice = -256; twice < 256; twice++) {
      while (level < 15 && twice >= VALUES[level] + VALUES[level + 1]) {
        level++;
      }
      levels[twice + 256] = (byte) level;
    }
    return levels;
  }

  /// The scale s for which `s * value(level)` loses least on `count` numbers; 0 if they are all
  /// next to nothing.
  float best(float[] x, int from, int count) {
    float extreme = ScaleSearch.extreme(x, from, count);
    if (Math.abs(extreme) < ScaleSearch.NOTHING) {
      return 0;
    }
    double highest = -1;
    float best = 0;
    for (int shift = -SPREAD; shift <= SPREAD; shift++) {
      for (int end = 0; end < 16; end += 15) {
        refit(x, from, count, (VALUES[end] + shift) / extreme);
        if (score > highest) {
          highest = score;
          best = scale;
        }
      }
    }
    for (int step = 0; step < 4; step++) {
      refit(x, from, count, 1 / best);
      if (score <= highest) {
        break;
      }
      highest = score;
      best = scale;
    }
    return best;
  }

  private void refit(float[] x, int from, int count, float inverse) {
    double lx = 0;
    int ll = 0;
    for (int i = from; i < from + count; i++) {
      int value = VALUES[nearest(inverse * x[i])];
      lx += (double) value * x[i];
      ll += value * value;
    }
    score = lx * lx / ll;
    scale = (float) (lx / ll);
  }

  /// Writes the levels of 32 numbers under one step; returns the squared error.
  static double writeLevels(float step, float[] x, int from, MemorySegment target, long at) {
    float inverse = Blocks.inverse(step);
    double loss = 0;
    for (int i = 0; i < 16; i++) {
      int low = nearest(x[from + i] * inverse);
      int high = nearest(x[from + 16 + i] * inverse);
      target.set(JAVA_BYTE, at + i, (byte) (low | (high << 4)));
      float lowError = x[from + i] - step * VALUES[low];
      float highError = x[from + 16 + i] - step * VALUES[high];
      loss += (double) lowError * lowError + (double) highError * highError;
    }
    return loss;
  }
}
