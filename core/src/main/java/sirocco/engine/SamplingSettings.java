package sirocco.engine;

import java.util.List;
import java.util.Map;

/// How tokens are chosen and when to stop. [Sampler] says in which order the parts apply. The
/// default draws from the model's own distribution until it ends.
///
/// @param temperature divides the logits; 0 takes the likeliest token (greedy)
/// @param topK keeps the k likeliest tokens; 0 for all
/// @param topP keeps the likeliest tokens that together reach this probability; 1 for all
/// @param minP keeps tokens at least this fraction as likely as the likeliest; 0 for all
/// @param repetitionPenalty of tokens seen, prompt included: a positive logit is divided by it, a
///   negative one multiplied (CTRL, arXiv 1909.05858); 1 for none
/// @param frequencyPenalty subtracted from a token's logit once for each time it was generated; 0
///   for none
/// @param presencePenalty subtracted once if the token was generated at all; 0 for none
/// @param penaltyWindow how many of the last tokens the penalties look at; 0 for all
/// @param logitBias added to the logit of a token id
/// @param seed of the random source; the same seed gives the same tokens
/// @param stop texts that end the generation and are not part of it
/// @param maxTokens the most tokens to generate; 0 to read the prompt alone
public record SamplingSettings(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    int penaltyWindow,
    Map<Integer, Double> logitBias,
    long seed,
    List<String> stop,
    int maxTokens) {

  private static final SamplingSettings DEFAULT =
      new SamplingSettings(1, 0, 1, 0, 1, 0, 0, 0, Map.of(), 0, List.of(), Integer.MAX_VALUE);

  public SamplingSettings {
    range("temperature", temperature, 0, 1000);
    range("top_k", topK, 0, Integer.MAX_VALUE);
    range("top_p", topP, 0, 1);
    range("min_p", minP, 0, 1);
    range("repetition_penalty", repetitionPenalty, 1e-3, 1e3);
    range("frequency_penalty", frequencyPenalty, -1e3, 1e3);
    range("presence_penalty", presencePenalty, -1e3, 1e3);
    range("penalty_window", penaltyWindow, 0, Integer.MAX_VALUE);
    range("max_tokens", maxTokens, 0, Integer.MAX_VALUE);
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach((id, bias) -> {
      range("logit_bias token", id, 0, Integer.MAX_VALUE);
      range("logit_bias of token " + id, bias, -1e6, 1e6);
    });
    stop = List.copyOf(stop);
    if (stop.contains("")) {
      throw new IllegalArgumentException("stop must not hold an empty text");
    }
  }

  /// The likeliest token each time.
  public static SamplingSettings greedy() {
    return builder().temperature(0).build();
  }

  /// Settings made field by field, from the default.
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /// Settings made field by field, from these.
  public Builder toBuilder() {
    return new Builder(this);
  }

  /// Whether any penalty is on.
  boolean penalises() {
    return repetitionPenalty != 1 || frequencyPenalty != 0 || presencePenalty != 0;
  }

  private static void range(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      throw new IllegalArgumentException(
          name + " must lie in " + plain(low) + " to " + plain(high) + ", found " + plain(value));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /// Collects the fields of [SamplingSettings]; each is checked by [#build].
  public static final class Builder {
    private double temperature;
    private int topK;
    private double topP;
    private double minP;
    private double repetitionPenalty;
    private double frequencyPenalty;
    private double presencePenalty;
    private int penaltyWindow;
    private Map<Integer, Double> logitBias;
    private long seed;
    private List<String> stop;
    private int maxTokens;

    private Builder(SamplingSettings from) {
      temperature = from.temperature;
      topK = from.topK;
      topP = from.topP;
      minP = from.minP;
      repetitionPenalty = from.repetitionPenalty;
      frequencyPenalty = from.frequencyPenalty;
      presencePenalty = from.presencePenalty;
      penaltyWindow = from.penaltyWindow;
      logitBias = from.logitBias;
      seed = from.seed;
      stop = from.stop;
      maxTokens = from.maxTokens;
    }

    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    public Builder topK(int value) {
      topK = value;
      return this;
    }

    public Builder topP(double value) {
      topP = value;
      return this;
    }

    public Builder minP(double value) {
      minP = value;
      return this;
    }

    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    public Builder penaltyWindow(int value) {
      penaltyWindow = value;
      return this;
    }

    public Builder logitBias(Map<Integer, Double> value) {
      logitBias = value;
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder stop(List<String> value) {
      stop = value;
      return this;
    }

    public Builder stop(String... value) {
      return stop(List.of(value));
    }

    public Builder maxTokens(int value) {
      maxTokens = value;
      return this;
    }

    /// The settings.
    ///
    /// @throws IllegalArgumentException naming the field that makes no sense
    public SamplingSettings build() {
      return new SamplingSettings(
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          frequencyPenalty,
          presencePenalty,
          penaltyWindow,
          logitBias,
          seed,
          stop,
          maxTokens);
    }
  }
}
