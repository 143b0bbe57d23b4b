package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.train.data.Batch;
import sirocco.train.torch.Torch;

/// Who sees whom in a batch, by blocks of queries: a token sees its segment up to itself, within
/// the window. Blocks have one size, so that there are few shapes of products; a block looks back
/// no further than the segment that its first token is in.
final class AttentionMasks {
  /// Queries of a block.
  static final int BLOCK = 256;

  private final int[] firsts;
  private final List<Tensor> masks = new ArrayList<>();

  /// @param window positions a token sees, itself included
  AttentionMasks(Batch batch, int window, ScalarType type) {
    int tokens = batch.tokens();
    int[] starts = new int[tokens];
    for (int s = 0; s < batch.segments(); s++) {
      for (int t = batch.starts()[s]; t < batch.starts()[s + 1]; t++) {
        starts[t] = Math.max(batch.starts()[s], (int) Math.max(0, (long) t - window + 1));
      }
    }
    firsts = new int[(tokens + BLOCK - 1) / BLOCK];
    for (int block = 0; block < firsts.length; block++) {
      firsts[block] = starts[block * BLOCK] / BLOCK;
      masks.add(mask(starts, block, type));
    }
  }

  private Tensor mask(int[] starts, int block, ScalarType type) {
    int from = firsts[block] * BLOCK;
    int columns = (block + 1) * BLOCK - from;
    float[] mask = new float[BLOCK * columns];
    for (int row = 0; row < BLOCK; row++) {
      int token = block * BLOCK + row;
      // Rows that only fill up see the first key: a row of minus infinities has no softmax.
      int low = token < starts.length ? starts[token] : from;
      int high = token < starts.length ? token : from;
      for (int column = 0; column < columns; column++) {
        boolean seen = from + column >= low && from + column <= high;
        mask[row * columns + column] = seen ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    return Torch.floats(mask, BLOCK, columns).to(type);
  }

  /// The first block whose keys this block of queries sees.
  int first(int block) {
    return firsts[block];
  }

  /// [B, n] over the keys from the first block on: 0 where seen, else minus infinity.
  Tensor mask(int block) {
    return masks.get(block);
  }
}
