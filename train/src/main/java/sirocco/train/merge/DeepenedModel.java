package sirocco.train.merge;

import java.util.List;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Rope;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// A model with silent copies among its layers.
final class DeepenedModel extends DerivedModel {
  private final Deepen deepen;

  DeepenedModel(Checkpoint base, Deepen deepen) {
    super(List.of(base), deeper(base.config(), deepen.layers().size()));
    this.deepen = deepen;
  }

  private static ModelConfig deeper(ModelConfig c, int layers) {
    return new ModelConfig(
        c.architecture(),
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        layers,
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        c.numLocalExperts(),
        c.numExpertsPerTok(),
        c.rmsNormEps(),
        c.rope(),
        c.slidingWindow(),
        c.maxPositionEmbeddings(),
        c.tieWordEmbeddings());
  }

  @Override
  public Rope.Layout ropeLayout() {
    return first().ropeLayout();
  }

  @Override
  public Tensor weight(Role role) {
    Tensor copied = first().weight(source(role));
    return isSilenced(role)
        ? Rows.make(plain(copied.dtype()), copied.shape(), (_, _) -> {})
        : copied;
  }

  @Override
  public DType typeBefore(Role role) {
    DType type = first().typeBefore(source(role));
    return isSilenced(role) ? plain(type) : type;
  }

  /// The base's weight that this one is, or would be if its layer were not silent.
  private Role source(Role role) {
    return switch (role) {
      case Role.Global global -> global;
      case Role.Layer(int layer, Part part) -> new Role.Layer(deepen.layers().get(layer), part);
      case Role.Expert(int layer, int expert, Part part) ->
          new Role.Expert(deepen.layers().get(layer), expert, part);
    };
  }

  /// Whether it writes to the residual stream from a silent layer.
  private boolean isSilenced(Role role) {
    return switch (role) {
      case Role.Global _ -> false;
      case Role.Layer(int layer, Part part) ->
          (part == Part.OUTPUT || part == Part.DOWN) && deepen.isSilent(layer);
      case Role.Expert(int layer, int _, Part part) -> part == Part.DOWN && deepen.isSilent(layer);
    };
  }
}
