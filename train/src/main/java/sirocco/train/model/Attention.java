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
  /// What each token takes from those it sees, and by what it chose.
  ///
  /// @param output [T, D]
  /// @param query [T, H, d], rotated and scaled: its products with keys are the scores
  /// @param key [T, G, d], rotated
  record Result(Tensor output, Tensor query, Tensor key) {}

  /// @param x [T, D] normed, in the precision of products
  Result apply(Tensor x, ModelConfig config, Pass pass) {
    long tokens = x.size(0);
    int width = config.headDim();
    int queries = config.numAttentionHeads();
    int groups = config.numKeyValueHeads();
    Tensor heads = pass.product(x, inputs).view(tokens, queries + 2L * groups, width);
    TensorVector kinds = heads.split_with_sizes(new long[] {queries + groups, groups}, 1);
    TensorVector turned =
        pass.rotate(kinds.get(0)).split_with_sizes(new long[] {queries, groups}, 1);
    Tensor scaled = turned.get(0).mul(new Scalar(1 / Math.sqrt(width)));
    List<Tensor> query = blocks(scaled);
    List<Tensor> key = blocks(turned.get(1));
    List<Tensor> value = blocks(kinds.get(1));
    List<Tensor> seen = new ArrayList<>();
    for (int block = 0; block < query.size(); block++) {
      int first = pass.masks().first(block);
      seen.add(
          attend(
              query.get(block),
              joined(key.subList(first, block + 1)),
              joined(value.subList(first, block + 1)),
              pass.masks().mask(block)));
    }
    Tensor all = joined(seen).transpose(0, 1).reshape(-1, (long) queries * width);
    Tensor own = all.size(0) == tokens ? all : all.narrow(0, 0, tokens);
    return new Result(pass.product(own, output), scaled, turned.get(1));
  }

  /// [T, heads, d] to blocks [heads, B, d], the last filled up with zeros.
  private static List<Tensor> blocks(Tensor heads) {
    long size = AttentionMasks.BLOCK;
    long missing = (size - heads.size(0) % size) % size;
    Tensor whole =
        missing == 0
            ? heads
            : torch.constant_pad_nd(heads, new long[] {0, 0, 0, 0, 0, missing}, new Scalar(0f));
    TensorVector cut = whole.transpose(0, 1).contiguous().split(size, 1);
    List<Tensor> blocks = new ArrayList<>();
    for (int i = 0; i < cut.size(); i++) {
      blocks.add(cut.get(i));
    }
    return blocks;
  }

  private static Tensor joined(List<Tensor> blocks) {
    return blocks.size() == 1 ? blocks.getFirst() : Torch.cat(1, blocks.toArray(Tensor[]::new));
  }

  /// Softmax attention of one block of queries. libtorch's own fused attention is not used: in
  /// bfloat16 on a CPU its backward is eight times slower than these products.
  ///
  /// @param query [H, B, d], scaled
  /// @param key [G, n, d]
  /// @param value [G, n, d]
  /// @param mask [B, n] added to the scores
  /// @return [H, B, d]
  private static Tensor attend(Tensor query, Tensor key, Tensor value, Tensor mask) {
    long heads = query.size(0);
    long rows = query.size(1);
    long width = query.size(2);
    long groups = key.size(0);
    long columns = key.size(1);
    // The H / G query heads of a group are rows of one product.
    Tensor grouped = query.reshape(groups, heads / groups * rows, width);
    Tensor scores = torch.bmm(grouped, key.transpose(1, 2)).view(heads, rows, columns);
    Tensor shares = scores.add_(mask).softmax(2);
    Tensor mixed = torch.bmm(shares.view(groups, heads / groups * rows, columns), value);
    return mixed.view(heads, rows, width);
  }
}
