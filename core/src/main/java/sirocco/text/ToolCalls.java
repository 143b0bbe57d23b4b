package sirocco.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import sirocco.json.JsonFields;
import sirocco.text.Message.ToolCall;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a model said that may have called tools: in Mistral's formats from V2 on a text, which may
/// be empty, then the control token `[TOOL_CALLS]` and a JSON list of objects with `name` and
/// `arguments`.
///
/// @param content the text before the calls, all of it where there are none
/// @param calls in the order made
public record ToolCalls(String content, List<ToolCall> calls) {
  /// The control token before the calls.
  public static final String TOKEN = "[TOOL_CALLS]";

  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9]{9}");
  private static final String ID_CHARACTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  public ToolCalls {
    calls = List.copyOf(calls);
  }

  /// The id of [#TOKEN]; none if the vocabulary has no such control token, so that its model knows
  /// no calls.
  public static OptionalInt token(Tokenizer tokenizer) {
    OptionalInt id = tokenizer.idOf(TOKEN);
    return id.isPresent() && tokenizer.isControl(id.getAsInt()) ? id : OptionalInt.empty();
  }

  /// Reads what was generated.
  ///
  /// @param generated every id, the end token too
  /// @param ids makes the ids of the calls: the same source, the same ids
  /// @throws TemplateException if [#TOKEN] is followed by anything but a list of calls
  public static ToolCalls read(Tokenizer tokenizer, List<Integer> generated, RandomGenerator ids) {
    int at = token(tokenizer).isPresent() ? generated.indexOf(token(tokenizer).getAsInt()) : -1;
    if (at < 0) {
      return new ToolCalls(text(tokenizer, generated), List.of());
    }
    String content = text(tokenizer, generated.subList(0, at));
    String json = text(tokenizer, generated.subList(at + 1, generated.size()));
    return new ToolCalls(content, parse(json, ids));
  }

  private static String text(Tokenizer tokenizer, List<Integer> ids) {
    return tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());
  }

  /// Reads the list behind [#TOKEN]: `[{"name": "f", "arguments": {"x": 1}}]`. A call's own `id` is
  /// kept if it has Mistral's form, nine letters or digits, and no other call has it.
  ///
  /// @throws TemplateException naming the call and the field that does not fit
  public static List<ToolCall> parse(String json, RandomGenerator ids) {
    JsonFields all = new JsonFields(tree(json), "tool calls", TemplateException::new);
    List<ToolCall> calls = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (JsonFields call : all.elements()) {
      calls.add(call(call.asObject(), taken, ids));
    }
    if (calls.isEmpty()) {
      throw all.bad("at least one call");
    }
    return calls;
  }

  private static JsonNode tree(String json) {
    try {
      return Parser.JSON.readTree(json);
    } catch (JacksonException e) {
      throw new TemplateException(
          "tool calls: not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  private static ToolCall call(JsonFields call, Set<String> taken, RandomGenerator ids) {
    String name = call.requiredText("name");
    JsonFields arguments = call.requiredObject("arguments");
    String id = call.text("id").filter(own -> ID.matcher(own).matches()).orElse("");
    while (id.isEmpty() || !taken.add(id)) {
      id = newId(ids);
    }
    return new ToolCall(id, name, arguments.node().toString());
  }

  /// An id of the form that Mistral's formats from V3 on ask for.
  public static String newId(RandomGenerator random) {
    StringBuilder id = new StringBuilder(9);
    for (int i = 0; i < 9; i++) {
      id.append(ID_CHARACTERS.charAt(random.nextInt(ID_CHARACTERS.length())));
    }
    return id.toString();
  }

  /// Numbers keep their digits: arguments are handed on as the model wrote them.
  private static final class Parser {
    static final JsonMapper JSON =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
  }
}
