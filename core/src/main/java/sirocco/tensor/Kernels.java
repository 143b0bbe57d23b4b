package sirocco.tensor;

import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.function.IntConsumer;

/// The primitives that models are made of. Destinations are passed in; nothing is allocated for the
/// caller, nothing is kept between calls, so one instance serves every thread. Activations are
/// float32; weights have any real type. Shapes are the caller's duty (`sirocco.model` checks them
/// once, at load).
///
/// Legend: T rows, D width, I inputs and O outputs of a matrix, E experts, F expert width, H query
/// heads, G key/value heads, d head width.
public interface Kernels extends AutoCloseable {
  /// What the rows of a pass are. Which of the two decides how they are computed, and not how many
  /// there are: so a row's result is the same to the bit whatever rows are beside it.
  enum Phase {
    /// given tokens, mostly many: matrices are unpacked once for all rows
    PROMPT,
    /// tokens that are made one after the other, few at a time: matrices are read, and that is what
    /// takes the time
    STEP
  }

  /// These kernels, for such rows.
  default Kernels during(Phase phase) {
    return this;
  }

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

  /// Several products of one x: `outs[i] = x weights[i]ᵀ`.
  default void products(Tensor x, List<Tensor> weights, List<Tensor> outs) {
    for (int i = 0; i < weights.size(); i++) {
      matmul(x, weights.get(i), outs.get(i));
    }
  }

  /// A sparse mixture of SwiGLU blocks: for each row the sum of its experts' outputs, each times
  /// its gate, `out[t] = Σ g down(silu(gate x[t]) * up x[t])`. An expert nobody chose costs
  /// nothing. A row adds its experts up in the order of their numbers, whatever rows are beside it.
  ///
  /// @param x `[T, D]`
  /// @param experts E of them
  /// @param dispatch which rows each has
  /// @param out `[T, D]`, not x
  /// @param scratch gives memory that is not used after the call
  default void experts(
      Tensor x, List<Expert> experts, Dispatch dispatch, Tensor out, SegmentAllocator scratch) {
    out.data().fill((byte) 0);
    for (int e = 0; e < experts.size(); e++) {
      int count = dispatch.count(e);
      if (count > 0) {
        Expert expert = experts.get(e);
        int[] rows = dispatch.rows(e);
        Tensor own = Tensor.floats(Shape.of(count, x.columns()), scratch);
        gather(x, rows, own);
        Tensor gate = Tensor.floats(Shape.of(count, expert.gate().rows()), scratch);
        Tensor up = Tensor.floats(gate.shape(), scratch);
        products(own, List.of(expert.gate(), expert.up()), List.of(gate, up));
        swiGlu(gate, up);
        matmul(gate, expert.down(), own);
        scatterAdd(out, rows, dispatch.gates(e), own);
      }
    }
  }

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

  /// Attention of several sessions, each over its own cache.
  ///
  /// @param window the most positions a row sees, itself included
  default void attend(List<Attending> sessions, int window) {
    for (Attending s : sessions) {
      attend(s.query, s.key, s.value, s.cache, s.position, window, s.out);
    }
  }

  /// Does pieces of work that do not depend on each other, on the threads that compute where there
  /// are several. Not from within such a piece.
  ///
  /// @param work is told which piece, 0 to `count - 1`
  default void each(int count, IntConsumer work) {
    for (int i = 0; i < count; i++) {
      work.accept(i);
    }
  }

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

  /// What these threads reach when nothing but the machine limits them.
  default Probe probe() {
    return new ScalarProbe();
  }

  /// Ends the threads that the kernels keep, if any. Nothing may be asked of them afterwards.
  @Override
  default void close() {}

  /// One session's attention, as the other method's parameters say.
  record Attending(
      Tensor query, Tensor key, Tensor value, KeyValues cache, int position, Tensor out) {}

  /// The three matrices of a SwiGLU block.
  ///
  /// @param gate `[F, D]`, w1 in Mistral's files
  /// @param up `[F, D]`, w3
  /// @param down `[D, F]`, w2
  record Expert(Tensor gate, Tensor up, Tensor down) {}

  /// Which numbers of a head form pair i: `i * step` and `i * step + distance`.
  record RotaryPairs(int step, int distance) {}
}
