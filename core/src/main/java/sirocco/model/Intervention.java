package sirocco.model;

/// A change of one layer's router, to see what its experts do: the logits are changed before
/// experts are chosen by them and before the gates, which are the softmax over the logits of the
/// chosen ones. Several of a layer apply in the order they are given. [Routing#logit] still tells
/// what the router said.
public sealed interface Intervention {
  /// From 0.
  int layer();

  /// Nobody chooses the expert: the K best of the others share its gate. Where fewer than K others
  /// are left, its gate is 0.
  record Drop(int layer, int expert) implements Intervention {}

  /// Everybody chooses the expert first, with a gate of 1; the gates of further choices are 0.
  record Force(int layer, int expert) implements Intervention {}

  /// Each of two experts gets the other's logits, so that who would have chosen one visits the
  /// other.
  record Swap(int layer, int first, int second) implements Intervention {}
}
