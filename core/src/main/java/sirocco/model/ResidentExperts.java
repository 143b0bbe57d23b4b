package sirocco.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// The experts of a mixture that is larger than the memory it may take. An expert is copied from
/// its file into memory of our own when a row chooses it, in large reads by several threads, and
/// stays until others need the room. Pages of the mapped file would not do: those that a process
/// gives back stay in the system's cache, and which of them leave memory next is then the system's
/// choice.
///
/// The first to go is the expert that its layer's steps have passed over most often since one chose
/// it: in generation, the least recently used. Of equals it is the one whose layer comes up last. A
/// prompt uses all experts of all layers in turn, so that the least recently used is always the one
/// needed next; this order keeps as much of the model as there is room for.
///
/// A step that chose every expert of a layer, as prompts do, wants every expert of the next layer:
/// those are read while it computes. A step that chose only some does not say which come next.
///
/// Steps run one at a time, whichever threads they come from.
final class ResidentExperts implements AutoCloseable {
  /// Threads that read: disks are fastest when asked for several things at once.
  private static final int READERS = 4;

  /// Where memory for a matrix starts: at a whole block of a disk.
  private static final long ALIGNMENT = 4096;

  private final Checkpoint checkpoint;
  private final List<List<Kernels.Expert>> stored; // by layer; in the file
  private final long room; // bytes for experts
  private final Map<Place, Slot> slots = new HashMap<>();
  private final long[] steps; // of each layer so far
  private final ExecutorService readers =
      Executors.newFixedThreadPool(
          READERS, Thread.ofPlatform().daemon().name("sirocco-experts-", 1).factory());
  private long held; // bytes of the slots
  private long reads;

  private record Place(int layer, int expert) {}

  /// Memory for one expert.
  private record Space(Arena arena, MemorySegment memory) {}

  /// An expert in memory, or on its way there.
  ///
  /// @param lastStep of its layer that chose it
  private record Slot(Space space, CompletableFuture<Kernels.Expert> arrival, long lastStep) {
    Slot chosenIn(long step) {
      return new Slot(space, arrival, step);
    }
  }

  /// One layer's experts.
  record Layer(ResidentExperts all, int index) {
    /// Does what needs the experts that a step chose: of the list that `work` is given, those are
    /// in memory until it returns.
    Tensor with(Dispatch dispatch, Function<List<Kernels.Expert>, Tensor> work) {
      return all.with(index, dispatch, work);
    }
  }

  private ResidentExperts(Checkpoint checkpoint, List<List<Kernels.Expert>> stored, long room) {
    this.checkpoint = checkpoint;
    this.stored = stored;
    this.room = room;
    this.steps = new long[stored.size()];
  }

  private static boolean isChanged(FeedForward expert, Weights weights) {
    return IntStream.range(0, weights.adapters().size()).anyMatch(expert::isChangedBy);
  }

  /// The experts of a mixture, or nothing if all weights together may be in memory.
  ///
  /// @param most bytes of weights in memory, experts and all others
  /// @throws ModelException if they leave no room for the largest layer's experts, or if an adapter
  ///   changes experts
  static Optional<ResidentExperts> of(Weights weights, OptionalLong most) {
    if (most.isEmpty()) {
      return Optional.empty();
    }
    Checkpoint checkpoint = weights.checkpoint();
    List<List<FeedForward>> blocks = blocks(weights);
    List<List<Kernels.Expert>> stored =
        blocks.stream().map(l -> l.stream().map(FeedForward::weights).toList()).toList();
    long others =
        Roles.of(weights.config())
            .filter(role -> !(role instanceof Role.Expert))
            .mapToLong(role -> checkpoint.weight(role).data().byteSize())
            .sum();
    long room = most.getAsLong() - others;
    long all =
        Roles.of(weights.config()).mapToLong(r -> checkpoint.weight(r).data().byteSize()).sum();
    if (all <= most.getAsLong()) {
      return Optional.empty();
    }
    if (blocks.stream().flatMap(List::stream).anyMatch(e -> isChanged(e, weights))) {
      throw new ModelException(
          checkpoint.path()
              + ": a bound on the weights in memory does not go with an adapter of experts; merge"
              + " the adapter into the model first");
    }
    long largest = stored.stream().mapToLong(ResidentExperts::bytes).max().orElse(0);
    if (largest > room) {
      throw new ModelException(
          "%s: asked to keep at most %d KiB of weights in memory, but it takes %d KiB: %s"
              .formatted(
                  checkpoint.path(),
                  most.getAsLong() >> 10,
                  kibibytes(largest + others),
                  "%d for the experts of a layer and %d for all that is not an expert"
                      .formatted(kibibytes(largest), kibibytes(others))));
    }
    return Optional.of(new ResidentExperts(checkpoint, stored, room));
  }

  private static List<List<FeedForward>> blocks(Weights weights) {
    return IntStream.range(0, weights.config().numHiddenLayers())
        .mapToObj(layer ->
            IntStream.range(0, weights.config().numLocalExperts())
                .mapToObj(expert -> weights.expert(layer, expert))
                .toList())
        .toList();
  }

  private static long kibibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 10);
  }

  Layer layer(int index) {
    return new Layer(this, index);
  }

  /// Bytes of all experts that are in memory or on their way there.
  synchronized long heldBytes() {
    return held;
  }

  /// Bytes that experts may take.
  long room() {
    return room;
  }

  /// How many times an expert has been read so far.
  synchronized long reads() {
    return reads;
  }

  /// Whether an expert is in memory or on its way there.
  synchronized boolean holds(int layer, int expert) {
    return slots.containsKey(new Place(layer, expert));
  }

  private synchronized Tensor with(
      int layer, Dispatch dispatch, Function<List<Kernels.Expert>, Tensor> work) {
    long step = ++steps[layer];
    List<Place> chosen =
        IntStream.range(0, dispatch.experts())
            .filter(e -> dispatch.count(e) > 0)
            .mapToObj(e -> new Place(layer, e))
            .toList();
    Predicate<Place> needed = place -> place.layer == layer && dispatch.count(place.expert) > 0;
    for (Place place : chosen) {
      if (!slots.containsKey(place)) {
        read(place, layer, needed);
      }
    }
    List<Kernels.Expert> present = new ArrayList<>(stored.get(layer));
    for (Place place : chosen) {
      Slot slot = slots.computeIfPresent(place, (_, s) -> s.chosenIn(step));
      if (slot != null) {
        present.set(place.expert, await(place, slot));
      }
    }
    if (chosen.size() == dispatch.experts() && layer + 1 < stored.size()) {
      readAhead(layer, needed);
    }
    return work.apply(present);
  }

  /// Starts to read the next layer's experts, as far as there is room beside this layer's.
  private void readAhead(int layer, Predicate<Place> needed) {
    Predicate<Place> either = needed.or(place -> place.layer == layer + 1);
    for (int e = 0; e < stored.get(layer + 1).size(); e++) {
      Place place = new Place(layer + 1, e);
      if (!slots.containsKey(place) && !read(place, layer, either)) {
        return;
      }
    }
  }

  /// Starts to read an expert.
  ///
  /// @param layer where the pass stands
  /// @param needed what must stay
  /// @return false if that leaves no room
  private boolean read(Place place, int layer, Predicate<Place> needed) {
    Kernels.Expert source = stored.get(place.layer).get(place.expert);
    Optional<Space> free = space(bytes(source), layer, needed);
    if (free.isEmpty()) {
      return false;
    }
    Space space = free.get();
    long second = bytes(source.gate());
    long third = second + bytes(source.up());
    var gate = start(source.gate(), space.memory);
    var up = start(source.up(), space.memory.asSlice(second));
    var down = start(source.down(), space.memory.asSlice(third));
    CompletableFuture<Kernels.Expert> arrival =
        CompletableFuture.allOf(gate, up, down)
            .thenApply(_ -> new Kernels.Expert(gate.join(), up.join(), down.join()));
    slots.put(place, new Slot(space, arrival, steps[place.layer]));
    held += space.memory.byteSize();
    reads++;
    return true;
  }

  private CompletableFuture<Tensor> start(Tensor weight, MemorySegment room) {
    return CompletableFuture.supplyAsync(() -> checkpoint.read(weight, room), readers);
  }

  /// Memory for one expert: another's, if one has to go and was as large.
  private Optional<Space> space(long bytes, int layer, Predicate<Place> needed) {
    while (held + bytes > room) {
      Optional<Place> victim =
          slots.keySet().stream().filter(needed.negate()).max(firstToGo(layer));
      if (victim.isEmpty()) {
        return Optional.empty();
      }
      Optional<Space> freed = remove(victim.get());
      if (freed.isPresent() && freed.get().memory.byteSize() == bytes) {
        return freed;
      }
      freed.ifPresent(space -> space.arena.close());
    }
    Arena arena = Arena.ofShared();
    try {
      return Optional.of(new Space(arena, arena.allocate(bytes, ALIGNMENT)));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /// The largest goes first: it was passed over most often, and its layer comes up last.
  private Comparator<Place> firstToGo(int layer) {
    int layers = stored.size();
    return Comparator.<Place>comparingLong(place -> missed(place))
        .thenComparingInt(p -> p.layer > layer ? p.layer - layer : p.layer - layer + layers)
        .thenComparingInt(Place::expert);
  }

  private long missed(Place place) {
    Slot slot = slots.get(place);
    return slot == null ? 0 : steps[place.layer] - slot.lastStep;
  }

  /// Forgets an expert, once nobody writes to its memory any more.
  private Optional<Space> remove(Place place) {
    Slot slot = slots.remove(place);
    if (slot == null) {
      return Optional.empty();
    }
    held -= slot.space.memory.byteSize();
    slot.arrival.handle((_, _) -> true).join();
    return Optional.of(slot.space);
  }

  private Kernels.Expert await(Place place, Slot slot) {
    try {
      return slot.arrival.join();
    } catch (CompletionException e) {
      remove(place).ifPresent(space -> space.arena.close());
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      throw e;
    }
  }

  private static long bytes(List<Kernels.Expert> experts) {
    return experts.stream().mapToLong(ResidentExperts::bytes).sum();
  }

  private static long bytes(Kernels.Expert expert) {
    return Stream.of(expert.gate(), expert.up(), expert.down())
        .mapToLong(ResidentExperts::bytes)
        .sum();
  }

  private static long bytes(Tensor tensor) {
    return Checkpoint.readingRoom(tensor);
  }

  /// Ends the threads and frees the memory.
  @Override
  public synchronized void close() {
    readers.shutdownNow();
    readers.close();
    slots.values().forEach(slot -> slot.space.arena.close());
    slots.clear();
    held = 0;
  }
}
