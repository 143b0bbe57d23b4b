package sirocco.lab.answers;

import java.util.List;

/// What an answer says. Answers are the same if these are equal, which makes "the same" an
/// equivalence.
sealed interface MathValue {
  /// A number.
  record Value(Rational value) implements MathValue {}

  /// Anything that is not taken apart, in its normal writing.
  record Text(String normal) implements MathValue {}

  /// Several values.
  ///
  /// @param kind what holds them: brackets of a tuple or an interval, or what they are; those of
  ///   sets and unions are sorted
  record Several(String kind, List<MathValue> all) implements MathValue {
    public Several {
      all = List.copyOf(all);
    }
  }
}
