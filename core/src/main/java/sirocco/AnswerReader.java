package sirocco;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;
import sirocco.text.TemplateException;
import sirocco.text.ToolCalls;

/// Takes the tokens of one answer for what they mean: text, or calls of tools, which are read when
/// they are whole. Calls that were cut off are text.
final class AnswerReader {
  private final ToolCalling tools;
  private final StringBuilder held = new StringBuilder();
  private State state;

  private enum State {
    /// The text may still turn out to be the mark before the calls.
    BEGINNING,
    SAYING,
    CALLING
  }

  AnswerReader(ToolCalling tools) {
    this.tools = tools;
    this.state = tools instanceof ToolCalling.Spelled ? State.BEGINNING : State.SAYING;
  }

  /// What a token completes.
  List<Event.Said> read(TokenEvent token) {
    boolean calls = state == State.CALLING;
    if (tools instanceof ToolCalling.Marked marked && token.id() == marked.token()) {
      state = State.CALLING;
    }
    if (!calls && state != State.BEGINNING) {
      return text(token.text());
    }
    held.append(token.text());
    return state == State.BEGINNING ? decide() : List.of();
  }

  private List<Event.Said> decide() {
    String begun = held.toString();
    if (begun.startsWith(ToolCalls.TOKEN)) {
      state = State.CALLING;
      held.delete(0, ToolCalls.TOKEN.length());
      return List.of();
    }
    if (ToolCalls.TOKEN.startsWith(begun)) {
      return List.of();
    }
    state = State.SAYING;
    held.setLength(0);
    return text(begun);
  }

  /// What was held back, when no token will come.
  List<Event.Said> end() {
    if (state != State.CALLING) {
      return text(held.toString());
    }
    List<ToolCall> calls;
    try {
      calls = ToolCalls.parse(held.toString(), new SplittableRandom());
    } catch (TemplateException e) {
      return text(held.toString());
    }
    List<Event.Said> events = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      events.add(new Event.Call(i, calls.get(i)));
    }
    return events;
  }

  private static List<Event.Said> text(String text) {
    return text.isEmpty() ? List.of() : List.of(new Event.Text(text));
  }
}
