package sirocco.testkit;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.CheckpointException;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Rope;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A model in memory with seeded random float32 weights, for tests of what happens after files are
/// read.
public final class RandomCheckpoint implements Checkpoint {
  private final ModelConfig config;
  private final Arena arena = Arena.ofShared();
  private final Map<Role, Tensor> weights = new HashMap<>();

  public RandomCheckpoint(ModelConfig config, long seed) {
    this.config = config;
    var random = new SplittableRandom(seed);
    int d = config.hiddenSize();
    int f = config.intermediateSize();
    int h = config.numAttentionHeads() * config.headDim();
    int g = config.numKeyValueHeads() * config.headDim();
    put(Role.Global.EMBEDDING, random, 1, config.vocabSize(), d);
    put(Role.Global.FINAL_NORM, random, 1, d);
    put(Role.Global.HEAD, random, 1, config.vocabSize(), d);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      put(new Role.Layer(i, Part.ATTENTION_NORM), random, 1, d);
      put(new Role.Layer(i, Part.QUERY), random, 2, h, d);
      put(new Role.Layer(i, Part.KEY), random, 2, g, d);
      put(new Role.Layer(i, Part.VALUE), random, 1, g, d);
      put(new Role.Layer(i, Part.OUTPUT), random, 1, d, h);
      put(new Role.Layer(i, Part.FEED_FORWARD_NORM), random, 1, d);
      if (config.isMixture()) {
        put(new Role.Layer(i, Part.ROUTER), random, 2, config.numLocalExperts(), d);
        for (int e = 0; e < config.numLocalExperts(); e++) {
          put(new Role.Expert(i, e, Part.GATE), random, 1, f, d);
          put(new Role.Expert(i, e, Part.UP), random, 1, f, d);
          put(new Role.Expert(i, e, Part.DOWN), random, 1, d, f);
        }
      } else {
        put(new Role.Layer(i, Part.GATE), random, 1, f, d);
        put(new Role.Layer(i, Part.UP), random, 1, f, d);
        put(new Role.Layer(i, Part.DOWN), random, 1, d, f);
      }
    }
  }

  /// Puts another weight in the place of one.
  public void replace(Role role, Tensor weight) {
    weights.put(role, weight);
  }

  /// Owns the weights.
  public Arena arena() {
    return arena;
  }

  private void put(Role role, SplittableRandom random, double scale, long... extents) {
    Shape shape = Shape.of(extents);
    double sigma = shape.rank() == 1 ? 0.1 : scale / Math.sqrt((double) shape.extent(1));
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((shape.rank() == 1 ? 1 : 0) + sigma * random.nextGaussian());
    }
    weights.put(role, Tensor.copyOf(values, shape, arena));
  }

  @Override
  public Path path() {
    return Path.of("random");
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.HALVES;
  }

  @Override
  public Tensor weight(Role role) {
    Tensor weight = weights.get(role);
    if (weight == null) {
      throw new CheckpointException(path(), "missing " + role);
    }
    return weight;
  }

  @Override
  public boolean has(Role role) {
    return weights.containsKey(role);
  }

  @Override
  public SortedMap<String, Entry> tensors() {
    return new TreeMap<>();
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

  @Override
  public long fileBytes() {
    return 0;
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
