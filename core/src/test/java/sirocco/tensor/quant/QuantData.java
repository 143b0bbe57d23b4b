package sirocco.tensor.quant;

import java.util.List;

/// Seeded numbers to quantise, the same that tools/goldens/quant_goldens.py makes.
final class QuantData {
  static final List<String> DISTRIBUTIONS =
      List.of(
          "gaussian",
          "heavy",
          "uniform",
          "shifted",
          "outlier",
          "constant",
          "negative",
          "zero",
          "tiny",
          "denormal",
          "huge");

  private long state;

  QuantData(long seed) {
    state = seed;
  }

  static float[] numbers(String distribution, int count, long seed) {
    var data = new QuantData(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) data.next(distribution, i);
    }
    return numbers;
  }

  /// splitmix64.
  long bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  double uniform() {
    return (bits() >>> 11) * 0x1p-53;
  }

  /// Twelve uniforms less six: near enough a standard Gaussian, and exact everywhere.
  double bell() {
    double total = 0;
    for (int i = 0; i < 12; i++) {
      total += uniform();
    }
    return total - 6;
  }

  private double next(String distribution, int i) {
    return switch (distribution) {
      case "gaussian" -> bell() * 0.02;
      case "heavy" -> {
        double b = bell();
        yield b * b * b * 0.02;
      }
      case "uniform" -> uniform();
      case "shifted" -> bell() * 0.02 - 0.1;
      case "outlier" -> {
        double b = bell() * 0.02;
        yield i % 256 == 77 ? 1.5 : b;
      }
      case "constant" -> 0.7;
      case "negative" -> -0.7;
      case "zero" -> 0;
      case "tiny" -> bell() * 1e-6;
      case "denormal" -> bell() * 1e-40;
      case "huge" -> bell() * 1e4;
      default -> throw new IllegalArgumentException(distribution);
    };
  }
}
