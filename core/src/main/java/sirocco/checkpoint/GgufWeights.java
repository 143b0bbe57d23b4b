package sirocco.checkpoint;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Which part of which tensor of a file is the weight in each role.
final class GgufWeights {
  /// Tensors of old files that repeat what the hyper-parameters say.
  private static final Pattern REDUNDANT =
      Pattern.compile("blk\\.\\d+\\.(attn_rot_embd|rope_freqs)\\.weight");

  /// One part of every expert of a layer: entry e of `tensor`, and of it `rows` rows from
  /// `firstRow`.
  private record Stack(Tensor tensor, long firstRow, long rows) {
    Tensor expert(int index) {
      return tensor.entry(index).entries(firstRow, rows);
    }
  }

  private final GgufFile file;
  private final ModelConfig config;
  private final Map<Role, Tensor> whole = new HashMap<>();
  private final Map<Role.Layer, Stack> stacks = new HashMap<>();
  private final Set<String> used = new HashSet<>();

  GgufWeights(GgufFile file, ModelConfig config) {
    this.file = file;
    this.config = config;
    bind(Role.Global.EMBEDDING);
    bind(Role.Global.FINAL_NORM);
    if (!config.tieWordEmbeddings()) {
      bind(Role.Global.HEAD);
    }
    List<Role.Part> parts = Roles.parts(config);
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      for (Role.Part part : parts) {
        bind(new Role.Layer(layer, part));
      }
      if (config.isMixture()) {
        bindExperts(layer);
      }
    }
    used.add(GgufConfig.ROPE_FACTORS);
    rejectUnused();
  }

  Tensor get(Role role) {
    return find(role).orElseThrow(() -> missing(GgufLayout.name(role)));
  }

  boolean has(Role role) {
    return find(role).isPresent();
  }

  private Optional<Tensor> find(Role role) {
    Tensor tensor = whole.get(role);
    if (tensor == null
        && role instanceof Role.Expert(int layer, int expert, Role.Part part)
        && expert >= 0
        && expert < config.numLocalExperts()) {
      return Optional.ofNullable(stacks.get(new Role.Layer(layer, part)))
          .map(stack -> stack.expert(expert));
    }
    return Optional.ofNullable(tensor);
  }

  private void bind(Role role) {
    whole.put(role, take(GgufLayout.name(role), Roles.shape(role, config)));
  }

  private void bindExperts(int layer) {
    long experts = config.numLocalExperts();
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    if (exists(GgufLayout.name(new Role.Expert(layer, 0, Role.Part.GATE)))) {
      bindSplit(layer);
      return;
    }
    if (exists(GgufLayout.fusedName(layer))) {
      Tensor fused = take(GgufLayout.fusedName(layer), Shape.of(experts, 2 * inner, width));
      stacks.put(new Role.Layer(layer, Role.Part.GATE), new Stack(fused, 0, inner));
      stacks.put(new Role.Layer(layer, Role.Part.UP), new Stack(fused, inner, inner));
    } else {
      bindStack(layer, Role.Part.GATE, Shape.of(experts, inner, width));
      bindStack(layer, Role.Part.UP, Shape.of(experts, inner, width));
    }
    bindStack(layer, Role.Part.DOWN, Shape.of(experts, width, inner));
  }

  private void bindStack(int layer, Role.Part part, Shape shape) {
    Tensor tensor = take(GgufLayout.mergedName(layer, part), shape);
    stacks.put(new Role.Layer(layer, part), new Stack(tensor, 0, shape.extent(1)));
  }

  private void bindSplit(int layer) {
    for (int expert = 0; expert < config.numLocalExperts(); expert++) {
      bind(new Role.Expert(layer, expert, Role.Part.GATE));
      bind(new Role.Expert(layer, expert, Role.Part.UP));
      bind(new Role.Expert(layer, expert, Role.Part.DOWN));
    }
  }

  private boolean exists(String name) {
    return file.tensors().containsKey(name);
  }

  /// The tensor of this name, which must have this shape. ggml drops outer extents of 1 when it
  /// writes a file, so they may be missing.
  private Tensor take(String name, Shape expected) {
    if (!exists(name)) {
      throw new CheckpointException(
          file.path(), "tensor " + name + ": expected " + expected + ", found no such tensor");
    }
    Tensor tensor = file.tensor(name);
    if (!core(tensor.shape()).equals(core(expected))) {
      throw new CheckpointException(
          file.path(), "tensor " + name + ": expected " + expected + ", found " + tensor.shape());
    }
    if (!tensor.dtype().isReal()) {
      throw new CheckpointException(
          file.path(), "tensor " + name + ": expected real numbers, found " + tensor.dtype());
    }
    used.add(name);
    return new Tensor(tensor.dtype(), expected, tensor.data());
  }

  private static List<Long> core(Shape shape) {
    List<Long> extents = shape.extents();
    int first = 0;
    while (first < extents.size() - 1 && extents.get(first) == 1) {
      first++;
    }
    return extents.subList(first, extents.size());
  }

  /// A bias or a shared expert that nobody reads would make a wrong model of a right file.
  private void rejectUnused() {
    for (String name : file.tensors().keySet()) {
      if (!used.contains(name) && !REDUNDANT.matcher(name).matches()) {
        throw new CheckpointException(
            file.path(),
            "tensor "
                + GgufCursor.printable(name)
                + ": expected only the tensors of a "
                + config.numHiddenLayers()
                + "-layer llama, Mistral or Mixtral model, found this one too");
      }
    }
  }

  private CheckpointException missing(String name) {
    return new CheckpointException(file.path(), "tensor " + name + ": is missing");
  }
}
