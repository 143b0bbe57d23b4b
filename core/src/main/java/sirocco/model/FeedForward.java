package sirocco.model;

import sirocco.tensor.Kernels;

/// The three matrices of a SwiGLU block: a dense layer's, or one expert's.
///
/// @param gate `[F, D]`, w1 in Mistral's files
/// @param up `[F, D]`, w3
/// @param down `[D, F]`, w2
record FeedForward(Linear gate, Linear up, Linear down) {
  /// Whether there is nothing but the checkpoint's weights.
  boolean isPlain() {
    return gate instanceof Linear.Plain
        && up instanceof Linear.Plain
        && down instanceof Linear.Plain;
  }

  /// The checkpoint's weights.
  Kernels.Expert weights() {
    return new Kernels.Expert(gate.weight(), up.weight(), down.weight());
  }
}
