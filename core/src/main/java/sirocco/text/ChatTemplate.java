package sirocco.text;

import static java.util.Map.entry;

import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import sirocco.text.Message.Assistant;
import sirocco.text.Message.Tool;
import sirocco.text.Message.ToolCall;
import sirocco.text.Message.ToolResult;
import sirocco.text.jinja.Str;
import sirocco.text.jinja.Template;
import sirocco.text.jinja.Value;

/// A chat template found in a model's files (`tokenizer_config.json`, `chat_template.jinja`, GGUF's
/// `tokenizer.chat_template`): Jinja, as Hugging Face transformers renders it. Immutable.
///
/// What the interpreter does not know, and whatever goes wrong, is a [TemplateException] with line
/// and column; nothing is left out in silence, and a hostile template ends within bounds of time,
/// memory and stack.
///
/// [#render] gives the text, byte for byte what transformers gives. [#encode] gives ids and keeps
/// users from forging control tokens: every character of the rendered text is known to come either
/// from the template or from the conversation, through any filter or slice, and only a spelling
/// that the template wrote from its first character to its last becomes a control token. What a
/// message spells is encoded as plain text.
public final class ChatTemplate {
  private final Template template;

  private ChatTemplate(Template template) {
    this.template = template;
  }

  /// Reads a template.
  ///
  /// @throws TemplateException with the line and column of what cannot be read or is not known
  public static ChatTemplate parse(String source) {
    return new ChatTemplate(Template.parse(source));
  }

  /// What a template is rendered with beside the messages.
  ///
  /// @param addGenerationPrompt whether the text ends where the model's answer starts
  /// @param bosToken the template's `bos_token`; empty if there is none
  /// @param eosToken the template's `eos_token`; empty if there is none
  /// @param tools what the model may call; none gives the template `tools = none`
  /// @param extra further variables: strings, booleans, numbers, and lists and maps of these
  /// @param clock what `strftime_now` reads
  public record Options(
      boolean addGenerationPrompt,
      String bosToken,
      String eosToken,
      List<Tool> tools,
      Map<String, Object> extra,
      Clock clock) {
    public Options {
      tools = List.copyOf(tools);
      extra = Map.copyOf(extra);
    }

    /// With a generation prompt, no tools, nothing extra.
    public static Options of(String bosToken, String eosToken) {
      return new Options(
          true, bosToken, eosToken, List.of(), Map.of(), Clock.system(ZoneId.systemDefault()));
    }

    /// As [#of(String, String)], with the tokenizer's own BOS and EOS.
    public static Options of(Tokenizer tokenizer) {
      Vocabulary vocabulary = tokenizer.vocabulary();
      return of(spelling(vocabulary, vocabulary.bos()), spelling(vocabulary, vocabulary.eos()));
    }

    private static String spelling(Vocabulary vocabulary, OptionalInt id) {
      return id.isPresent() ? vocabulary.tokens().get(id.getAsInt()).text() : "";
    }

    public Options withGenerationPrompt(boolean add) {
      return new Options(add, bosToken, eosToken, tools, extra, clock);
    }

    public Options withTools(List<Tool> offered) {
      return new Options(addGenerationPrompt, bosToken, eosToken, offered, extra, clock);
    }

    public Options withExtra(Map<String, Object> variables) {
      return new Options(addGenerationPrompt, bosToken, eosToken, tools, variables, clock);
    }

    public Options withClock(Clock other) {
      return new Options(addGenerationPrompt, bosToken, eosToken, tools, extra, other);
    }
  }

  /// The prompt's text.
  ///
  /// @throws TemplateException with the line and column of what went wrong, the template's own
  ///   `raise_exception` included
  public String render(List<Message> messages, Options options) {
    return rendered(messages, options).text();
  }

  /// The prompt's ids: control tokens that the template wrote as ids, all else as plain text. They
  /// start with one BOS if the template writes it or the vocabulary asks for it, however often both
  /// do; a BOS that the template writes further inside (Llama 2 starts each turn with one) stays.
  ///
  /// @throws TemplateException as [#render] does
  public int[] encode(Tokenizer tokenizer, List<Message> messages, Options options) {
    Str prompt = rendered(messages, options);
    return new PromptEncoder(tokenizer).encode(prompt);
  }

  private Str rendered(List<Message> messages, Options options) {
    Map<String, Value> variables = Template.guarded(() -> variables(messages, options));
    return template.render(variables, options.clock());
  }

  private static Map<String, Value> variables(List<Message> messages, Options options) {
    Map<String, Value> variables = new LinkedHashMap<>();
    options.extra().forEach((name, value) -> variables.put(name, value(name, value)));
    List<Value> tools = options.tools().stream().map(ToolJson::tool).toList();
    variables.put("tools", tools.isEmpty() ? Value.None.NONE : Value.Sequence.list(tools));
    variables.putIfAbsent("documents", Value.None.NONE);
    variables.put(
        "messages", Value.Sequence.list(messages.stream().map(ChatTemplate::message).toList()));
    variables.put("add_generation_prompt", Value.Bool.of(options.addGenerationPrompt()));
    variables.put("bos_token", Str.template(options.bosToken()));
    variables.put("eos_token", Str.template(options.eosToken()));
    return variables;
  }

  /// A message as the dict that templates expect.
  private static Value message(Message message) {
    Map<String, Value> fields = new LinkedHashMap<>();
    fields.put("role", Str.template(message.role()));
    fields.put("content", Str.data(message.content()));
    if (message instanceof Assistant assistant && !assistant.toolCalls().isEmpty()) {
      fields.put(
          "tool_calls",
          Value.Sequence.list(assistant.toolCalls().stream().map(ChatTemplate::call).toList()));
    }
    if (message instanceof ToolResult result) {
      fields.put("tool_call_id", Str.data(result.callId()));
      if (!result.name().isEmpty()) {
        fields.put("name", Str.data(result.name()));
      }
    }
    return Value.Dict.named(fields);
  }

  /// Arguments are given as an object where they are one: templates pass them through `tojson`.
  private static Value call(ToolCall call) {
    return ToolJson.object(
        ToolJson.text("id", call.id()),
        ToolJson.text("type", "function"),
        entry(
            "function",
            ToolJson.object(
                ToolJson.text("name", call.name()),
                entry("arguments", ToolJson.jsonOrText(call.arguments())))));
  }

  private static Value value(String name, Object value) {
    return switch (value) {
      case String text -> Str.data(text);
      case Boolean flag -> Value.Bool.of(flag);
      case Integer number -> new Value.Int(number);
      case Long number -> new Value.Int(number);
      case Float number -> new Value.Real(number);
      case Double number -> new Value.Real(number);
      case List<?> items -> {
        List<Value> made = new ArrayList<>();
        items.forEach(item -> made.add(value(name, item)));
        yield Value.Sequence.list(made);
      }
      case Map<?, ?> entries -> {
        Map<Value, Value> made = new LinkedHashMap<>();
        entries.forEach((key, item) -> made.put(value(name, key), value(name, item)));
        yield Value.Dict.of(made);
      }
      default ->
          throw new TemplateException(
              "template variable '" + name + "': a " + value.getClass() + " cannot be passed");
    };
  }
}
