package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// A Mixtral whose experts come from dense models and whose routers are new: N(0, 0.02) by seed.
abstract sealed class DerivedMixtral extends DerivedModel permits UpcycledMixtral, MergedMixtral {
  /// What Mixtral itself starts with (`initializer_range`).
  private static final double ROUTER_DEVIATION = 0.02;

  private final long seed;

  DerivedMixtral(List<Checkpoint> models, int experts, int topK, long seed) {
    super(models, mixture(models.getFirst().config(), experts, topK));
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

  /// What an expert's weight is in a dense model.
  static Role dense(Role.Expert role) {
    return new Role.Layer(role.layer(), role.part());
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
        Roles.shape(role, config()),
        (row, values) -> Rows.addNoise(values, ROUTER_DEVIATION, seed, layer, row));
  }
}
