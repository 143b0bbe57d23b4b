package sirocco.train.model;

/// Which token goes to which row when tokens are sorted by expert. Each expert's rows are filled up
/// to a multiple of [#STEP]: kernels are compiled for each new shape of a product, which costs more
/// than the product.
///
/// @param tokens [rows] the token of each row; 0 in rows that only fill up
/// @param places [T K] the row of each choice
/// @param counts [E] choices of each expert
/// @param rows [E] rows of each expert, filled up
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Dispatch(int[] tokens, int[] places, long[] counts, long[] rows) {
  private static final int STEP = 64;

  /// @param chosen [T K] experts
  static Dispatch of(long[] chosen, int experts, int topK) {
    long[] counts = new long[experts];
    for (long expert : chosen) {
      counts[(int) expert]++;
    }
    long[] rows = new long[experts];
    int[] next = new int[experts];
    int all = 0;
    for (int e = 0; e < experts; e++) {
      next[e] = all;
      rows[e] = (counts[e] + STEP - 1) / STEP * STEP;
      all += (int) rows[e];
    }
    int[] tokens = new int[all];
    int[] places = new int[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      places[i] = next[(int) chosen[i]]++;
      tokens[places[i]] = i / topK;
    }
    return new Dispatch(tokens, places, counts, rows);
  }
}
