package sirocco;

import java.util.List;
import sirocco.engine.RoutedToken;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;

/// What happens while a model answers, in order. The last one is [Done].
public sealed interface Event {
  /// A token was made. Its text is told by [Text], if it is text.
  record Token(TokenEvent token) implements Event {}

  /// Something said: text, or a call of a tool.
  sealed interface Said extends Event {}

  /// A piece of the answer's text, whole characters.
  record Text(String text) implements Said {}

  /// The model calls a tool. All of an answer's calls come together, when they are whole.
  ///
  /// @param index among the calls of this answer, from 0
  record Call(int index, ToolCall call) implements Said {}

  /// The experts of tokens that were fed to the model, the prompt's too; only if [Prompt#routing]
  /// asked for them.
  record Routing(List<RoutedToken> tokens) implements Event {
    public Routing {
      tokens = List.copyOf(tokens);
    }
  }

  /// It is done.
  record Done(Answer answer) implements Event {}
}
