package sirocco.tensor;

/// The primitives that models are made of. Destinations are passed in; nothing is allocated for the
/// caller, nothing is kept between calls, so one instance serves every thread. Activations are
/// float32; weights have any real type. Shapes are the caller's duty (`sirocco.model` checks them
/// once, at load).
///
/// Legend: T rows, D width, I inputs and O outputs of a matrix, H query heads, G key/value heads, d
/// head width.
public interface Kernels {
  /// `out[t] = table[ids[t]]`.
  ///
  /// @param table `[V, D]`
  /// @param out `[T, D]`
  void embed(Tensor table, int[] ids, Tensor out);

  /// Root-mean-square norm (arXiv 1910.07467): `out = x / sqrt(mean(x²) + epsilon) * weight`, row
  /// by row.
  ///
  /// @param x `[T, D]`
  /// @param weight `[D]`
  /// @param out `[T, D]`, may be `x`
  void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor out);

  /// `out = x weightᵀ`. The sum over I runs in the order of I for every T, so that a row's result
  /// does not depend on the rows beside it.
  ///
  /// @param x `[T, I]`
  /// @param weight `[O, I]`
  /// @param out `[T, O]`
  void matmul(Tensor x, Tensor weight, Tensor out);

  /// `x += y`, both of one shape.
  void add(Tensor x, Tensor y);

  /// `gate = silu(gate) * up`, where `silu(z) = z / (1 + exp(-z))` (arXiv 2002.05202).
  void swiGlu(Tensor gate, Tensor up);

  /// Turns the pairs of each head by the row's angles.
  ///
  /// @param x `[T, heads * d]`, changed in place
  /// @param cosSin `[T, d/2, 2]`, cosine and sine for each pair
  /// @param pairs which numbers of a head form pair i
  void rotate(Tensor x, Tensor cosSin, RotaryPairs pairs);

  /// Appends T keys and values of one session to its cache and attends from T queries: each to the
  /// keys at its own and earlier positions, at most `window` of them, itself included.
  ///
  /// Row t is appended before it attends and after row t - 1 has attended, or as if so: in a cache
  /// of `window` slots it takes the place of the one key that has just left the window.
  ///
  /// @param query `[T, H d]`
  /// @param key `[T, G d]`
  /// @param value `[T, G d]`
  /// @param cache the session's keys and values of this layer; H is a multiple of its heads
  /// @param position of row 0
  /// @param window the most positions a row sees, itself included
  /// @param out `[T, H d]`
  void attend(
      Tensor query,
      Tensor key,
      Tensor value,
      KeyValues cache,
      int position,
      int window,
      Tensor out);

  /// `out[i] = x[rows[i]]`.
  ///
  /// @param x `[T, D]`
  /// @param out `[rows, D]`
  void gather(Tensor x, int[] rows, Tensor out);

  /// `x[rows[i]] += scales[i] * y[i]`.
  ///
  /// @param x `[T, D]`
  /// @param y `[rows, D]`
  void scatterAdd(Tensor x, int[] rows, float[] scales, Tensor y);

  /// Which numbers of a head form pair i: `i * step` and `i * step + distance`.
  record RotaryPairs(int step, int distance) {}
}
