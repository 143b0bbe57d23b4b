package sirocco;

import java.util.List;
import sirocco.text.Message.Tool;

/// Which tools a model may or must call.
///
/// @param tools what it is told of; blank parameters stand for any object
/// @param choice whether it must call one
/// @param parallel whether it may call several at once
/// @param strict whether a schema that cannot be held is an error; else any object will do there
public record ToolUse(List<Tool> tools, Choice choice, boolean parallel, boolean strict) {
  /// No tools.
  public static final ToolUse NONE = new ToolUse(List.of(), new Choice.Auto(), true, false);

  public ToolUse {
    tools = tools.stream().map(ToolUse::whole).toList();
    List<String> names = tools.stream().map(Tool::name).toList();
    if (choice instanceof Choice.Required && tools.isEmpty()) {
      throw new IllegalArgumentException("a call is required, but there are no tools");
    }
    if (choice instanceof Choice.Named(String name) && !names.contains(name)) {
      throw new IllegalArgumentException(
          "the tool '" + name + "' is required, there are " + String.join(", ", names));
    }
  }

  /// Chat templates print parameters, so there have to be some.
  private static Tool whole(Tool tool) {
    return tool.parameters().isBlank()
        ? new Tool(tool.name(), tool.description(), "{\"type\": \"object\"}")
        : tool;
  }

  /// Tools that the model may call.
  public static ToolUse of(List<Tool> tools) {
    return new ToolUse(tools, new Choice.Auto(), true, false);
  }

  /// The same with another choice.
  public ToolUse choice(Choice value) {
    return new ToolUse(tools, value, parallel, strict);
  }

  /// The tools that may be called.
  List<Tool> callable() {
    return switch (choice) {
      case Choice.Auto _, Choice.Required _ -> tools;
      case Choice.None _ -> List.of();
      case Choice.Named(String name) -> tools.stream().filter(t -> t.name().equals(name)).toList();
    };
  }

  /// Whether a tool must be called.
  public sealed interface Choice {
    /// As the model likes.
    record Auto() implements Choice {}

    /// It must not; then it is not told of any either.
    record None() implements Choice {}

    /// It must call at least one.
    record Required() implements Choice {}

    /// It must call this one.
    record Named(String name) implements Choice {}
  }
}
