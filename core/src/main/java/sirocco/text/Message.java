package sirocco.text;

import java.util.List;

/// One turn of a conversation.
public sealed interface Message {
  /// What was said; for tool results what the tool gave back.
  String content();

  /// The name that chat formats use: `system`, `user`, `assistant` or `tool`.
  default String role() {
    return switch (this) {
      case Instruction m -> "system";
      case User m -> "user";
      case Assistant m -> "assistant";
      case ToolResult m -> "tool";
    };
  }

  /// The system prompt: what holds for the whole conversation.
  record Instruction(String content) implements Message {}

  /// What the user says.
  record User(String content) implements Message {}

  /// What the model said. As the last message: the beginning of an answer to go on with.
  ///
  /// @param content may be empty
  /// @param toolCalls in the order made; empty for a plain answer
  record Assistant(String content, List<ToolCall> toolCalls) implements Message {
    public Assistant {
      toolCalls = List.copyOf(toolCalls);
    }

    public Assistant(String content) {
      this(content, List.of());
    }
  }

  /// What a tool gave back.
  ///
  /// @param callId the id of the call that it answers
  /// @param name the tool's name; empty if not known (only Mistral's V2 format needs it)
  record ToolResult(String callId, String name, String content) implements Message {}

  /// A call of a tool by the model.
  ///
  /// @param id nine letters or digits for Mistral's V3 format and later
  /// @param arguments a JSON object, as text
  record ToolCall(String id, String name, String arguments) {}

  /// A tool that the model may call.
  ///
  /// @param parameters a JSON schema, as text
  record Tool(String name, String description, String parameters) {}

  /// A message by the name of its role.
  ///
  /// @param role `system`, `user` or `assistant`; a `tool` message needs a call id: use
  ///   [ToolResult]
  /// @throws TemplateException for any other role
  static Message of(String role, String content) {
    return switch (role) {
      case "system" -> new Instruction(content);
      case "user" -> new User(content);
      case "assistant" -> new Assistant(content);
      default ->
          throw new TemplateException(
              "message: role: expected system, user, assistant or tool (with its call id), found '"
                  + role
                  + "'");
    };
  }

  /// The messages of a JSON array in the form that OpenAI's API made common: objects with `role`
  /// and `content` (a string, null, or a list of `{"type": "text", "text": …}`), `tool_calls` where
  /// the assistant called tools, `tool_call_id` and `name` where a tool answered.
  ///
  /// @throws TemplateException naming the message and the field that does not fit
  static List<Message> parse(String json) {
    return MessageJson.messages(json);
  }

  /// The tools of a JSON array in the same form: `{"type": "function", "function": {"name",
  /// "description", "parameters"}}`.
  ///
  /// @throws TemplateException naming the tool and the field that does not fit
  static List<Tool> parseTools(String json) {
    return MessageJson.tools(json);
  }
}
