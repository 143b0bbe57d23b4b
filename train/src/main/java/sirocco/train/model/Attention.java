package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.torch.Torch;

/// Grouped-query attention (arXiv 2305.13245), causal, within the segments of a batch. T tokens, D
/// width, H query heads, G key/value heads, d head width.
///
/// @param inputs query, key and value: [(H + 2G) d, D]
/// @param output [D, H d]
record Attention(Parameter inputs, Parameter output) {
  /// Queries whose scores are held at a time.
  private static final int BLOCK = 512;

  /// @param x [T, D] normed, in the precision of products
  /// @return [T, D]
  Tensor apply(Tensor x, ModelConfig config, Pass pass) {
    long tokens = x.size(0);
    int width = config.headDim();
    int queries = config.numAttentionHeads();
    int groups = config.numKeyValueHeads();
    Tensor heads = pass.product(x, inputs).view(tokens, queries + 2L * groups, width);
    TensorVector kinds = heads.split_with_sizes(new long[] {queries + groups, groups}, 1);
    Tensor turned = pass.rotate(kinds.get(0)).transpose(0, 1).contiguous();
    TensorVector turns = turned.split_with_sizes(new long[] {queries, groups}, 0);
    TensorVector query = pass.segments(turns.get(0));
    TensorVector key = pass.segments(turns.get(1));
    TensorVector value = pass.segments(kinds.get(1).transpose(0, 1));
    List<Tensor> seen = new ArrayList<>();
    for (int s = 0; s < query.size(); s++) {
      int length = Math.toIntExact(query.get(s).size(1));
      int window = config.slidingWindow().orElse(length);
      Segment segment = new Segment(query.get(s), key.get(s), value.get(s), window);
      for (int from = 0; from < length; from += BLOCK) {
        seen.add(segment.attend(from, Math.min(from + BLOCK, length)));
      }
    }
    Tensor all = Torch.cat(0, seen.toArray(Tensor[]::new));
    return pass.product(all.reshape(tokens, (long) queries * width), output);
  }

  /// One sequence of n positions.
  ///
  /// @param query [H, n, d]
  /// @param key [G, n, d]
  /// @param value [G, n, d]
  /// @param window positions a token sees, itself included
  private record Segment(Tensor query, Tensor key, Tensor value, int window) {
    /// Softmax attention of the queries `from` to `to`: [to - from, H, d]. A block looks at no keys
    /// behind it and none beyond its window. libtorch's own fused attention is not used: in
    /// bfloat16 on a CPU its backward is eight times slower than these products.
    Tensor attend(int from, int to) {
      long heads = query.size(0);
      long groups = key.size(0);
      long width = query.size(2);
      int first = Math.max(0, from - window + 1);
      long rows = to - from;
      long columns = to - first;
      Tensor keys = key.narrow(1, first, columns);
      // The H / G query heads of a group are rows of one product: [G, H/G rows, d].
      Tensor queries =
          query
              .narrow(1, from, rows)
              .mul(new Scalar(1 / Math.sqrt(width)))
              .reshape(groups, heads / groups * rows, width);
      Tensor scores = torch.bmm(queries, keys.transpose(1, 2)).view(heads, rows, columns);
      Tensor shares = scores.add_(mask(from, to, first, scores)).softmax(2);
      Tensor mixed =
          torch.bmm(
              shares.view(groups, heads / groups * rows, columns),
              value.narrow(1, first, columns));
      return mixed.view(heads, rows, width).transpose(0, 1);
    }

    /// [rows, columns]: 0 where query `from + i` may see key `first + j`, minus infinity elsewhere.
    private Tensor mask(int from, int to, int first, Tensor like) {
      int columns = to - first;
      float[] mask = new float[(to - from) * columns];
      for (int i = from; i < to; i++) {
        for (int j = first; j < to; j++) {
          boolean hidden = j > i || j <= i - window;
          mask[(i - from) * columns + j - first] = hidden ? Float.NEGATIVE_INFINITY : 0;
        }
      }
      return Torch.floats(mask, to - from, columns).to(like.scalar_type());
    }
  }
}
