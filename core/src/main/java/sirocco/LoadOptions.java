package sirocco;

import java.util.function.UnaryOperator;
import sirocco.engine.EngineOptions;
import sirocco.engine.SamplingSettings;
import sirocco.engine.SchedulerOptions;

/// How a model is loaded.
///
/// @param engine how its weights and sessions are made: context, adapters, memory, back end
/// @param scheduler how many answers at once, and the memory for their keys and values
/// @param sampling how tokens are chosen where a prompt does not say; its seed is not used, as
///   every answer that names none draws its own
public record LoadOptions(
    EngineOptions engine, SchedulerOptions scheduler, SamplingSettings sampling) {
  /// Exact, with the model's own context, memory for one session of all of it at least, and
  /// temperature 0.7.
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          EngineOptions.DEFAULT,
          SchedulerOptions.DEFAULT.cacheBytes(0),
          SamplingSettings.builder().temperature(0.7).build());

  /// The same with changes of how the engine is made.
  public LoadOptions engine(UnaryOperator<EngineOptions.Builder> change) {
    return new LoadOptions(change.apply(engine.toBuilder()).build(), scheduler, sampling);
  }

  /// The same with other bounds.
  public LoadOptions scheduler(SchedulerOptions value) {
    return new LoadOptions(engine, value, sampling);
  }

  /// The same with another choice of tokens.
  public LoadOptions sampling(SamplingSettings value) {
    return new LoadOptions(engine, scheduler, value);
  }
}
