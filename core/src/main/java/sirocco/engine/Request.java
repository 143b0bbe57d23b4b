package sirocco.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What a generation should do.
///
/// @param prompt the ids to continue, the opening token among them if there is to be one
/// @param settings how tokens are chosen and when to stop
/// @param answers whether the result is a text of its own, as the answer in a chat is, rather than
///   the rest of the prompt's text; a text of its own has no leading space
/// @param filters the user's changes to the logits, in the order they run
/// @param adapter one of [EngineOptions#adapters] that is added to the weights; what is usual if
///   empty
/// @param topLogprobs how many of the likeliest tokens [TokenEvent#top] names at each place
/// @param scoredFrom the first token of the prompt whose own probability is told
///   ([Completion#scores]); as many as the prompt has for none
/// @param onToken told of every generated token
/// @param onRouting told of what the routers decided for every token fed
@SuppressWarnings("ArrayRecordComponent") // copied at once; never compared
public record Request(
    int[] prompt,
    SamplingSettings settings,
    boolean answers,
    List<LogitsFilter> filters,
    Optional<String> adapter,
    int topLogprobs,
    int scoredFrom,
    Consumer<TokenEvent> onToken,
    Consumer<RoutedTokens> onRouting) {

  public Request {
    if (prompt.length == 0) {
      throw new EngineException("the prompt has no tokens; give at least one");
    }
    if (topLogprobs < 0) {
      throw new EngineException("top logprobs must not be negative, found " + topLogprobs);
    }
    if (scoredFrom < 0 || scoredFrom > prompt.length) {
      throw new EngineException(
          "scores begin within the prompt's "
              + prompt.length
              + " tokens or behind them, found "
              + scoredFrom);
    }
    prompt = prompt.clone();
    filters = List.copyOf(filters);
  }

  /// To go on with a text. Nobody listens.
  public static Request of(int[] prompt, SamplingSettings settings) {
    return new Request(
        prompt, settings, false, List.of(), Optional.empty(), 0, prompt.length, _ -> {}, _ -> {});
  }

  /// The same for an answer.
  public Request answers(boolean value) {
    return new Request(
        prompt, settings, value, filters, adapter, topLogprobs, scoredFrom, onToken, onRouting);
  }

  /// The same with filters.
  public Request filters(List<LogitsFilter> value) {
    return new Request(
        prompt, settings, answers, value, adapter, topLogprobs, scoredFrom, onToken, onRouting);
  }

  /// The same with an adapter.
  public Request adapter(Optional<String> value) {
    return new Request(
        prompt, settings, answers, filters, value, topLogprobs, scoredFrom, onToken, onRouting);
  }

  /// The same with the likeliest tokens named at each place.
  public Request topLogprobs(int value) {
    return new Request(
        prompt, settings, answers, filters, adapter, value, scoredFrom, onToken, onRouting);
  }

  /// The same with probabilities of the prompt's own tokens.
  public Request scoredFrom(int value) {
    return new Request(
        prompt, settings, answers, filters, adapter, topLogprobs, value, onToken, onRouting);
  }

  /// Tokens of the prompt whose logits nobody wants: what a cache may know already. The last one's
  /// are always wanted.
  int unseen() {
    return Math.clamp(scoredFrom - 1L, 0, prompt.length - 1);
  }

  /// The same with somebody who is told of every token.
  public Request onToken(Consumer<TokenEvent> value) {
    return new Request(
        prompt, settings, answers, filters, adapter, topLogprobs, scoredFrom, value, onRouting);
  }

  /// The same with somebody who is told of every routing.
  public Request onRouting(Consumer<RoutedTokens> value) {
    return new Request(
        prompt, settings, answers, filters, adapter, topLogprobs, scoredFrom, onToken, value);
  }
}
