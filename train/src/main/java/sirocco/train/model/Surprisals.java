package sirocco.train.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import sirocco.train.data.Batch;
import sirocco.train.torch.Torch;

/// `-log p(target)` of the positions that have a target, in nats: softmax in float32, a chunk of
/// positions at a time, because logits are the widest tensor of a small model.
public final class Surprisals {
  /// Positions whose logits are held at a time: [512, V] float32.
  private static final int CHUNK = 512;

  /// libtorch's number for losses that are not added up.
  private static final int EACH = 0;

  private Surprisals() {}

  /// Takes a chunk.
  @FunctionalInterface
  public interface Chunk {
    /// Some of the positions, together.
    ///
    /// @param positions `[n]` of the batch
    /// @param surprisals `[n]` float32, with their graph where gradients are on
    void accept(int[] positions, Tensor surprisals);
  }

  /// Goes over the positions with a target, in order.
  ///
  /// @param hidden [T, D] after the final norm
  public static void forEach(TrainableModel model, Tensor hidden, Batch batch, Chunk chunk) {
    int[] learned =
        IntStream.range(0, batch.tokens()).filter(t -> batch.targets()[t] != Batch.NONE).toArray();
    for (int start = 0; start < learned.length; start += CHUNK) {
      try (var _ = new PointerScope()) {
        int end = Math.min(start + CHUNK, learned.length);
        // The last chunk is filled up, so that there is one shape of product: see Dispatch.
        int[] rows = new int[Math.min(CHUNK, learned.length)];
        int[] targets = new int[rows.length];
        Arrays.fill(targets, Batch.NONE);
        for (int t = start; t < end; t++) {
          rows[t - start] = learned[t];
          targets[t - start] = batch.targets()[learned[t]];
        }
        Tensor logits = model.logits(hidden.index_select(0, Torch.longs(rows)));
        Tensor each =
            torch.cross_entropy_loss(
                logits, Torch.longs(targets), new TensorOptional(), EACH, Batch.NONE, 0);
        chunk.accept(
            Arrays.copyOfRange(learned, start, end), each.narrow(0, 0, (long) end - start));
      }
    }
  }

  /// Cross entropy: the sum over all targets.
  ///
  /// @param hidden [T, D] after the final norm
  public static double sum(TrainableModel model, Tensor hidden, Batch batch) {
    double[] sum = new double[1];
    forEach(model, hidden, batch, (_, surprisals) -> sum[0] += surprisals.sum().item_double());
    return sum[0];
  }

  /// `log p` of the targets of each segment, summed: `[S]`.
  public static double[] logProbabilities(TrainableModel model, Batch batch) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      return logProbabilities(model, model.hidden(batch), batch);
    }
  }

  /// The same from [T, D] after the final norm.
  public static double[] logProbabilities(TrainableModel model, Tensor hidden, Batch batch) {
    int[] segments = batch.segmentOfEach();
    double[] sums = new double[batch.segments()];
    try (var _ = new NoGradGuard()) {
      forEach(
          model,
          hidden,
          batch,
          (positions, surprisals) -> {
            float[] values = Torch.toFloats(surprisals);
            for (int i = 0; i < values.length; i++) {
              sums[segments[positions[i]]] -= values[i];
            }
          });
    }
    return sums;
  }
}
