package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import sirocco.memory.LargePages;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A model of random weights in memory that has the shape of a real one, to see how fast that would
/// run here. Its tensors are those of the GGUF file that the real one would be, of the same types
/// and in the same layout; what it says is noise.
///
/// Some blocks of each type are encoded and the weights copied from them in random pieces, by all
/// cores, so that the 26 GiB of a large model take seconds.
public final class SyntheticCheckpoint implements Checkpoint {
  /// What Mistral's models are initialised with, and about what trained ones have.
  private static final double DEVIATION = 0.02;

  /// A token's row of the embedding is longer than what all layers add to it, so that tokens stay
  /// apart and visit the experts evenly, as a trained router makes them.
  private static final double EMBEDDING_DEVIATION = 8;

  /// The norms' numbers lie so far around 1.
  private static final double NORM_DEVIATION = 0.05;

  private final String name;
  private final ModelConfig config;
  private final Arena arena = Arena.ofShared();
  private final Map<Role, Tensor> weights = new HashMap<>();
  private final SortedMap<String, Entry> tensors = new TreeMap<>();

  private SyntheticCheckpoint(String name, ModelConfig config) {
    this.name = name;
    this.config = config;
  }

  /// Makes a model.
  ///
  /// @param name stands for the path that it has not
  /// @param mixture says which types the weights have
  /// @param seed of the weights
  /// @throws OutOfMemoryError if the system has not so much memory; [#bytes] says before how much
  public static SyntheticCheckpoint of(
      String name, ModelConfig config, QuantizationMixture mixture, long seed) {
    var made = new SyntheticCheckpoint(name, config);
    try {
      made.fill(mixture, seed);
      return made;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  /// Bytes that the weights of such a model take.
  public static long bytes(ModelConfig config, QuantizationMixture mixture) {
    return slots(config).stream()
        .mapToLong(slot -> typeOf(slot, mixture, config).bytes(slot.shape().elements()))
        .reduce(0, Math::addExact);
  }

  private static List<GgufLayout.Slot> slots(ModelConfig config) {
    return GgufLayout.of(config).stream().filter(slot -> !slot.roles().isEmpty()).toList();
  }

  private static DType typeOf(
      GgufLayout.Slot slot, QuantizationMixture mixture, ModelConfig config) {
    long columns = slot.shape().extent(slot.shape().rank() - 1);
    return mixture.typeOf(slot.roles().getFirst(), columns, config);
  }

  private void fill(QuantizationMixture mixture, long seed) {
    List<GgufLayout.Slot> slots = slots(config);
    List<DType> types = slots.stream().map(slot -> typeOf(slot, mixture, config)).toList();
    try (Arena scratch = Arena.ofShared()) {
      Map<DType, RandomBlocks> blocks = new EnumMap<>(DType.class);
      for (DType type : types) {
        blocks.computeIfAbsent(
            type,
            t -> RandomBlocks.of(t, DEVIATION, new SplittableRandom(seed + t.ggufId()), scratch));
      }
      List<Tensor> made =
          IntStream.range(0, slots.size())
              .parallel()
              .mapToObj(i -> make(slots.get(i), types.get(i), blocks, random(seed, i)))
              .toList();
      for (int i = 0; i < slots.size(); i++) {
        put(slots.get(i), made.get(i));
      }
    }
  }

  /// A generator for each tensor, whoever fills it when. The golden ratio keeps the seeds apart.
  private static SplittableRandom random(long seed, int index) {
    return new SplittableRandom(seed + (index + 1) * 0x9E3779B97F4A7C15L);
  }

  private Tensor make(
      GgufLayout.Slot slot, DType dtype, Map<DType, RandomBlocks> blocks, SplittableRandom random) {
    long bytes = dtype.bytes(slot.shape().elements());
    Tensor tensor = new Tensor(dtype, slot.shape(), LargePages.allocate(bytes, arena));
    if (slot.shape().rank() == 1) {
      normal(tensor, 1, NORM_DEVIATION, random);
    } else if (slot.roles().getFirst() instanceof Role.Layer(int _, Role.Part part)
        && part == Role.Part.ROUTER) {
      // every number its own: copies would make experts alike
      normal(tensor, 0, DEVIATION, random);
    } else if (slot.roles().getFirst() == Role.Global.EMBEDDING) {
      try (Arena own = Arena.ofConfined()) {
        RandomBlocks.of(dtype, EMBEDDING_DEVIATION, random, own).fill(tensor.data(), random);
      }
    } else {
      Objects.requireNonNull(blocks.get(dtype)).fill(tensor.data(), random);
    }
    return tensor;
  }

  private static void normal(
      Tensor tensor, double mean, double deviation, SplittableRandom random) {
    for (long i = 0; i < tensor.shape().elements(); i++) {
      tensor.setFloat(i, (float) (mean + deviation * random.nextGaussian()));
    }
  }

  private void put(GgufLayout.Slot slot, Tensor tensor) {
    tensors.put(slot.name(), new Entry(slot.name(), tensor.dtype(), tensor.shape(), path()));
    for (int i = 0; i < slot.roles().size(); i++) {
      boolean piece = slot.roles().get(i) instanceof Role.Expert;
      weights.put(slot.roles().get(i), piece ? tensor.entry(i) : tensor);
    }
  }

  @Override
  public Path path() {
    return Path.of(name);
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.NEIGHBOURS;
  }

  @Override
  public Tensor weight(Role role) {
    Tensor weight = weights.get(role);
    if (weight == null) {
      throw new CheckpointException(path(), "has no weight " + role);
    }
    return weight;
  }

  @Override
  public boolean has(Role role) {
    return weights.containsKey(role);
  }

  @Override
  public SortedMap<String, Entry> tensors() {
    return new TreeMap<>(tensors);
  }

  @Override
  public Optional<Vocabulary> vocabulary() {
    return Optional.empty();
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public OptionalInt bosToken() {
    return OptionalInt.empty();
  }

  @Override
  public Set<Integer> eosTokens() {
    return Set.of();
  }

  /// None are on a disk: the bytes of the weights in memory.
  @Override
  public long fileBytes() {
    return tensors.values().stream()
        .mapToLong(entry -> entry.dtype().bytes(entry.shape().elements()))
        .sum();
  }

  @Override
  public List<Path> files() {
    return List.of();
  }

  @Override
  public void close() {
    arena.close();
  }
}
