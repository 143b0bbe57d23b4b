package sirocco.checkpoint;

import java.util.List;
import sirocco.tensor.DType;

/// Exact parameter counts of a model, from its configuration alone.
///
/// @param config the model
/// @param embedding `V D`
/// @param head `V D`, 0 when tied to the embedding
/// @param attention the four matrices of all layers
/// @param norms the norms of all layers and the last one
/// @param router the routers of all layers
/// @param expert one expert of one layer, or the feed-forward block of a dense one
public record Ledger(
    ModelConfig config,
    long embedding,
    long head,
    long attention,
    long norms,
    long router,
    long expert) {

  /// Counts the parameters of a model.
  ///
  /// @throws IllegalArgumentException if they pass 2^63
  public static Ledger of(ModelConfig config) {
    long layers = config.numHiddenLayers();
    long width = config.hiddenSize();
    long table = width * config.vocabSize();
    long heads = 2L * config.numAttentionHeads() + 2L * config.numKeyValueHeads();
    var ledger =
        new Ledger(
            config,
            table,
            config.tieWordEmbeddings() ? 0 : table,
            layers * width * heads * config.headDim(),
            (2 * layers + 1) * width,
            layers * width * config.numLocalExperts(),
            3 * width * config.intermediateSize());
    try {
      ledger.total();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("the model has more than 2^63 parameters", e);
    }
    return ledger;
  }

  /// Feed-forward parameters of all layers and experts.
  public long feedForward() {
    return feedForward(Math.max(1, config.numLocalExperts()));
  }

  /// All parameters.
  public long total() {
    return sum(feedForward());
  }

  /// Parameters that one token passes through: the chosen experts instead of all.
  public long active() {
    return sum(feedForward(Math.max(1, config.numExpertsPerTok())));
  }

  private long feedForward(int blocks) {
    return Math.multiplyExact(expert, (long) config.numHiddenLayers() * blocks);
  }

  private long sum(long feedForward) {
    return Math.addExact(feedForward, embedding + head + attention + norms + router);
  }

  /// The parts of the model with their share of the parameters.
  public List<Part> parts() {
    long chosen = feedForward(Math.max(1, config.numExpertsPerTok()));
    return List.of(
        new Part("embedding", embedding, embedding),
        new Part("head", head, head),
        new Part("attention", attention, attention),
        new Part("norms", norms, norms),
        new Part("router", router, router),
        new Part(config.isMixture() ? "experts" : "feed-forward", feedForward(), chosen));
  }

  /// One part of a model.
  ///
  /// @param parameters all of them
  /// @param active those that one token passes through
  public record Part(String name, long parameters, long active) {
    /// Bytes of the parameters in this type, rounded up to whole blocks.
    public long bytes(DType dtype) {
      long blocks = Math.ceilDiv(parameters, (long) dtype.blockElements());
      return Math.multiplyExact(blocks, (long) dtype.blockBytes());
    }
  }
}
