package sirocco.model;

import sirocco.checkpoint.LowRank;
import sirocco.tensor.Tensor;

/// A matrix that rows are multiplied with.
sealed interface Linear {
  /// W, `[O, I]`.
  Tensor weight();

  /// As the checkpoint has it: `W x`.
  record Plain(Tensor weight) implements Linear {}

  /// With an adapter beside it, whatever type W has: `W x + scale B (A x)`.
  record Adapted(Tensor weight, LowRank pair) implements Linear {}
}
