package sirocco;

import java.util.List;
import sirocco.engine.Completion;
import sirocco.engine.FinishReason;
import sirocco.engine.RoutedToken;
import sirocco.engine.TokenEvent;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;

/// What a model answered.
///
/// @param text without the calls of tools and the stop text that ended it
/// @param calls of tools, in the order made
/// @param tokens every token, an end token included
/// @param routing the experts of every token fed, in order, if [Prompt#routing] asked for them; the
///   last token was fed to nobody
/// @param completion what the engine says of it: counts, times, why it ended
public record Answer(
    String text,
    List<ToolCall> calls,
    List<TokenEvent> tokens,
    List<RoutedToken> routing,
    Completion completion) {
  public Answer {
    calls = List.copyOf(calls);
    tokens = List.copyOf(tokens);
    routing = List.copyOf(routing);
  }

  /// Why it ended; [FinishReason#STOP] if the model was done.
  public FinishReason finishReason() {
    return completion.finishReason();
  }

  /// Tokens counted.
  public Completion.Usage usage() {
    return completion.usage();
  }

  /// The turn to add to a conversation that goes on.
  public Message.Assistant message() {
    return new Message.Assistant(text, calls);
  }

  /// The text.
  @Override
  public String toString() {
    return text;
  }
}
