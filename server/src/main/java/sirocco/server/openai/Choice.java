package sirocco.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.Event;
import sirocco.PreparedPrompt;
import sirocco.engine.Completion;
import sirocco.engine.RoutedToken;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;

/// One answer as it grows.
final class Choice {
  private final int index;
  private final PreparedPrompt prompt;
  private final StringBuilder text = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<TokenEvent> tokens = new ArrayList<>();
  private final List<RoutedToken> routed = new ArrayList<>();
  private Optional<Completion> completion = Optional.empty();

  /// @param index among the choices of the request
  Choice(int index, PreparedPrompt prompt) {
    this.index = index;
    this.prompt = prompt;
  }

  /// Takes a token; returns what it completes.
  List<Event.Said> add(Generations.Made made) {
    tokens.add(made.token());
    routed.addAll(made.routed());
    return keep(prompt.read(made.token()));
  }

  /// Takes the end; returns what was held back.
  List<Event.Said> end(Generations.Ended ended) {
    completion = Optional.of(ended.completion());
    routed.addAll(ended.routed());
    return keep(prompt.end());
  }

  private List<Event.Said> keep(List<Event.Said> parts) {
    for (Event.Said part : parts) {
      switch (part) {
        case Event.Text(String piece) -> text.append(piece);
        case Event.Call(int _, ToolCall call) -> calls.add(call);
      }
    }
    return parts;
  }

  int index() {
    return index;
  }

  /// What was said.
  String text() {
    return text.toString();
  }

  List<ToolCall> calls() {
    return calls;
  }

  /// Every token, an end token included.
  List<TokenEvent> tokens() {
    return tokens;
  }

  List<RoutedToken> routed() {
    return routed;
  }

  /// What the engine says of it.
  ///
  /// @throws IllegalStateException while it is not done
  Completion completion() {
    return completion.orElseThrow(() -> new IllegalStateException("the choice is not done"));
  }

  /// Why it ended: OpenAI's `stop`, `length` or `tool_calls`.
  String finishReason() {
    return switch (completion().finishReason()) {
      case STOP -> calls.isEmpty() ? "stop" : "tool_calls";
      case LENGTH, CONTEXT, TIMEOUT -> "length";
      case CANCELLED -> throw new IllegalStateException("a cancelled choice has no reader");
    };
  }
}
