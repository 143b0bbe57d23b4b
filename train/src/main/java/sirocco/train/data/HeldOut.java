package sirocco.train.data;

import java.util.ArrayList;
import java.util.List;

/// Batches to measure with: one pass over a source, packed in order.
final class HeldOut {
  /// Records read in vain before an endless source counts as empty.
  private static final int MOST_FRUITLESS = 100_000;

  private HeldOut() {}

  static List<Batch> batches(Mixture.Part part, int size, long most) {
    List<Batch> batches = new ArrayList<>();
    List<Example> open = new ArrayList<>();
    int filled = 0;
    for (Group group : groups(part, most)) {
      if (filled + group.tokens() > size && filled > 0) {
        batches.add(Batch.of(open));
        open.clear();
        filled = 0;
      }
      open.addAll(group.examples());
      filled += group.tokens();
    }
    if (!open.isEmpty()) {
      batches.add(Batch.of(open));
    }
    return batches;
  }

  private static List<Group> groups(Mixture.Part part, long most) {
    List<Group> groups = new ArrayList<>();
    long tokens = 0;
    int fruitless = 0;
    try (Pass pass = part.source().open(0)) {
      while (tokens < most && fruitless < MOST_FRUITLESS && pass.advance()) {
        List<Group> found =
            pass.item().map(item -> part.encode(item, pass.record())).orElse(List.of());
        groups.addAll(found);
        tokens += found.stream().mapToLong(Group::tokens).sum();
        fruitless = found.isEmpty() ? fruitless + 1 : 0;
      }
    }
    return groups;
  }
}
