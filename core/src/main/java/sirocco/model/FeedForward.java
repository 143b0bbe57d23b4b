package sirocco.model;

import sirocco.tensor.Kernels;

/// The three matrices of a SwiGLU block: a dense layer's, or one expert's.
///
/// @param gate `[F, D]`, w1 in Mistral's files
/// @param up `[F, D]`, w3
/// @param down `[D, F]`, w2
record FeedForward(Linear gate, Linear up, Linear down) {
  /// Whether an adapter changes one of them.
  boolean isChangedBy(int adapter) {
    return gate.isChangedBy(adapter) || up.isChangedBy(adapter) || down.isChangedBy(adapter);
  }

  /// The checkpoint's weights.
  Kernels.Expert weights() {
    return new Kernels.Expert(gate.weight(), up.weight(), down.weight());
  }
}
