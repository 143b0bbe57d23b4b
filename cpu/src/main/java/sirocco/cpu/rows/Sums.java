package sirocco.cpu.rows;

/// Sums over the lanes of a vector that was stored, always in the same order.
///
/// `reduceLanes(ADD)` leaves its order open, and Java's interpreter and compiler choose different
/// ones: the last bits of a result would then depend on whether a kernel was compiled already, and
/// the same prompt could have two answers.
public final class Sums {
  private Sums() {}

  /// Of as many numbers as a vector has lanes.
  public static float of(float[] lanes, int at) {
    return switch (Lanes.COUNT) {
      case 4 -> four(lanes, at);
      case 8 -> four(lanes, at) + four(lanes, at + 4);
      default ->
          (four(lanes, at) + four(lanes, at + 4)) + (four(lanes, at + 8) + four(lanes, at + 12));
    };
  }

  private static float four(float[] n, int at) {
    return (n[at] + n[at + 1]) + (n[at + 2] + n[at + 3]);
  }

  /// Of all numbers, from first to last.
  public static double of(double[] lanes) {
    double sum = 0;
    for (double lane : lanes) {
      sum += lane;
    }
    return sum;
  }
}
