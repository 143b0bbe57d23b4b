package sirocco.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import sirocco.checkpoint.Adapter;

/// What may be changed of a model when it is loaded.
///
/// @param expertsPerToken K, if not the configuration's; mixtures only
/// @param adapter what is added to its weights, opened for its checkpoint; number 0 of
///   [Batch.Part#adapter]
/// @param others what is added instead for rows that ask for it, opened likewise; numbers 1 and on
/// @param maxResident the most bytes of weights in memory: experts beyond it stay in the file until
///   a token chooses them; no bound of ours if empty. Mixtures only
/// @param interventions changes of routers; mixtures only
public record ModelOptions(
    OptionalInt expertsPerToken,
    Optional<Adapter> adapter,
    List<Adapter> others,
    OptionalLong maxResident,
    List<Intervention> interventions) {
  /// The model as its files say.
  public static final ModelOptions DEFAULT =
      new ModelOptions(OptionalInt.empty(), Optional.empty(), List.of(), OptionalLong.empty());

  public ModelOptions {
    others = List.copyOf(others);
    interventions = List.copyOf(interventions);
  }

  /// Without interventions.
  public ModelOptions(
      OptionalInt expertsPerToken,
      Optional<Adapter> adapter,
      List<Adapter> others,
      OptionalLong maxResident) {
    this(expertsPerToken, adapter, others, maxResident, List.of());
  }

  /// Those of a layer.
  List<Intervention> interventions(int layer) {
    return interventions.stream().filter(i -> i.layer() == layer).toList();
  }

  /// All of them, by number.
  List<Optional<Adapter>> adapters() {
    return Stream.concat(Stream.of(adapter), others.stream().map(Optional::of)).toList();
  }
}
