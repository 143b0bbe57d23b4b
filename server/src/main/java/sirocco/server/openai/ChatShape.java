package sirocco.server.openai;

import java.util.List;
import sirocco.Event;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers of `/v1/chat/completions`.
record ChatShape(Logprobs logprobs) implements AnswerShape {
  @Override
  public String idPrefix() {
    return "chatcmpl-";
  }

  @Override
  public String object(boolean piece) {
    return piece ? "chat.completion.chunk" : "chat.completion";
  }

  @Override
  public List<ObjectNode> opening(int index) {
    ObjectNode node = choice(index);
    node.putObject("delta").put("role", "assistant").put("content", "");
    node.putNull("logprobs").putNull("finish_reason");
    return List.of(node);
  }

  @Override
  public ObjectNode piece(int index, List<Event.Said> parts, List<TokenEvent> tokens, int offset) {
    ObjectNode node = choice(index);
    ObjectNode delta = node.putObject("delta");
    StringBuilder said = new StringBuilder();
    for (Event.Said part : parts) {
      switch (part) {
        case Event.Text(String text) -> said.append(text);
        case Event.Call(int place, ToolCall call) -> {
          // As OpenAI's own: first who is called, then with what.
          ObjectNode entry = call(delta, place);
          entry.put("id", call.id()).put("type", "function");
          entry.putObject("function").put("name", call.name()).put("arguments", "");
          call(delta, place).putObject("function").put("arguments", call.arguments());
        }
      }
    }
    if (!said.isEmpty() || parts.isEmpty()) {
      delta.put("content", said.toString());
    }
    node.set("logprobs", logprobs.chat(tokens));
    return node.putNull("finish_reason");
  }

  private static ObjectNode call(ObjectNode delta, int index) {
    return delta.withArray("tool_calls").addObject().put("index", index);
  }

  @Override
  public ObjectNode closing(Choice choice) {
    ObjectNode node = choice(choice.index());
    node.putObject("delta");
    return node.putNull("logprobs").put("finish_reason", choice.finishReason());
  }

  @Override
  public ObjectNode whole(Choice choice) {
    ObjectNode node = choice(choice.index());
    ObjectNode message = node.putObject("message").put("role", "assistant");
    boolean calls = !choice.calls().isEmpty();
    message.put("content", calls && choice.text().isEmpty() ? null : choice.text());
    message.putNull("refusal");
    if (calls) {
      ArrayNode list = message.putArray("tool_calls");
      for (ToolCall call : choice.calls()) {
        list.addObject()
            .put("id", call.id())
            .put("type", "function")
            .putObject("function")
            .put("name", call.name())
            .put("arguments", call.arguments());
      }
    }
    node.set("logprobs", logprobs.chat(choice.tokens()));
    return node.put("finish_reason", choice.finishReason());
  }

  private static ObjectNode choice(int index) {
    return JsonNodeFactory.instance.objectNode().put("index", index);
  }
}
