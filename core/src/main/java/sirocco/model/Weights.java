package sirocco.model;

import java.util.List;
import java.util.Optional;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Tensor;

/// Where models look up their weights: a checkpoint, and adapters beside it.
///
/// @param adapters by number; nothing stands for the checkpoint as it is
record Weights(Checkpoint checkpoint, List<Optional<Adapter>> adapters) {
  ModelConfig config() {
    return checkpoint.config();
  }

  /// A table or a vector.
  Tensor tensor(Role role) {
    return checkpoint.weight(role);
  }

  Linear linear(Role role) {
    return new Linear(
        checkpoint.weight(role),
        adapters.stream().map(adapter -> adapter.flatMap(a -> a.find(role))).toList());
  }

  Attention attention(int layer) {
    return new Attention(
        linear(new Role.Layer(layer, Part.QUERY)),
        linear(new Role.Layer(layer, Part.KEY)),
        linear(new Role.Layer(layer, Part.VALUE)),
        linear(new Role.Layer(layer, Part.OUTPUT)));
  }

  FeedForward dense(int layer) {
    return new FeedForward(
        linear(new Role.Layer(layer, Part.GATE)),
        linear(new Role.Layer(layer, Part.UP)),
        linear(new Role.Layer(layer, Part.DOWN)));
  }

  FeedForward expert(int layer, int expert) {
    return new FeedForward(
        linear(new Role.Expert(layer, expert, Part.GATE)),
        linear(new Role.Expert(layer, expert, Part.UP)),
        linear(new Role.Expert(layer, expert, Part.DOWN)));
  }

  /// The head, or the embedding where the two are tied.
  Linear head() {
    return linear(config().tieWordEmbeddings() ? Role.Global.EMBEDDING : Role.Global.HEAD);
  }
}
