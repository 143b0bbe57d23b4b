package sirocco.cpu;

import sirocco.tensor.Kernels;
import sirocco.tensor.KeyValues;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Tensor;

/// Attention over a session's cache.
final class Attention {
  private static final Kernels SCALAR = new ScalarBackend().open();

  private Attention() {}

  /// As [Kernels#attend] says.
  static void attend(
      Pool pool,
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out) {
    SCALAR.attend(query, key, value, cache, position, window, out);
  }
}
