package sirocco.train.merge;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A Mixtral whose experts come from dense models and whose routers are new: N(0, 0.02) by seed.
/// All else but the weights (tokenizer, template, ends of texts) is the first model's. It owns the
/// models: closing it closes them.
abstract sealed class DerivedMixtral implements Checkpoint permits UpcycledMixtral, MergedMixtral {
  /// What Mixtral itself starts with (`initializer_range`).
  private static final double ROUTER_DEVIATION = 0.02;

  private final List<Checkpoint> models;
  private final ModelConfig config;
  private final long seed;

  DerivedMixtral(List<Checkpoint> models, int experts, int topK, long seed) {
    this.models = List.copyOf(models);
    this.config = mixture(models.getFirst().config(), experts, topK);
    this.seed = seed;
  }

  private static ModelConfig mixture(ModelConfig c, int experts, int topK) {
    return new ModelConfig(
        Architecture.MIXTRAL,
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.numHiddenLayers(),
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        experts,
        topK,
        c.rmsNormEps(),
        c.rope(),
        c.slidingWindow(),
        c.maxPositionEmbeddings(),
        c.tieWordEmbeddings());
  }

  /// @throws MergeException if the model is a mixture already
  static void requireDense(Checkpoint model) {
    if (model.config().isMixture()) {
      throw new MergeException(
          model.path()
              + ": expected a dense model (Mistral or llama), found a mixture of "
              + model.config().numLocalExperts()
              + " experts");
    }
  }

  /// The type that a weight has once it is computed with: quantised ones are written as F32.
  static DType plain(DType dtype) {
    return dtype.isQuantized() ? DType.F32 : dtype;
  }

  /// What an expert's weight is in a dense model.
  static Role dense(Role.Expert role) {
    return new Role.Layer(role.layer(), role.part());
  }

  Checkpoint first() {
    return models.getFirst();
  }

  List<Checkpoint> models() {
    return models;
  }

  /// A weight of an expert.
  abstract Tensor expert(Role.Expert role);

  /// The type it is written in.
  abstract DType expertType(Role.Expert role);

  /// A weight that is no expert's and no router.
  abstract Tensor shared(Role role);

  /// The type it is written in.
  abstract DType sharedType(Role role);

  @Override
  public final Tensor weight(Role role) {
    return switch (role) {
      case Role.Expert expert -> expert(expert);
      case Role.Layer(int layer, Part part) ->
          part == Part.ROUTER ? router(layer, role) : shared(role);
      case Role.Global _ -> shared(role);
    };
  }

  @Override
  public final DType typeBefore(Role role) {
    return switch (role) {
      case Role.Expert expert -> expertType(expert);
      case Role.Layer(int layer, Part part) ->
          part == Part.ROUTER
              ? plain(first().typeBefore(new Role.Layer(layer, Part.GATE)))
              : sharedType(role);
      case Role.Global _ -> sharedType(role);
    };
  }

  /// `[E, D]`
  private Tensor router(int layer, Role role) {
    return Rows.make(
        typeBefore(role),
        Roles.shape(role, config),
        (row, values) -> Rows.addNoise(values, ROUTER_DEVIATION, seed, layer, row));
  }

  @Override
  public final boolean has(Role role) {
    return Roles.of(config).anyMatch(role::equals);
  }

  @Override
  public final ModelConfig config() {
    return config;
  }

  @Override
  public final Path path() {
    return first().path();
  }

  /// None: it is in no file.
  @Override
  public final SortedMap<String, Entry> tensors() {
    return Collections.emptySortedMap();
  }

  @Override
  public final Optional<Vocabulary> vocabulary() {
    return first().vocabulary();
  }

  @Override
  public final Optional<String> chatTemplate() {
    return first().chatTemplate();
  }

  @Override
  public final OptionalInt bosToken() {
    return first().bosToken();
  }

  @Override
  public final Set<Integer> eosTokens() {
    return first().eosTokens();
  }

  @Override
  public final long fileBytes() {
    return models.stream().mapToLong(Checkpoint::fileBytes).sum();
  }

  @Override
  public final List<Path> files() {
    return models.stream().flatMap(model -> model.files().stream()).toList();
  }

  @Override
  public final void close() {
    models.forEach(Checkpoint::close);
  }
}
