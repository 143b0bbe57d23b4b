package sirocco.train.merge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import sirocco.checkpoint.Checkpoint;

/// Block expansion (LLaMA Pro, arXiv 2401.02415): a deeper model, whose new layers are copies that
/// add nothing to the residual stream until they are trained, as their attention output and down
/// projections are zero. So the deeper model says what the model it was made of does.
///
/// @param layers of the new model, each a layer of the base, counted from 0: its first mention is
///   the layer itself, every further one a silent copy, `[0, 0, 1, 1, 2, 3]`
public record Deepen(List<Integer> layers) {
  /// As many as a configuration may have.
  private static final int MOST = 4096;

  public Deepen {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.size() > MOST) {
      throw new IllegalArgumentException(
          "layers: expected 1 to " + MOST + ", found " + layers.size());
    }
    Set<Integer> seen = new HashSet<>();
    for (int layer : layers) {
      if (!seen.contains(layer) && layer != seen.size()) {
        throw new IllegalArgumentException(
            "layers: expected each layer's first mention in the order 0, 1, 2 and so on, found "
                + layers);
      }
      seen.add(layer);
    }
  }

  /// Layers that the base must have.
  int needed() {
    return (int) layers.stream().distinct().count();
  }

  /// Whether the layer at `index` of the new model only copies one before it.
  boolean isSilent(int index) {
    return layers.indexOf(layers.get(index)) < index;
  }

  /// The deeper model, whose weights are those of `base` as they are asked for.
  ///
  /// @param base its closing is the deeper model's
  /// @throws MergeException if its layers are not those that are named
  public Checkpoint of(Checkpoint base) {
    int found = base.config().numHiddenLayers();
    if (found != needed()) {
      throw new MergeException(
          base.path()
              + ": has "
              + found
              + " layers, but layers "
              + layers
              + " names "
              + needed()
              + "; each of the model's must be there");
    }
    return new DeepenedModel(base, this);
  }
}
