package sirocco.model;

/// The three matrices of a SwiGLU block: a dense layer's, or one expert's.
///
/// @param gate `[F, D]`, w1 in Mistral's files
/// @param up `[F, D]`, w3
/// @param down `[D, F]`, w2
record FeedForward(Linear gate, Linear up, Linear down) {}
