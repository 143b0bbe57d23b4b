package sirocco.model;

import java.util.List;
import sirocco.tensor.Tensor;

/// What a forward pass gives back.
///
/// @param logits `[R, V]` float32, the rows that were asked for in batch order; valid until the
///   model's workspace is used again
/// @param states `[S, D]` float32, what the last norm made of the rows of parts that asked for it,
///   as long valid
/// @param routings one a layer for mixtures, in layer order, rows as in the batch; empty for dense
///   models
public record Output(Tensor logits, Tensor states, List<Routing> routings) {
  public Output {
    routings = List.copyOf(routings);
  }
}
