package sirocco.lab.statistics;

/// Two that were compared.
///
/// @param outcome who was better
public record Battle(String a, String b, Outcome outcome) {
  public Battle {
    if (a.equals(b)) {
      throw new IllegalArgumentException("expected a battle of two, found " + a + " twice");
    }
  }

  /// Who was better.
  public enum Outcome {
    A(1),
    B(0),
    TIE(0.5);

    private final double score;

    Outcome(double score) {
      this.score = score;
    }

    /// What A gets of the one point.
    public double score() {
      return score;
    }
  }
}
