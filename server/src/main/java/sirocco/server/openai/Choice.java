package sirocco.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.engine.Completion;
import sirocco.engine.TokenEvent;

/// One answer as it grows.
final class Choice {
  private final int index;
  private final AnswerReader reader;
  private final StringBuilder text = new StringBuilder();
  private final List<CallInProgress> calls = new ArrayList<>();
  private final List<TokenEvent> tokens = new ArrayList<>();
  private final List<RoutedToken> routed = new ArrayList<>();
  private Optional<Completion> completion = Optional.empty();

  /// @param index among the choices of the request
  Choice(int index, AnswerReader reader) {
    this.index = index;
    this.reader = reader;
  }

  /// A tool's call, whole once the answer is.
  record CallInProgress(String id, String name, StringBuilder arguments) {}

  /// Takes a token; returns what it completes.
  List<Part> add(Generations.Made made) {
    tokens.add(made.token());
    routed.addAll(made.routed());
    return keep(reader.read(made.token()));
  }

  /// Takes the end; returns what was held back.
  List<Part> end(Generations.Ended ended) {
    completion = Optional.of(ended.completion());
    routed.addAll(ended.routed());
    return keep(reader.end());
  }

  private List<Part> keep(List<Part> parts) {
    for (Part part : parts) {
      switch (part) {
        case Part.Text(String piece) -> text.append(piece);
        case Part.Call(int _, String id, String name) ->
            calls.add(new CallInProgress(id, name, new StringBuilder()));
        case Part.Arguments(int call, String json) -> calls.get(call).arguments().append(json);
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

  List<CallInProgress> calls() {
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
