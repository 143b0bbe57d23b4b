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
  private static final String BIASES = "an object of token id to number";

  /// The text in a field.
  Optional<String> text(String field) {
    return given(field).map(node -> string(field, "a string", node));
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
    require(
        node.isIntegralNumber() && node.canConvertToLong(),
        "seed",
        "a whole number of 64 bits",
        node);
    builder.seed(node.asLong());
  }

  private List<String> stop(JsonNode node) {
    if (node.isString()) {
      return List.of(node.asString());
    }
    require(node.isArray(), "stop", "a string or an array of strings", node);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node) {
      texts.add(string("stop", "strings", text));
    }
    return texts;
  }

  private Map<Integer, Double> logitBias(JsonNode node) {
    Map<Integer, Double> biases = new LinkedHashMap<>();
    require(node.isObject(), "logit_bias", BIASES, node);
    for (var entry : node.properties()) {
      boolean fits = entry.getKey().matches("[0-9]{1,9}") && entry.getValue().isNumber();
      require(fits, "logit_bias", BIASES, node);
      biases.put(Integer.valueOf(entry.getKey()), entry.getValue().asDouble());
    }
    return biases;
  }

  private void number(String field, DoubleConsumer target) {
    given(field)
        .ifPresent(node -> {
          require(node.isNumber(), field, "a number", node);
          target.accept(node.asDouble());
        });
  }

  private void integer(String field, IntConsumer target) {
    given(field)
        .ifPresent(node -> {
          boolean fits = node.isIntegralNumber() && node.canConvertToInt();
          require(fits, field, "a whole number", node);
          target.accept(node.asInt());
        });
  }

  private String string(String field, String expected, JsonNode node) {
    require(node.isString(), field, expected, node);
    return node.asString();
  }

  private Optional<JsonNode> given(String field) {
    return Optional.ofNullable(line.fields().get(field)).filter(node -> !node.isNull());
  }

  private void require(boolean fits, String field, String expected, JsonNode found) {
    if (!fits) {
      String text = JsonLines.write(found);
      String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
      throw new InputException(
          line.where() + ": field " + field + ": expected " + expected + ", found " + shown);
    }
  }
}
