package sirocco.spring;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import sirocco.LoadOptions;
import sirocco.engine.Computing;
import sirocco.engine.EngineOptions;
import sirocco.engine.SchedulerOptions;

/// Which model is loaded, and how.
///
/// @param model A model's folder (Hugging Face's or Mistral's own layout) or .gguf file. Empty: the
///   default model, if sirocco-default-model is there.
/// @param context The most tokens of a prompt and its answer together. Not set: the model's own
///   context.
/// @param cacheMemory Memory for keys and values, of all answers under way and of prompts'
///   beginnings that are kept. Not set: 1 GB.
/// @param maxConcurrent The most answers that are made at once. Not set: 32.
/// @param maxQueued The most questions that wait beside them; others are refused. Not set: 256.
/// @param maxResident The most memory for weights, for mixtures that are larger than it: experts
///   are then read from the file when a token chooses them. Not set: all weights are in memory.
/// @param threads Threads that compute. Not set: as many as there are cores.
/// @param expertsPerToken Experts that each token visits; mixtures only. Not set: as the model was
///   made.
/// @param adapter LoRA adapters by name, each a folder in PEFT's layout. The option model of a
///   prompt chooses one by its name.
@ConfigurationProperties("spring.ai.sirocco")
public record SiroccoProperties(
    @DefaultValue("") String model,
    @Nullable Integer context,
    @Nullable DataSize cacheMemory,
    @Nullable Integer maxConcurrent,
    @Nullable Integer maxQueued,
    @Nullable DataSize maxResident,
    @Nullable Integer threads,
    @Nullable Integer expertsPerToken,
    @DefaultValue Map<String, String> adapter) {

  public SiroccoProperties {
    adapter = Map.copyOf(adapter);
  }

  /// How the model is loaded.
  ///
  /// @param usual where nothing is said
  /// @throws IllegalArgumentException naming the value that makes no sense
  LoadOptions over(LoadOptions usual) {
    return usual.engine(this::engine).scheduler(scheduler(usual.scheduler()));
  }

  private EngineOptions.Builder engine(EngineOptions.Builder builder) {
    SequencedMap<String, Path> adapters = new LinkedHashMap<>();
    adapter.forEach((name, folder) -> adapters.put(name, Path.of(folder)));
    return builder
        .context(optional(context))
        .expertsPerToken(optional(expertsPerToken))
        .maxResident(
            maxResident == null ? OptionalLong.empty() : OptionalLong.of(maxResident.toBytes()))
        .computing(new Computing(Optional.empty(), optional(threads)))
        .adapters(adapters);
  }

  private SchedulerOptions scheduler(SchedulerOptions usual) {
    return new SchedulerOptions(
        maxConcurrent == null ? usual.maxConcurrent() : maxConcurrent,
        maxQueued == null ? usual.maxQueued() : maxQueued,
        cacheMemory == null ? usual.cacheBytes() : cacheMemory.toBytes(),
        usual.longestPrompt());
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
