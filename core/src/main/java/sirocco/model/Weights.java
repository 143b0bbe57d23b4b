package sirocco.model;

import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Tensor;

/// The groups of weights that every model of the family looks up in the same way.
final class Weights {
  private Weights() {}

  static Attention attention(Checkpoint checkpoint, int layer) {
    return new Attention(
        checkpoint.weight(new Role.Layer(layer, Part.QUERY)),
        checkpoint.weight(new Role.Layer(layer, Part.KEY)),
        checkpoint.weight(new Role.Layer(layer, Part.VALUE)),
        checkpoint.weight(new Role.Layer(layer, Part.OUTPUT)));
  }

  static FeedForward dense(Checkpoint checkpoint, int layer) {
    return new FeedForward(
        checkpoint.weight(new Role.Layer(layer, Part.GATE)),
        checkpoint.weight(new Role.Layer(layer, Part.UP)),
        checkpoint.weight(new Role.Layer(layer, Part.DOWN)));
  }

  static FeedForward expert(Checkpoint checkpoint, int layer, int expert) {
    return new FeedForward(
        checkpoint.weight(new Role.Expert(layer, expert, Part.GATE)),
        checkpoint.weight(new Role.Expert(layer, expert, Part.UP)),
        checkpoint.weight(new Role.Expert(layer, expert, Part.DOWN)));
  }

  /// The head, or the embedding where the two are tied.
  static Tensor head(Checkpoint checkpoint) {
    return checkpoint.weight(
        checkpoint.config().tieWordEmbeddings() ? Role.Global.EMBEDDING : Role.Global.HEAD);
  }
}
