package sirocco.server.openai;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.Form;
import sirocco.Prompt;
import sirocco.ToolUse;
import sirocco.json.JsonFields;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request of `/v1/chat/completions` asks for.
///
/// @param form what the text must look like
/// @param logprobs whether probabilities are told
/// @param topLogprobs of how many likeliest tokens, beside the one that was chosen
record ChatRequest(
    CommonFields common,
    List<Message> messages,
    ToolUse tools,
    Form form,
    boolean logprobs,
    int topLogprobs) {
  private static final int TOP = 20;

  private static final FieldRules FIELDS =
      new FieldRules(
          CommonFields.NAMES,
          Stream.of(
                  Set.of("messages", "max_completion_tokens", "logprobs", "top_logprobs"),
                  ToolFields.NAMES,
                  TextForm.NAMES)
              .flatMap(Set::stream)
              .collect(Collectors.toSet()));

  static ChatRequest parse(JsonFields fields, Served served) {
    FIELDS.check(fields);
    checkLength(fields.node().path("messages"), served);
    OptionalInt most = fields.integer("max_completion_tokens");
    OptionalInt older = fields.integer("max_tokens");
    if (most.isPresent() && older.isPresent() && most.getAsInt() != older.getAsInt()) {
      throw ProblemException.invalid(
          "max_completion_tokens: max_tokens is its old name; give one of them");
    }
    int maxTokens = most.orElse(older.orElse(Integer.MAX_VALUE));
    if (maxTokens < 1) {
      String name = most.isPresent() ? "max_completion_tokens" : "max_tokens";
      throw ProblemException.invalid(name + ": expected at least 1, found " + maxTokens);
    }
    boolean logprobs = fields.flag("logprobs", false);
    int top = CommonFields.count(fields, "top_logprobs", 0, 0, TOP);
    if (top > 0 && !logprobs) {
      throw ProblemException.invalid("top_logprobs: needs logprobs: true");
    }
    CommonFields common = CommonFields.parse(fields, served, maxTokens);
    return new ChatRequest(
        common, messages(fields), ToolFields.parse(fields), TextForm.parse(fields), logprobs, top);
  }

  /// Refuses what is too long before any of it is copied.
  private static void checkLength(JsonNode messages, Served served) {
    List<String> texts =
        Stream.of("content", "text") // the latter in parts of a content
            .flatMap(name -> messages.findValues(name).stream())
            .filter(JsonNode::isString)
            .map(JsonNode::stringValue)
            .toList();
    served.checkLength("messages", texts);
  }

  /// The conversation of the field `messages`.
  static List<Message> messages(JsonFields fields) {
    List<JsonFields> given = fields.requiredList("messages");
    if (given.isEmpty() || given.size() > Served.MESSAGES) {
      throw ProblemException.invalid(
          "messages: expected 1 to " + Served.MESSAGES + ", found " + given.size());
    }
    ArrayNode list = (ArrayNode) fields.node().get("messages");
    ArrayNode read = list.deepCopy();
    for (var message : read) {
      // OpenAI's newer name for what holds for the whole conversation.
      if (message instanceof ObjectNode object
          && object.path("role").asString("").equals("developer")) {
        object.put("role", "system");
      }
    }
    return inMessages(() -> Message.parse(read.toString()));
  }

  /// What is wrong with a conversation is wrong with the field.
  static <T> T inMessages(java.util.function.Supplier<T> action) {
    try {
      return action.get();
    } catch (TemplateException e) {
      throw new ProblemException(Problem.invalid("messages", String.valueOf(e.getMessage())));
    }
  }

  /// What the model is asked.
  Prompt prompt() {
    return Prompt.of(messages).tools(tools).form(form).topLogprobs(topLogprobs);
  }

  /// Whether and how probabilities are told.
  Logprobs logprobs(Served served) {
    return new Logprobs(
        logprobs, topLogprobs, new TokenTexts(served.tokenizer()), served.engine().eosTokens());
  }
}
