package sirocco.server.openai;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import sirocco.ToolUse;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;
import sirocco.text.Message;
import sirocco.text.Message.Tool;
import sirocco.text.TemplateException;

/// The tools of a chat: `tools`, `tool_choice` and `parallel_tool_calls`.
final class ToolFields {
  static final Set<String> NAMES = Set.of("tools", "tool_choice", "parallel_tool_calls");

  private static final int MOST = 128;
  private static final FieldRules TOOL = new FieldRules(Set.of(), Set.of("type", "function"));
  private static final FieldRules FUNCTION =
      new FieldRules(Set.of(), Set.of("name", "description", "parameters", "strict"));

  private ToolFields() {}

  /// Which tools may or must be called.
  static ToolUse parse(JsonFields fields) {
    List<JsonFields> given = fields.list("tools");
    ToolUse.Choice choice = choice(fields, given.isEmpty());
    if (given.isEmpty()) {
      return ToolUse.NONE;
    }
    if (given.size() > MOST) {
      throw ProblemException.invalid("tools: expected at most " + MOST + ", found " + given.size());
    }
    boolean strict = given.stream().map(ToolFields::isStrict).reduce(false, Boolean::logicalOr);
    List<Tool> tools = tools(fields);
    if (choice instanceof ToolUse.Choice.Named(String name)
        && tools.stream().noneMatch(tool -> tool.name().equals(name))) {
      throw ProblemException.invalid("tool_choice: there is no tool of this name");
    }
    return new ToolUse(tools, choice, fields.flag("parallel_tool_calls", true), strict);
  }

  private static List<Tool> tools(JsonFields fields) {
    try {
      return Message.parseTools(fields.node().get("tools").toString());
    } catch (TemplateException e) {
      throw ProblemException.invalid("tools", String.valueOf(e.getMessage()));
    }
  }

  private static boolean isStrict(JsonFields tool) {
    TOOL.check(tool.asObject());
    if (!tool.requiredText("type").equals("function")) {
      throw ProblemException.invalid(tool.where() + ".type: expected \"function\"");
    }
    JsonFields function = tool.requiredObject("function");
    FUNCTION.check(function);
    return function.flag("strict", false);
  }

  private static ToolUse.Choice choice(JsonFields fields, boolean noTools) {
    Optional<JsonFields> choice = fields.get("tool_choice");
    if (choice.isEmpty()) {
      return new ToolUse.Choice.Auto();
    }
    if (choice.get().node().isString()) {
      return switch (choice.get().asText()) {
        case "auto" -> new ToolUse.Choice.Auto();
        case "none" -> new ToolUse.Choice.None();
        case "required" -> {
          if (noTools) {
            throw ProblemException.invalid("tool_choice: required, but there are no tools");
          }
          yield new ToolUse.Choice.Required();
        }
        default -> throw choice.get().bad("auto, none, required or a function");
      };
    }
    JsonFields named = choice.get().asObject();
    new FieldRules(Set.of(), Set.of("type", "function")).check(named);
    return new ToolUse.Choice.Named(named.requiredObject("function").requiredText("name"));
  }
}
