package sirocco.engine;

import java.time.Duration;
import java.util.List;

/// What a generation made.
///
/// @param text what was generated, without the stop string that ended it
/// @param tokens every id that was generated, an end token included
/// @param scores what the model thought of the prompt's own tokens, from [Request#scoredFrom] or
///   the second one on
/// @param finishReason why it ended
/// @param usage tokens counted
/// @param timings how long it took
/// @param guesses what guessing ahead came to
public record Completion(
    String text,
    List<Integer> tokens,
    List<Score> scores,
    FinishReason finishReason,
    Usage usage,
    Timings timings,
    Guesses guesses) {
  public Completion {
    tokens = List.copyOf(tokens);
    scores = List.copyOf(scores);
  }

  /// What the model thought of a token that was given.
  ///
  /// @param logprob natural logarithm of the probability that it gave the token
  /// @param top the likeliest tokens in its place, as many as [Request#topLogprobs] asked for
  public record Score(int id, double logprob, List<Sampler.Choice> top) {
    public Score {
      top = List.copyOf(top);
    }
  }

  /// Tokens counted.
  ///
  /// @param promptTokens of the prompt
  /// @param cachedTokens how many of those the session had in its cache already
  /// @param generatedTokens made, an end token included
  public record Usage(int promptTokens, int cachedTokens, int generatedTokens) {}

  /// What guessing ahead came to ([EngineOptions#guesses]).
  ///
  /// @param passes after the prompt
  /// @param proposed tokens guessed
  /// @param accepted how many of them were right
  /// @param experts that a pass touched in a layer, on average; 0 in a dense model
  public record Guesses(int passes, int proposed, int accepted, double experts) {}

  /// Wall-clock times, of everything that was computed in the same passes.
  ///
  /// @param prompt from the start to the first token
  /// @param generation from the first token to the end
  public record Timings(Duration prompt, Duration generation) {}

  /// Prompt tokens read in a second; those in the cache do not count.
  public double promptTokensPerSecond() {
    return rate(usage.promptTokens - usage.cachedTokens, timings.prompt);
  }

  /// Tokens made in a second; the first counts to the prompt.
  public double generatedTokensPerSecond() {
    return rate(usage.generatedTokens - 1, timings.generation);
  }

  private static double rate(int tokens, Duration time) {
    return tokens <= 0 || time.isZero() ? 0 : tokens * 1e9 / time.toNanos();
  }
}
