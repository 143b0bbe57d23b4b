package sirocco.lab.eval;

import java.util.Map;

/// What came of one item.
///
/// @param measures by name
public record Verdict(String item, String group, Map<String, Double> measures) {
  public Verdict {
    measures = Map.copyOf(measures);
  }

  /// One of the measures.
  ///
  /// @throws EvaluationException if there is none of that name
  public double measure(String name) {
    Double value = measures.get(name);
    if (value == null) {
      throw new EvaluationException(
          item + ": expected a measure " + name + ", found " + measures.keySet());
    }
    return value;
  }
}
