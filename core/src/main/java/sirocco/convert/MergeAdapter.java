package sirocco.convert;

import java.nio.file.Path;
import java.util.Optional;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Role;
import sirocco.tensor.DType;

/// Writes a base with an adapter in its weights as a Hugging Face folder: `W + scale B A`, summed
/// in float32 and rounded once. One piece of a tensor is in memory at a time; the folder appears
/// when it is whole.
public final class MergeAdapter {
  private MergeAdapter() {}

  /// Writes `target`, which must not exist.
  ///
  /// @param adapter opened for this base
  /// @param dtype F32, F16, BF16 or F64 for all weights; if empty, each keeps the base's
  /// @param shardBytes the largest file of weights
  /// @throws ConvertException if the target is there already, or a weight is quantised and no type
  ///   is given
  /// @throws sirocco.checkpoint.CheckpointException if a file cannot be read or written
  /// @throws sirocco.tensor.TensorException if a sum is beyond its type
  public static void write(
      Checkpoint base,
      Adapter adapter,
      Optional<DType> dtype,
      Path target,
      long shardBytes,
      Progress progress) {
    dtype.ifPresent(MergeAdapter::requirePlain);
    if (dtype.isEmpty()) {
      requirePlain(base, adapter);
    }
    ToHuggingFace.write(base, Optional.of(adapter), dtype, target, shardBytes, progress);
  }

  /// Bytes that the weights will take.
  ///
  /// @throws ConvertException if that is no type of a Hugging Face folder
  public static long tensorBytes(Checkpoint base, Optional<DType> dtype) {
    dtype.ifPresent(MergeAdapter::requirePlain);
    return ToHuggingFace.tensorBytes(base, dtype);
  }

  private static void requirePlain(DType dtype) {
    if (dtype.isQuantized() || !dtype.isReal()) {
      throw new ConvertException(
          "a Hugging Face folder holds F32, F16, BF16 or F64, asked for " + dtype);
    }
  }

  /// Decoded weights are larger than anybody expects who has not asked for it.
  private static void requirePlain(Checkpoint base, Adapter adapter) {
    for (Role role : adapter.pairs().keySet()) {
      DType type = base.weight(role).dtype();
      if (type.isQuantized()) {
        throw new ConvertException(
            base.path()
                + ": its weights are quantised ("
                + type
                + "): merge into the original model and quantise the result, run this one with the"
                + " adapter beside it, or name the type to write, such as BF16");
      }
    }
  }
}
