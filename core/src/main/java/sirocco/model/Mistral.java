package sirocco.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// Mistral 7B (arXiv 2310.06825) and Llama, its dense kin: [Mixtral] with one SwiGLU block where
/// that has experts. The window of Mistral v0.1 is the configuration's; without one every token
/// sees all before it.
///
/// Legend: T rows of the batch, R rows whose logits are wanted, D width, V vocabulary.
public final class Mistral implements Model {
  private final ModelConfig config;
  private final Kernels kernels;
  private final RotaryEmbedding rotary;
  private final Tensor embedding; // [V, D]
  private final List<Layer> layers;
  private final Tensor norm; // [D]
  private final Linear head; // [V, D]

  /// One layer's weights.
  private record Layer(
      Tensor attentionNorm, // [D]
      Attention attention,
      Tensor feedForwardNorm, // [D]
      Experts feedForward) {} // one, that every row visits

  /// Looks up the weights, whose files must stay open as long as the model is used.
  Mistral(Weights weights, Kernels kernels) {
    this.config = weights.config();
    this.kernels = kernels;
    this.rotary = new RotaryEmbedding(config, weights.checkpoint().ropeLayout());
    this.embedding = weights.tensor(Role.Global.EMBEDDING);
    this.layers =
        IntStream.range(0, config.numHiddenLayers()).mapToObj(i -> load(weights, i)).toList();
    this.norm = weights.tensor(Role.Global.FINAL_NORM);
    this.head = weights.head();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Output forward(Batch batch, Workspace workspace) {
    Passes.check(batch, config);
    workspace.reset();
    Ops ops = Ops.of(kernels, workspace, batch);
    // where each row stands in its session, and the angles that follow from it
    var positions = Attention.Positions.of(batch, config, rotary, ops);

    Tensor x = ops.embed(embedding, Passes.tokens(batch)); // [T, D]
    for (int i = 0; i < layers.size(); i++) {
      Workspace.Mark mark = workspace.mark();
      run(ops, layers.get(i), x, positions, i);
      workspace.release(mark);
    }
    int[] rows = Passes.wantedRows(batch);
    Tensor wanted = ops.gather(x, rows); // [R, D]
    Tensor last = ops.rmsNorm(wanted, norm, config.rmsNormEps()); // [R, D]
    Tensor logits = ops.of(rows).linear(last, head); // [R, V]
    Tensor stated = ops.gather(x, Passes.stateRows(batch)); // [S, D]
    Tensor states = ops.rmsNorm(stated, norm, config.rmsNormEps()); // [S, D]

    Passes.advance(batch);
    return new Output(logits, states, List.of());
  }

  /// One block: `x += attention(norm(x))`, then `x += feedForward(norm(x))`.
  private void run(Ops ops, Layer layer, Tensor x, Attention.Positions positions, int index) {
    Tensor a = ops.rmsNorm(x, layer.attentionNorm, config.rmsNormEps()); // [T, D]
    ops.add(x, layer.attention.apply(ops, a, positions, index));

    Tensor h = ops.rmsNorm(x, layer.feedForwardNorm, config.rmsNormEps()); // [T, D]
    ops.add(x, layer.feedForward.apply(ops, h, Dispatch.dense((int) h.rows())));
  }

  private static Layer load(Weights weights, int i) {
    return new Layer(
        weights.tensor(new Role.Layer(i, Part.ATTENTION_NORM)),
        weights.attention(i),
        weights.tensor(new Role.Layer(i, Part.FEED_FORWARD_NORM)),
        new Experts(List.of(weights.dense(i)), Optional.empty()));
  }
}
