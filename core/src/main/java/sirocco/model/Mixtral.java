package sirocco.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// Mixtral (arXiv 2401.04088): a decoder-only transformer in which every feed-forward block is E
/// experts, K of them chosen for each token. This file is the whole forward pass; read it from top
/// to bottom.
///
/// What it stands on: [Attention] (grouped queries, rotary positions, the cache), [Router] (which
/// experts), [Experts] (their sum), [Ops] (the verbs).
///
/// Legend: T rows of the batch, R rows whose logits are wanted, D width, E experts, K chosen, F
/// expert width, V vocabulary.
public final class Mixtral implements Model {
  private final ModelConfig config;
  private final Kernels kernels;
  private final RotaryEmbedding rotary;
  private final Optional<ResidentExperts> resident; // if not all experts may be in memory
  private final Tensor embedding; // [V, D]
  private final List<Layer> layers;
  private final Tensor norm; // [D]
  private final Linear head; // [V, D]

  /// One layer's weights.
  private record Layer(
      Tensor attentionNorm, // [D]
      Attention attention,
      Tensor feedForwardNorm, // [D]
      Router router,
      Experts experts) {}

  /// Looks up the weights, whose files must stay open as long as the model is used.
  ///
  /// @param options checked against the configuration
  Mixtral(Weights weights, Kernels kernels, ModelOptions options) {
    this.config = weights.config();
    this.kernels = kernels;
    this.rotary = new RotaryEmbedding(config, weights.checkpoint().ropeLayout());
    this.resident = ResidentExperts.of(weights, options.maxResident());
    this.embedding = weights.tensor(Role.Global.EMBEDDING);
    this.layers =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(i -> load(weights, i, options))
            .toList();
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
    List<Routing> routings = new ArrayList<>(layers.size());
    // where each row stands in its session, and the angles that follow from it
    var positions = Attention.Positions.of(batch, config, rotary, ops);

    Tensor x = ops.embed(embedding, Passes.tokens(batch)); // [T, D]
    for (int i = 0; i < layers.size(); i++) {
      Workspace.Mark mark = workspace.mark();
      routings.add(run(ops, layers.get(i), x, positions, i));
      workspace.release(mark);
    }
    int[] rows = Passes.wantedRows(batch);
    Tensor wanted = ops.gather(x, rows); // [R, D]
    Tensor last = ops.rmsNorm(wanted, norm, config.rmsNormEps()); // [R, D]
    Tensor logits = ops.of(rows).linear(last, head); // [R, V]
    Tensor stated = ops.gather(x, Passes.stateRows(batch)); // [S, D]
    Tensor states = ops.rmsNorm(stated, norm, config.rmsNormEps()); // [S, D]

    Passes.advance(batch);
    return new Output(logits, states, routings);
  }

  @Override
  public void each(int count, IntConsumer work) {
    kernels.each(count, work);
  }

  /// One block: `x += attention(norm(x))`, then `x += experts(norm(x))`.
  private Routing run(Ops ops, Layer layer, Tensor x, Attention.Positions positions, int index) {
    Tensor a = ops.rmsNorm(x, layer.attentionNorm, config.rmsNormEps()); // [T, D]
    ops.add(x, layer.attention.apply(ops, a, positions, index));

    Tensor h = ops.rmsNorm(x, layer.feedForwardNorm, config.rmsNormEps()); // [T, D]
    Routing routing = layer.router.route(ops, h); // K experts and gates a row
    ops.add(x, layer.experts.apply(ops, h, routing.dispatch()));
    return routing;
  }

  @Override
  public void close() {
    resident.ifPresent(ResidentExperts::close);
  }

  private Layer load(Weights weights, int i, ModelOptions options) {
    int chosen = options.expertsPerToken().orElse(config.numExpertsPerTok());
    return new Layer(
        weights.tensor(new Role.Layer(i, Part.ATTENTION_NORM)),
        weights.attention(i),
        weights.tensor(new Role.Layer(i, Part.FEED_FORWARD_NORM)),
        new Router(
            weights.linear(new Role.Layer(i, Part.ROUTER)), chosen, options.interventions(i)),
        new Experts(
            IntStream.range(0, weights.config().numLocalExperts())
                .mapToObj(e -> weights.expert(i, e))
                .toList(),
            resident.map(all -> all.layer(i))));
  }
}
