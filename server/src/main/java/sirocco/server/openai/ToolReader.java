package sirocco.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;
import sirocco.text.TemplateException;
import sirocco.text.ToolCalls;

/// An answer that may call tools: text, then a control token and a JSON list of calls, which is
/// read when it is whole. One that was cut off is text.
final class ToolReader implements AnswerReader {
  private final int trigger;
  private final StringBuilder list = new StringBuilder();
  private boolean calling;

  /// @param trigger the token before the calls
  ToolReader(int trigger) {
    this.trigger = trigger;
  }

  @Override
  public List<Part> read(TokenEvent token) {
    if (calling) {
      list.append(token.text());
      return List.of();
    }
    calling = token.id() == trigger;
    return token.text().isEmpty() ? List.of() : List.of(new Part.Text(token.text()));
  }

  @Override
  public List<Part> end() {
    if (!calling) {
      return List.of();
    }
    List<ToolCall> calls;
    try {
      calls = ToolCalls.parse(list.toString(), new SplittableRandom());
    } catch (TemplateException e) {
      return list.isEmpty() ? List.of() : List.of(new Part.Text(list.toString()));
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      parts.add(new Part.Call(i, calls.get(i).id(), calls.get(i).name()));
      parts.add(new Part.Arguments(i, calls.get(i).arguments()));
    }
    return parts;
  }
}
