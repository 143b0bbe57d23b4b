package sirocco.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import tools.jackson.databind.JsonNode;

/// What the fields of a JSON line mean. A field that is absent or null is not given; one of a wrong
/// type is an error that names line and field. Fields that are not known here are left alone.
record LineFields(JsonLines.Line line) {

  /// The text in a field.
  Optional<String> text(String field) {
    return given(field)
        .map(node -> node.isString() ? node.asString() : wrong(field, "a string", node));
  }

  /// The conversation in the field `messages`.
  Optional<List<Message>> messages() {
    return given("messages").map(this::messages);
  }

  /// The tools in the field `tools`.
  List<Message.Tool> tools() {
    return given("tools")
        .map(node -> inLine(() -> Message.parseTools(JsonLines.write(node))))
        .orElse(List.of());
  }

  private List<Message> messages(JsonNode node) {
    return inLine(() -> Message.parse(JsonLines.write(node)));
  }

  private <T> T inLine(Supplier<T> parse) {
    try {
      return parse.get();
    } catch (TemplateException e) {
      throw new InputException(line.where() + ": " + e.getMessage());
    }
  }

  /// The settings of this line: its own fields over `defaults`.
  SamplingSettings settings(SamplingSettings defaults) {
    SamplingSettings.Builder builder = defaults.toBuilder();
    number("temperature", builder::temperature);
    integer("top_k", builder::topK);
    number("top_p", builder::topP);
    number("min_p", builder::minP);
    number("repetition_penalty", builder::repetitionPenalty);
    number("frequency_penalty", builder::frequencyPenalty);
    number("presence_penalty", builder::presencePenalty);
    integer("penalty_window", builder::penaltyWindow);
    integer("max_tokens", builder::maxTokens);
    given("seed").ifPresent(node -> seed(node, builder));
    given("stop").ifPresent(node -> builder.stop(stop(node)));
    given("logit_bias").ifPresent(node -> builder.logitBias(logitBias(node)));
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new InputException(line.where() + ": " + e.getMessage());
    }
  }

  private void seed(JsonNode node, SamplingSettings.Builder builder) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      wrong("seed", "a whole number of 64 bits", node);
    }
    builder.seed(node.asLong());
  }

  private List<String> stop(JsonNode node) {
    if (node.isString()) {
      return List.of(node.asString());
    }
    if (!node.isArray()) {
      wrong("stop", "a string or an array of strings", node);
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node) {
      texts.add(text.isString() ? text.asString() : wrong("stop", "strings", text));
    }
    return texts;
  }

  private Map<Integer, Double> logitBias(JsonNode node) {
    if (!node.isObject()) {
      wrong("logit_bias", "an object of token id to number", node);
    }
    Map<Integer, Double> biases = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> {
          if (!entry.getKey().matches("[0-9]{1,9}") || !entry.getValue().isNumber()) {
            wrong("logit_bias", "an object of token id to number", node);
          }
          biases.put(Integer.valueOf(entry.getKey()), entry.getValue().asDouble());
        });
    return biases;
  }

  private void number(String field, DoubleConsumer target) {
    given(field)
        .ifPresent(node ->
            target.accept(node.isNumber() ? node.asDouble() : wrong(field, "a number", node)));
  }

  private void integer(String field, IntConsumer target) {
    given(field)
        .ifPresent(node ->
            target.accept(
                node.isIntegralNumber() && node.canConvertToInt()
                    ? node.asInt()
                    : wrong(field, "a whole number", node)));
  }

  private Optional<JsonNode> given(String field) {
    return Optional.ofNullable(line.fields().get(field)).filter(node -> !node.isNull());
  }

  private <T> T wrong(String field, String expected, JsonNode found) {
    String text = found.isMissingNode() ? "nothing" : JsonLines.write(found);
    throw new InputException(
        line.where()
            + ": field "
            + field
            + ": expected "
            + expected
            + ", found "
            + (text.length() > 60 ? text.substring(0, 60) + "..." : text));
  }
}
