package sirocco.train.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import sirocco.lab.data.DataException;

/// The examples of a mixture packed into batches of at most N tokens, without end. Groups stay
/// whole; a batch takes the oldest waiting group first and then, in order, whichever of those drawn
/// ahead still fit. About 2N tokens are drawn ahead, so that batches are nearly full, and the
/// oldest group never waits for another batch.
public final class Batches implements AutoCloseable {
  private final Mixture mixture;
  private final int size;

  /// Items with a waiting group, and those drawn after them.
  private final Deque<Drawn> drawn = new ArrayDeque<>();

  private long waiting;

  /// An item's groups.
  ///
  /// @param before where the mixture stood before it
  /// @param left which have left
  private record Drawn(MixturePosition before, List<Group> groups, BitSet left) {
    boolean isDone() {
      return left.cardinality() == groups.size();
    }
  }

  /// @param size N, the most tokens of a batch: at least the context
  public Batches(List<Mixture.Part> parts, int size) {
    this(new Mixture(parts), parts, size);
  }

  private Batches(Mixture mixture, List<Mixture.Part> parts, int size) {
    this.mixture = mixture;
    this.size = size;
    int context = parts.stream().mapToInt(p -> p.tokenization().context()).max().orElse(0);
    if (size < context) {
      throw new DataException(
          "batch: expected at least the context of " + context + " tokens, found " + size);
    }
  }

  /// The batches that come after the position; the parts and the size must be the same.
  ///
  /// @throws DataException if the position is not one of these sources
  public static Batches resume(List<Mixture.Part> parts, int size, BatchesPosition position) {
    Batches batches = new Batches(Mixture.resume(parts, position.mixture()), parts, size);
    int number = 0;
    while (number < position.drawn()) {
      Drawn item = batches.draw();
      for (int g = 0; g < item.groups.size(); g++, number++) {
        if (position.left().get(number)) {
          batches.leave(item, g);
        }
      }
    }
    if (number > position.drawn()) {
      throw new DataException("position: the sources have changed since the interrupted run");
    }
    batches.forget();
    return batches;
  }

  /// The next batch.
  ///
  /// @throws DataException naming a source that cannot be read or has nothing usable
  public Batch next() {
    while (waiting < 2L * size) {
      draw();
    }
    List<Example> examples = new ArrayList<>();
    int room = size;
    for (Iterator<Drawn> items = drawn.iterator(); items.hasNext() && room > 0; ) {
      Drawn item = items.next();
      for (int g = item.left.nextClearBit(0);
          g < item.groups.size();
          g = item.left.nextClearBit(g + 1)) {
        Group group = item.groups.get(g);
        if (group.tokens() <= room) {
          room -= group.tokens();
          examples.addAll(group.examples());
          leave(item, g);
        }
      }
    }
    forget();
    return Batch.of(examples);
  }

  private Drawn draw() {
    MixturePosition before = mixture.position();
    List<Group> groups = mixture.next();
    Drawn item = new Drawn(before, groups, new BitSet());
    drawn.add(item);
    for (int g = 0; g < groups.size(); g++) {
      waiting += groups.get(g).tokens();
      if (groups.get(g).tokens() > size) {
        throw new DataException(
            groups.get(g).examples().getFirst().domain()
                + ": a preference of "
                + groups.get(g).tokens()
                + " tokens does not fit a batch of "
                + size
                + ": expected batches of at least twice the context");
      }
    }
    return item;
  }

  private void leave(Drawn item, int group) {
    if (!item.left.get(group)) {
      item.left.set(group);
      waiting -= item.groups.get(group).tokens();
    }
  }

  private void forget() {
    while (!drawn.isEmpty() && drawn.getFirst().isDone()) {
      drawn.removeFirst();
    }
  }

  /// Where the next batch begins.
  public BatchesPosition position() {
    MixturePosition before = drawn.isEmpty() ? mixture.position() : drawn.getFirst().before;
    BitSet left = new BitSet();
    int number = 0;
    for (Drawn item : drawn) {
      int first = number;
      item.left.stream().forEach(g -> left.set(first + g));
      number += item.groups.size();
    }
    return new BatchesPosition(before, number, left);
  }

  /// How far each source was drawn, the examples that wait included.
  public MixturePosition drawn() {
    return mixture.position();
  }

  @Override
  public void close() {
    mixture.close();
  }
}
