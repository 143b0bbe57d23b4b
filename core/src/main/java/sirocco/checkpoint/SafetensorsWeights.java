package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// The weights of a model whose tensors are in safetensors files, by role.
///
/// @param folder what messages name when no file can be named
/// @param names where each role may be found, the likeliest first
record SafetensorsWeights(
    Path folder, SafetensorsShards shards, ModelConfig config, Function<Role, List<Source>> names) {

  /// One place where a weight may be.
  ///
  /// @param name of the tensor in the file
  /// @param stored the shape it must have there
  /// @param cut takes the weight out of it
  record Source(String name, Shape stored, UnaryOperator<Tensor> cut) {
    /// A tensor that is the weight.
    static Source whole(String name, Shape shape) {
      return new Source(name, shape, UnaryOperator.identity());
    }
  }

  /// Checks that every weight of the configuration is there with the right shape, and that no layer
  /// has weights that the configuration knows nothing of: those would be left out in silence.
  ///
  /// @param layers how names of weights inside layers begin
  void requireComplete(String layers) {
    var used = new HashSet<String>();
    Roles.of(config)
        .forEach(role -> {
          Source source = source(role);
          if (used.add(source.name)) {
            stored(source);
          }
        });
    for (String name : shards.entries().keySet()) {
      if (!used.contains(name) && changesResult(name, layers)) {
        throw new CheckpointException(
            file(name),
            "tensor "
                + name
                + " has no place in a "
                + config.architecture().name().toLowerCase(Locale.ROOT)
                + " model of "
                + config.numHiddenLayers()
                + " layers and "
                + config.numLocalExperts()
                + " experts: the configuration does not fit the weights");
      }
    }
  }

  /// Rotary frequencies were once saved as buffers; everyone derives them instead.
  private static boolean changesResult(String name, String layers) {
    return (name.startsWith(layers) || name.endsWith(".bias"))
        && !name.endsWith("rotary_emb.inv_freq");
  }

  boolean has(Role role) {
    return sources(role).stream().anyMatch(source -> shards.has(source.name));
  }

  Tensor weight(Role role) {
    Source source = source(role);
    return source.cut.apply(stored(source));
  }

  private List<Source> sources(Role role) {
    return names.apply(role);
  }

  private Source source(Role role) {
    List<Source> sources = sources(role);
    Optional<Source> there = sources.stream().filter(s -> shards.has(s.name)).findFirst();
    return there.orElseThrow(() ->
        new CheckpointException(
            folder,
            sources.isEmpty()
                ? role + ": the configuration calls for no such weight"
                : "tensor " + sources.getFirst().name + " is missing"));
  }

  private Tensor stored(Source source) {
    Tensor tensor = shards.find(source.name).orElseThrow();
    if (!tensor.shape().equals(source.stored)) {
      throw new CheckpointException(
          file(source.name),
          "tensor " + source.name + ": expected " + source.stored + ", found " + tensor.shape());
    }
    if (!tensor.dtype().isReal()) {
      throw new CheckpointException(
          file(source.name),
          "tensor "
              + source.name
              + ": expected numbers of type F32 F16 BF16 or F64, found "
              + tensor.dtype());
    }
    return tensor;
  }

  private Path file(String name) {
    Checkpoint.Entry entry = shards.entries().get(name);
    return entry == null ? folder : entry.file();
  }
}
