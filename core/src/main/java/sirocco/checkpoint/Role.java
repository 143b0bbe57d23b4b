package sirocco.checkpoint;

/// What a weight is for, whatever a file calls it. Shapes: D width, F expert width, H query heads,
/// G key/value heads, d head width, E experts, V vocabulary; a matrix is `[outputs, inputs]`.
public sealed interface Role {
  /// Weights outside the layers.
  enum Global implements Role {
    /// `[V, D]`
    EMBEDDING,
    /// `[D]`
    FINAL_NORM,
    /// `[V, D]`; absent when tied to the embedding
    HEAD
  }

  /// A weight that each layer has once.
  record Layer(int layer, Part part) implements Role {}

  /// The parts of a layer.
  enum Part {
    /// `[D]`
    ATTENTION_NORM,
    /// `[H d, D]`
    QUERY,
    /// `[G d, D]`
    KEY,
    /// `[G d, D]`
    VALUE,
    /// `[D, H d]`
    OUTPUT,
    /// `[D]`
    FEED_FORWARD_NORM,
    /// `[E, D]`; mixtures only
    ROUTER,
    /// `[F, D]`; dense layers only
    GATE,
    /// `[F, D]`; dense layers only
    UP,
    /// `[D, F]`; dense layers only
    DOWN
  }

  /// A weight of one expert of one layer; `part` is GATE `[F, D]`, UP `[F, D]` or DOWN `[D, F]`.
  record Expert(int layer, int expert, Part part) implements Role {}
}
