package sirocco.lab.tasks;

import sirocco.lab.eval.Statistic;

/// How likely it is that one of so many programs passes, estimated without bias from more of them
/// (Chen et al. 2021, arXiv 2107.03374, equation 1).
record PassAtK(int k) {
  String measure() {
    return "pass@" + k;
  }

  Statistic statistic() {
    return Statistic.mean(measure());
  }

  /// `1 - C(n - c, k) / C(n, k)`, as a product that stays within a double.
  ///
  /// @param drawn programs, at least k
  /// @param passed how many of them
  double of(int drawn, int passed) {
    if (drawn < k || passed < 0 || passed > drawn) {
      throw new IllegalArgumentException(
          "%s of %d programs, of which %d passed".formatted(measure(), drawn, passed));
    }
    double none = 1;
    for (int at = 0; at < k; at++) {
      none *= Math.max(0, (double) (drawn - passed - at) / (drawn - at));
    }
    return 1 - none;
  }
}
