package sirocco.engine;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;
import sirocco.model.Intervention;
import sirocco.model.KvCache;

/// How a model is opened and its sessions are made.
///
/// @param expertsPerToken K, if not the configuration's; mixtures only
/// @param context the most tokens of a session; the model's own context if empty
/// @param cache how keys and values are kept
/// @param chunk the most prompt tokens of a session in one pass
/// @param promptFormat how conversations are written
/// @param adapter a LoRA in PEFT's layout that is added to the weights
/// @param adapters others by name, for requests that ask for one ([Request#adapter]); it is added
///   instead
/// @param computing with what it computes
/// @param guesses the most tokens that are guessed ahead from the text so far and checked in one
///   pass; 0 for none. The answers are the same either way
/// @param maxResident the most bytes of weights in memory, for mixtures larger than that: experts
///   are then read from the file when a token chooses them. Sessions' caches come on top
/// @param weights where they lie if they all fit into memory
/// @param interventions changes of routers, to see what experts do; mixtures only
public record EngineOptions(
    OptionalInt expertsPerToken,
    OptionalInt context,
    KvCache.Precision cache,
    int chunk,
    PromptFormat.Kind promptFormat,
    Optional<Path> adapter,
    SequencedMap<String, Path> adapters,
    Computing computing,
    int guesses,
    OptionalLong maxResident,
    WeightMemory weights,
    List<Intervention> interventions) {

  /// Exact, with the model's own context.
  public static final EngineOptions DEFAULT =
      new EngineOptions(
          OptionalInt.empty(),
          OptionalInt.empty(),
          KvCache.Precision.F32,
          512,
          PromptFormat.Kind.AUTO,
          Optional.empty(),
          new LinkedHashMap<>(),
          Computing.DEFAULT,
          0,
          OptionalLong.empty(),
          WeightMemory.AUTO,
          List.of());

  public EngineOptions {
    context.ifPresent(c -> atLeastOne("context", c));
    expertsPerToken.ifPresent(k -> atLeastOne("experts per token", k));
    atLeastOne("chunk", chunk);
    adapters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(adapters));
    interventions = List.copyOf(interventions);
    maxResident.ifPresent(bytes -> {
      if (bytes < 1) {
        throw new IllegalArgumentException("max resident must be at least 1 byte, found " + bytes);
      }
    });
    if (guesses < 0) {
      throw new IllegalArgumentException("guesses must not be negative, found " + guesses);
    }
  }

  /// Options made field by field, from the default.
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /// Options made field by field, from these.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// Whether weights of so many bytes are brought into memory of the process's own.
  public boolean copiesWeights(long bytes) {
    return maxResident.isEmpty() && weights.copies(bytes);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, found " + value);
    }
  }

  /// Collects the fields of [EngineOptions]; each is checked by [#build].
  public static final class Builder {
    private OptionalInt expertsPerToken;
    private OptionalInt context;
    private KvCache.Precision cache;
    private int chunk;
    private PromptFormat.Kind promptFormat;
    private Optional<Path> adapter;
    private SequencedMap<String, Path> adapters;
    private Computing computing;
    private int guesses;
    private OptionalLong maxResident;
    private WeightMemory weights;
    private List<Intervention> interventions;

    private Builder(EngineOptions from) {
      expertsPerToken = from.expertsPerToken;
      context = from.context;
      cache = from.cache;
      chunk = from.chunk;
      promptFormat = from.promptFormat;
      adapter = from.adapter;
      adapters = from.adapters;
      computing = from.computing;
      guesses = from.guesses;
      maxResident = from.maxResident;
      weights = from.weights;
      interventions = from.interventions;
    }

    public Builder expertsPerToken(int value) {
      return expertsPerToken(OptionalInt.of(value));
    }

    public Builder expertsPerToken(OptionalInt value) {
      expertsPerToken = value;
      return this;
    }

    public Builder context(int value) {
      return context(OptionalInt.of(value));
    }

    public Builder context(OptionalInt value) {
      context = value;
      return this;
    }

    public Builder cache(KvCache.Precision value) {
      cache = value;
      return this;
    }

    public Builder chunk(int value) {
      chunk = value;
      return this;
    }

    public Builder promptFormat(PromptFormat.Kind value) {
      promptFormat = value;
      return this;
    }

    public Builder adapter(Optional<Path> value) {
      adapter = value;
      return this;
    }

    public Builder adapters(SequencedMap<String, Path> value) {
      adapters = value;
      return this;
    }

    public Builder computing(Computing value) {
      computing = value;
      return this;
    }

    public Builder guesses(int value) {
      guesses = value;
      return this;
    }

    public Builder maxResident(OptionalLong value) {
      maxResident = value;
      return this;
    }

    public Builder weights(WeightMemory value) {
      weights = value;
      return this;
    }

    public Builder interventions(List<Intervention> value) {
      interventions = value;
      return this;
    }

    /// The options.
    ///
    /// @throws IllegalArgumentException naming the field that makes no sense
    public EngineOptions build() {
      return new EngineOptions(
          expertsPerToken,
          context,
          cache,
          chunk,
          promptFormat,
          adapter,
          adapters,
          computing,
          guesses,
          maxResident,
          weights,
          interventions);
    }
  }
}
