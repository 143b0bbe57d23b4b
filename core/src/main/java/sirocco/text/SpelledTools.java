package sirocco.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sirocco.text.Message.Tool;
import sirocco.text.Message.ToolCall;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Conversations with tools for models whose format has no place for them: the tools are told in
/// the system message, calls are spelled out in the assistant's turns, and what tools give back is
/// told in the user's.
public final class SpelledTools {
  private static final String RESULTS = "[TOOL_RESULTS]";

  private SpelledTools() {}

  /// The same conversation without tools. If there are none, only calls and results of earlier
  /// turns are spelled out.
  public static List<Message> write(List<Message> conversation, List<Tool> tools) {
    List<Message> written = new ArrayList<>();
    for (Message message : tools.isEmpty() ? conversation : withManual(conversation, tools)) {
      switch (message) {
        case Message.Instruction m -> written.add(m);
        case Message.User m -> addUser(written, m.content());
        case Message.Assistant m ->
            written.add(
                m.toolCalls().isEmpty()
                    ? m
                    : new Message.Assistant(m.content() + calls(m.toolCalls())));
        case Message.ToolResult m -> addUser(written, result(m.name(), m.content()));
      }
    }
    return written;
  }

  private static List<Message> withManual(List<Message> conversation, List<Tool> tools) {
    List<Message> with = new ArrayList<>(conversation);
    if (!with.isEmpty() && with.getFirst() instanceof Message.Instruction(String system)) {
      with.set(0, new Message.Instruction(system + "\n\n" + manual(tools)));
    } else {
      with.addFirst(new Message.Instruction(manual(tools)));
    }
    return with;
  }

  /// Results of tools and what the user says after them are one turn: roles alternate.
  private static void addUser(List<Message> written, String text) {
    if (!written.isEmpty()
        && written.getLast() instanceof Message.User before
        && (before.content().startsWith(RESULTS) || text.startsWith(RESULTS))) {
      written.removeLast();
      written.add(new Message.User(before.content() + "\n" + text));
    } else {
      written.add(new Message.User(text));
    }
  }

  /// What a tool gave back, as the user tells it.
  ///
  /// @param name of the tool; may be empty
  public static String result(String name, String content) {
    return RESULTS + (name + " ").stripLeading() + content;
  }

  /// What the tools are and how to call them.
  ///
  /// @throws TemplateException if the parameters of one are not JSON
  public static String manual(List<Tool> tools) {
    String list = tools.stream().map(SpelledTools::tool).collect(Collectors.joining("\n"));
    return "You can call these tools:\n"
        + list
        + "\nTo call one, answer with "
        + ToolCalls.TOKEN
        + "[{\"name\": \"NAME\", \"arguments\": {}}] and nothing else. What it gives back is told"
        + " behind "
        + RESULTS
        + ".";
  }

  private static String tool(Tool tool) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", tool.name()).put("description", tool.description());
    if (!tool.parameters().isBlank()) {
      node.set("parameters", json("tool " + tool.name() + ": parameters", tool.parameters()));
    }
    return node.toString();
  }

  /// Calls as the assistant spells them, with nothing before them.
  ///
  /// @throws TemplateException if the arguments of one are not JSON
  public static String calls(List<ToolCall> calls) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (ToolCall call : calls) {
      list.addObject()
          .put("name", call.name())
          .set("arguments", json("call of " + call.name() + ": arguments", call.arguments()));
    }
    return ToolCalls.TOKEN + list;
  }

  private static JsonNode json(String place, String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new TemplateException(place + ": expected JSON, found " + text);
    }
  }
}
