package sirocco.train.model;

import org.bytedeco.pytorch.Tensor;

/// What one layer's router did with a batch.
///
/// @param logits [T, E] float32, with their gradient's graph
/// @param chosen [T, K] experts, best first
/// @param counts `[E]` how many of the T K choices each expert got
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record Routing(Tensor logits, Tensor chosen, long[] counts) {}
