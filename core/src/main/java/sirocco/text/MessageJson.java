package sirocco.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import sirocco.text.jinja.Json;
import sirocco.text.jinja.Str;
import sirocco.text.jinja.Template;
import sirocco.text.jinja.Value;

/// Messages and tools from JSON.
final class MessageJson {
  private MessageJson() {}

  static List<Message> messages(String json) {
    List<Message> messages = new ArrayList<>();
    for (Value item : array(json, "messages")) {
      String where = "messages[" + messages.size() + "]";
      messages.add(message(new Fields(where, item)));
    }
    return List.copyOf(messages);
  }

  private static List<Value> array(String json, String where) {
    Value value;
    try {
      value = Json.read(json);
    } catch (IllegalArgumentException e) {
      throw new TemplateException(where + ": " + e.getMessage());
    }
    if (value instanceof Value.Sequence sequence) {
      return sequence.items();
    }
    throw new TemplateException(where + ": expected an array, found another kind of JSON");
  }

  private static Message message(Fields fields) {
    String role = fields.text("role");
    return switch (role) {
      case "system" -> {
        fields.only("role", "content", "name");
        yield new Message.Instruction(fields.content());
      }
      case "user" -> {
        fields.only("role", "content", "name");
        yield new Message.User(fields.content());
      }
      case "assistant" -> {
        fields.only("role", "content", "name", "tool_calls", "prefix", "refusal");
        yield new Message.Assistant(
            fields.has("content") ? fields.content() : "", calls(fields.list("tool_calls")));
      }
      case "tool" -> {
        fields.only("role", "content", "name", "tool_call_id");
        yield new Message.ToolResult(
            fields.text("tool_call_id"), fields.text("name", ""), fields.content());
      }
      default ->
          throw new TemplateException(
              fields.where
                  + ".role: expected system, user, assistant or tool, found '"
                  + role
                  + "'");
    };
  }

  private static List<Message.ToolCall> calls(List<Fields> calls) {
    return calls.stream()
        .map(call -> {
          Fields function = call.inner("function");
          return new Message.ToolCall(
              call.text("id", ""), function.text("name"), function.json("arguments"));
        })
        .toList();
  }

  static List<Message.Tool> tools(String json) {
    List<Message.Tool> tools = new ArrayList<>();
    for (Value item : array(json, "tools")) {
      Fields function = new Fields("tools[" + tools.size() + "]", item).inner("function");
      tools.add(
          new Message.Tool(
              function.text("name"),
              function.text("description", ""),
              function.json("parameters")));
    }
    return List.copyOf(tools);
  }

  /// An object's fields, with errors that say where it stands.
  private static final class Fields {
    private final String where;
    private final Map<Value, Value> entries;

    Fields(String where, Value value) {
      this.where = where;
      if (!(value instanceof Value.Dict dict)) {
        throw new TemplateException(where + ": expected an object, found another kind of JSON");
      }
      this.entries = dict.entries();
    }

    private Optional<Value> get(String name) {
      return Optional.ofNullable(entries.get(Str.data(name)))
          .filter(value -> value != Value.None.NONE);
    }

    boolean has(String name) {
      return get(name).isPresent();
    }

    String text(String name) {
      return get(name)
          .map(value -> string(name, value))
          .orElseThrow(() -> new TemplateException(where + ": field '" + name + "' is missing"));
    }

    String text(String name, String otherwise) {
      return get(name).map(value -> string(name, value)).orElse(otherwise);
    }

    private String string(String name, Value value) {
      if (value instanceof Str str) {
        return str.text();
      }
      throw new TemplateException(where + "." + name + ": expected a string");
    }

    /// A string, or the texts of a list of parts.
    String content() {
      Value value =
          get("content")
              .orElseThrow(() -> new TemplateException(where + ": field 'content' is missing"));
      if (value instanceof Str str) {
        return str.text();
      }
      StringBuilder text = new StringBuilder();
      for (Fields part : list("content")) {
        if (!part.text("type").equals("text")) {
          throw new TemplateException(
              part.where + ": expected a text part, found '" + part.text("type") + "'");
        }
        text.append(part.text("text"));
      }
      return text.toString();
    }

    /// JSON text: given as such in a string, or as the JSON itself.
    String json(String name) {
      return get(name)
          .map(value ->
              value instanceof Str str
                  ? str.text()
                  : Template.guarded(() -> Json.write(value, Json.Style.PLAIN)))
          .orElse("{}");
    }

    Fields inner(String name) {
      return new Fields(
          where + "." + name,
          get(name)
              .orElseThrow(
                  () -> new TemplateException(where + ": field '" + name + "' is missing")));
    }

    List<Fields> list(String name) {
      Value value = get(name).orElse(Value.Sequence.list(List.of()));
      if (!(value instanceof Value.Sequence sequence)) {
        throw new TemplateException(where + "." + name + ": expected an array");
      }
      List<Fields> fields = new ArrayList<>();
      for (Value item : sequence.items()) {
        fields.add(new Fields(where + "." + name + "[" + fields.size() + "]", item));
      }
      return fields;
    }

    /// A field with a meaning that nobody here knows must not be dropped in silence.
    void only(String... names) {
      TreeSet<String> unknown = new TreeSet<>();
      entries.keySet().forEach(key -> unknown.add(key.toString()));
      List.of(names).forEach(unknown::remove);
      if (!unknown.isEmpty()) {
        throw new TemplateException(where + ": unknown field '" + unknown.first() + "'");
      }
    }
  }
}
