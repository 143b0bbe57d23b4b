package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongBinaryOperator;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// The two matrices that PEFT saves for one parameter of all experts (source: peft,
/// `ParamWrapper`): the experts' A `[r, I]` under each other, `[E r, I]`, but their B `[O, r]`
/// woven: column `k E + e` of `[O, r E]` is column k of expert e.
///
/// The parameter is known by its shape, whichever way the wrappers were nested: `gate_up_proj` has
/// I = D and O = 2 F (gate rows first), `down_proj` has I = F and O = D. PEFT before 0.19.1 took
/// fused weights `[E, O, I]` for `[E, I, O]` and saved the factors of the transposed difference,
/// known by exchanged I and O; where both are equal, by the version.
///
/// @param gateUp whether the parameter is `gate_up_proj`
/// @param exchanged whether A and B are factors of the transposed difference
record FusedLowRank(Tensor a, Tensor b, int experts, boolean gateUp, boolean exchanged) {
  private static final List<String> TRANSPOSING = List.of("0.17.", "0.18.", "0.19.0");

  /// @throws IllegalArgumentException if the shapes are those of neither parameter
  static FusedLowRank of(Tensor a, Tensor b, ModelConfig config, String peftVersion) {
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    int experts = config.numLocalExperts();
    boolean old = TRANSPOSING.stream().anyMatch(peftVersion::startsWith);
    for (boolean exchanged : List.of(old, !old)) {
      long in = exchanged ? b.rows() : a.columns();
      long out = exchanged ? a.columns() : b.rows();
      boolean gateUp = in == width && out == 2 * inner;
      boolean down = in == inner && out == width;
      if ((gateUp || down) && a.rows() == b.columns() && a.rows() % experts == 0) {
        return new FusedLowRank(a, b, experts, gateUp, exchanged);
      }
    }
    String form = "lora_A [%1$d r, %2$d] and lora_B [%3$d, %1$d r] for %4$s";
    throw new IllegalArgumentException(
        "expected "
            + form.formatted(experts, width, 2 * inner, AdapterNames.GATE_UP)
            + ", or "
            + form.formatted(experts, inner, width, AdapterNames.DOWN)
            + ", found "
            + a.shape()
            + " and "
            + b.shape());
  }

  int rank() {
    return Math.toIntExact(a.rows() / experts);
  }

  /// The pair of one expert; what must be moved is copied into the arena.
  LowRank expert(int e, float scale, Arena arena) {
    long r = rank();
    if (!exchanged) {
      Tensor own = gather(b, b.rows(), r, (o, k) -> o * experts * r + k * experts + e, arena);
      return new LowRank(a.entries(e * r, r), own, scale);
    }
    return new LowRank(
        gather(b, r, b.rows(), (k, i) -> i * experts * r + k * experts + e, arena),
        gather(a, a.columns(), r, (o, k) -> (e * r + k) * a.columns() + o, arena),
        scale);
  }

  /// A matrix of numbers from elsewhere.
  ///
  /// @param from which number of the source goes to a row and column
  static Tensor gather(
      Tensor source, long rows, long columns, LongBinaryOperator from, Arena arena) {
    Tensor target = Tensor.allocate(source.dtype(), Shape.of(rows, columns), arena);
    long width = source.dtype().blockBytes();
    for (long i = 0; i < rows; i++) {
      for (long j = 0; j < columns; j++) {
        MemorySegment.copy(
            source.data(),
            from.applyAsLong(i, j) * width,
            target.data(),
            (i * columns + j) * width,
            width);
      }
    }
    return target;
  }

  /// The two matrices of all experts.
  ///
  /// @param pairs one an expert, all of one type, shape and scale
  static LowRank fuse(List<LowRank> pairs, Arena arena) {
    LowRank first = pairs.getFirst();
    int experts = pairs.size();
    long rank = first.rank();
    long out = first.b().rows();
    Tensor a = allocate(first, experts * rank, first.a().columns(), arena);
    Tensor b = allocate(first, out, rank * experts, arena);
    long width = b.dtype().blockBytes();
    for (int e = 0; e < experts; e++) {
      a.entries(e * rank, rank).data().copyFrom(pairs.get(e).a().data());
      MemorySegment columns = pairs.get(e).b().data();
      for (long i = 0; i < out * rank; i++) {
        MemorySegment.copy(columns, i * width, b.data(), (i * experts + e) * width, width);
      }
    }
    return new LowRank(a, b, first.scale());
  }

  /// One pair for two weights that lie under each other. One A serves both where they share it;
  /// else the ranks add up: A of the upper above A of the lower, and each B in columns of its own.
  static LowRank stack(LowRank upper, LowRank lower, Arena arena) {
    boolean shared = upper.a().data().mismatch(lower.a().data()) < 0;
    long rank = upper.rank();
    long rows = upper.b().rows();
    Tensor b = allocate(upper, 2 * rows, shared ? rank : 2 * rank, arena);
    put(upper.b(), b, 0, 0);
    put(lower.b(), b, rows, shared ? 0 : rank);
    if (shared) {
      return new LowRank(upper.a(), b, upper.scale());
    }
    Tensor a = allocate(upper, 2 * rank, upper.a().columns(), arena);
    put(upper.a(), a, 0, 0);
    put(lower.a(), a, rank, 0);
    return new LowRank(a, b, upper.scale());
  }

  private static Tensor allocate(LowRank like, long rows, long columns, Arena arena) {
    return Tensor.allocate(like.a().dtype(), Shape.of(rows, columns), arena);
  }

  /// Writes a matrix into a larger one.
  private static void put(Tensor part, Tensor whole, long firstRow, long firstColumn) {
    long start = part.dtype().bytes(firstColumn);
    for (long row = 0; row < part.rows(); row++) {
      whole
          .data()
          .asSlice((firstRow + row) * whole.rowBytes() + start, part.rowBytes())
          .copyFrom(part.entry(row).data());
    }
  }
}
