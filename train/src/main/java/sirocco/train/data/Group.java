package sirocco.train.data;

import java.util.List;

/// Examples that must come in one batch, in this order: one as a rule, the chosen and the rejected
/// answer of a preference.
public record Group(List<Example> examples) {
  public Group {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a group needs an example");
    }
  }

  public Group(Example example) {
    this(List.of(example));
  }

  public int tokens() {
    return examples.stream().mapToInt(example -> example.ids().length).sum();
  }
}
