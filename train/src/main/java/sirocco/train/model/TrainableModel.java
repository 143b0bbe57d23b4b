package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.train.data.Batch;
import sirocco.train.torch.Torch;

/// Mixtral, and Mistral as its dense kin, on libtorch: `h = x + attention(norm(x))`, `y = h +
/// feedForward(norm(h))` for each layer (arXiv 2401.04088). T tokens, D width, V vocabulary.
///
/// The residual stream, norms and routers are float32; products are in [Precision]. Not
/// thread-safe.
public final class TrainableModel {
  private final ModelConfig config;
  private final Precision precision;
  private final List<Parameter> parameters;
  private final Parameter embedding;
  private final List<Block> blocks;
  private final Parameter finalNorm;
  private final Parameter head;
  private LowRankTerms terms = LowRankTerms.NONE;

  /// One layer.
  private record Block(
      Parameter attentionNorm,
      Attention attention,
      Parameter feedForwardNorm,
      FeedForward feedForward) {}

  /// A model whose parameters are all zero; see [Weights] for how they are filled.
  public TrainableModel(ModelConfig config, Precision precision) {
    this.config = config;
    this.precision = precision;
    var layout = new ParameterLayout(config);
    this.embedding = layout.single("embedding", Global.EMBEDDING);
    this.blocks =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(layer ->
                new Block(
                    layout.single(
                        "layers." + layer + ".attention_norm",
                        new Layer(layer, Part.ATTENTION_NORM)),
                    layout.attention(layer),
                    layout.single(
                        "layers." + layer + ".feed_forward_norm",
                        new Layer(layer, Part.FEED_FORWARD_NORM)),
                    layout.feedForward(layer)))
            .toList();
    this.finalNorm = layout.single("final_norm", Global.FINAL_NORM);
    this.head = config.tieWordEmbeddings() ? embedding : layout.single("head", Global.HEAD);
    this.parameters = List.copyOf(layout.all());
  }

  public ModelConfig config() {
    return config;
  }

  /// Every parameter, embedding first.
  public List<Parameter> parameters() {
    return parameters;
  }

  /// Puts an adapter on the model.
  public void adapt(LowRankTerms adapter) {
    this.terms = adapter;
  }

  /// The adapter that is on the model.
  public LowRankTerms adapter() {
    return terms;
  }

  /// Excludes the routers from training.
  public void freezeRouters() {
    for (Parameter parameter : parameters) {
      if (parameter.parts().getFirst().role() instanceof Layer(int _, Part part)
          && part == Part.ROUTER) {
        parameter.value().set_requires_grad(false);
      }
    }
  }

  /// What a batch becomes.
  ///
  /// @param hidden [T, D] float32, after the final norm
  /// @param routings one a layer; none for a dense model
  /// @param guidance terms of the loss
  record Forward(Tensor hidden, List<Routing> routings, List<Tensor> guidance) {}

  /// What a batch becomes: [T, D] float32, after the final norm, with the graph for its gradients.
  public Tensor hidden(Batch batch) {
    return forward(batch, pass(batch, Optional.empty())).hidden();
  }

  /// All layers, with the graph for their gradients.
  Forward forward(Batch batch, Pass pass) {
    Tensor x = embed(batch);
    List<Routing> routings = new ArrayList<>();
    List<Tensor> guidance = new ArrayList<>();
    for (int layer = 0; layer < blocks.size(); layer++) {
      LayerResult result = layer(layer, x, pass, Optional.empty());
      result.routing().ifPresent(routings::add);
      guidance.addAll(result.guidance());
      x = result.output();
    }
    return new Forward(finish(x), routings, guidance);
  }

  /// [T, V] float32.
  public Tensor logits(Tensor hidden) {
    Tensor weight = head.value().to(precision.type());
    return torch.linear(hidden.to(precision.type()), weight).to(ScalarType.Float);
  }

  Pass pass(Batch batch, Optional<Guided> guided) {
    return new Pass(config, batch, precision, terms, guided);
  }

  int layers() {
    return blocks.size();
  }

  /// [T, D] float32.
  Tensor embed(Batch batch) {
    return torch.embedding(embedding.value(), Torch.longs(batch.ids()));
  }

  /// @param guidance terms of the loss
  record LayerResult(Tensor output, Optional<Routing> routing, List<Tensor> guidance) {}

  /// One layer.
  ///
  /// @param x [T, D] float32
  LayerResult layer(int index, Tensor x, Pass pass, Optional<Tensor> chosen) {
    Block block = blocks.get(index);
    float eps = config.rmsNormEps();
    Attention.Result seen =
        block.attention().apply(pass.cast(Pass.norm(x, block.attentionNorm(), eps)), config, pass);
    Tensor h = x.add(seen.output().to(ScalarType.Float));
    FeedForward.Result fed =
        block.feedForward().apply(Pass.norm(h, block.feedForwardNorm(), eps), pass, chosen);
    Tensor output = h.add(fed.output());
    List<Tensor> guidance =
        pass.guided().map(g -> g.terms(index, seen, output, head.value())).orElse(List.of());
    return new LayerResult(output, fed.routing(), guidance);
  }

  /// The final norm.
  Tensor finish(Tensor x) {
    return Pass.norm(x, finalNorm, config.rmsNormEps());
  }
}
