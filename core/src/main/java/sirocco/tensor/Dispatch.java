package sirocco.tensor;

import java.util.Arrays;

/// Which rows each expert works on, and how much each counts: a router's choices, turned round. The
/// rows of an expert stand in rising order.
///
/// Legend: T rows, E experts, K chosen.
public final class Dispatch {
  private final int[] starts; // [E + 1]
  private final int[] rows; // [T K], grouped by expert
  private final float[] gates; // [T K], beside rows

  private Dispatch(int[] starts, int[] rows, float[] gates) {
    this.starts = starts;
    this.rows = rows;
    this.gates = gates;
  }

  /// The groups of a router's choices.
  ///
  /// @param experts E
  /// @param chosen K
  /// @param ids `[T, K]`, experts; no row chooses one twice
  /// @param gates `[T, K]`
  public static Dispatch of(int experts, int chosen, int[] ids, float[] gates) {
    int[] starts = new int[experts + 1];
    for (int expert : ids) {
      starts[expert + 1]++;
    }
    for (int e = 0; e < experts; e++) {
      starts[e + 1] += starts[e];
    }
    int[] next = starts.clone();
    int[] rows = new int[ids.length];
    float[] grouped = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int at = next[ids[i]]++;
      rows[at] = i / chosen;
      grouped[at] = gates[i];
    }
    return new Dispatch(starts, rows, grouped);
  }

  /// One expert that every row visits with a gate of 1: what a dense block is.
  ///
  /// @param rows T
  public static Dispatch dense(int rows) {
    float[] gates = new float[rows];
    Arrays.fill(gates, 1);
    return of(1, 1, new int[rows], gates);
  }

  /// E
  public int experts() {
    return starts.length - 1;
  }

  /// All rows of all experts: T K.
  public int size() {
    return rows.length;
  }

  /// Where the rows of an expert begin in the grouped order.
  public int start(int expert) {
    return starts[expert];
  }

  /// How many rows an expert has.
  public int count(int expert) {
    return starts[expert + 1] - starts[expert];
  }

  /// Row number `index` of the grouped order.
  public int row(int index) {
    return rows[index];
  }

  /// What the expert's output for that row is multiplied by.
  public float gate(int index) {
    return gates[index];
  }

  /// An expert's rows.
  public int[] rows(int expert) {
    return Arrays.copyOfRange(rows, starts[expert], starts[expert + 1]);
  }

  /// An expert's gates.
  public float[] gates(int expert) {
    return Arrays.copyOfRange(gates, starts[expert], starts[expert + 1]);
  }
}
