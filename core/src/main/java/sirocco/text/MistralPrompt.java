package sirocco.text;

import static java.util.Map.entry;
import static sirocco.text.ToolJson.object;
import static sirocco.text.ToolJson.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import sirocco.text.Message.Assistant;
import sirocco.text.Message.Instruction;
import sirocco.text.Message.Tool;
import sirocco.text.Message.ToolCall;
import sirocco.text.Message.ToolResult;
import sirocco.text.Message.User;
import sirocco.text.jinja.Json;
import sirocco.text.jinja.Template;
import sirocco.text.jinja.Value;

/// A conversation as token ids in the formats that Mistral's models were trained on. Control tokens
/// are put in as ids and everything that was said goes through [Tokenizer#encode], so no text can
/// pass for a control token. One BOS at the start, EOS after each answer.
///
/// The formats are those of mistral-common 1.12 (`tokens/tokenizers/instruct.py`), which also made
/// the goldens of the tests. Two things are looser here: an empty answer is allowed (it becomes EOS
/// alone), and a last assistant message is always a beginning to go on with, so it gets no EOS. Two
/// are stricter: messages of one role in a row are an error instead of being joined, and only one
/// system message is allowed, at the start.
///
/// A byte-level vocabulary (`tekken`) changes nothing but what the texts' own ids are.
public final class MistralPrompt {
  private static final Pattern CALL_ID = Pattern.compile("[a-zA-Z0-9]{9}");
  private static final Pattern TOOL_NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final Tokenizer tokenizer;
  private final Version version;
  private final int bos;
  private final int eos;

  /// The formats.
  public enum Version {
    /// `[INST] … [/INST]` as plain text; the system prompt before the first user message; no tools.
    /// Mixtral 8x7B, Mistral 7B v0.1 and v0.2.
    V1,
    /// Control tokens; the system prompt before the last user message; only the last tool calls.
    V2,
    /// As V2, with call ids, and all tool calls kept. Mistral 7B v0.3, Mixtral 8x22B, Mistral Nemo.
    V3,
    /// `[SYSTEM_PROMPT] … [/SYSTEM_PROMPT]`, `[TOOL_CONTENT]`, content beside tool calls. Mistral
    /// Large 2411, Mistral Small 2501.
    V7;

    /// The format that a vocabulary was made for, as far as its control tokens tell: without
    /// `[INST]` V1; with `[SYSTEM_PROMPT]` V7; else V3.
    ///
    /// Two cases cannot be told from the tokens, so name the version if you know it: V2 has V3's
    /// tokens and is never returned; and a tekken.json marked `v3` has room for `[SYSTEM_PROMPT]`
    /// already, so a reader that spells that token out makes a v3 file look like v7.
    public static Version detect(Tokenizer tokenizer) {
      if (!hasControl(tokenizer, "[INST]")) {
        return V1;
      }
      return hasControl(tokenizer, "[SYSTEM_PROMPT]") ? V7 : V3;
    }

    private static boolean hasControl(Tokenizer tokenizer, String token) {
      return tokenizer.idOf(token).stream().anyMatch(tokenizer::isControl);
    }
  }

  /// A builder of prompts.
  ///
  /// @throws TemplateException if the vocabulary lacks a control token that the format needs
  public MistralPrompt(Tokenizer tokenizer, Version version) {
    this.tokenizer = tokenizer;
    this.version = version;
    this.bos = end(tokenizer.vocabulary().bos(), "BOS");
    this.eos = end(tokenizer.vocabulary().eos(), "EOS");
    if (version != Version.V1) {
      control("[INST]");
      control("[/INST]");
    }
  }

  private int end(OptionalInt id, String name) {
    return id.orElseThrow(
        () -> new TemplateException("prompt " + version + ": the vocabulary has no " + name));
  }

  private int control(String token) {
    int id =
        tokenizer
            .idOf(token)
            .orElseThrow(() ->
                new TemplateException(
                    "prompt " + version + ": the vocabulary has no token " + token));
    if (!tokenizer.isControl(id)) {
      throw new TemplateException(
          "prompt " + version + ": token " + token + " is not a control token here");
    }
    return id;
  }

  public Version version() {
    return version;
  }

  /// The ids of a conversation without tools on offer.
  public int[] encode(List<Message> messages) {
    return encode(messages, List.of());
  }

  /// The ids of a conversation.
  ///
  /// @param tools what the model may call; not for V1
  /// @throws TemplateException if the roles are out of order or the format has no place for a
  ///   message
  public int[] encode(List<Message> messages, List<Tool> tools) {
    Conversation.check(messages);
    check(messages, tools);
    return Template.guarded(() -> checked(messages, tools));
  }

  private int[] checked(List<Message> messages, List<Tool> tools) {
    Ints ids = new Ints();
    ids.add(bos);
    String system = messages.getFirst() instanceof Instruction first ? first.content() : "";
    int firstUser = messages.getFirst() instanceof Instruction ? 1 : 0;
    int lastUser = lastUser(messages);
    for (int i = 0; i < messages.size(); i++) {
      boolean last = i == messages.size() - 1;
      switch (messages.get(i)) {
        case Instruction m -> {
          if (version == Version.V7) {
            between("[SYSTEM_PROMPT]", m.content(), "[/SYSTEM_PROMPT]", ids);
          }
        }
        case User m -> {
          boolean bearsSystem = i == (version == Version.V1 ? firstUser : lastUser);
          String before = bearsSystem && version != Version.V7 ? system : "";
          user(m, before, i == lastUser ? tools : List.of(), ids);
        }
        case Assistant m -> assistant(m, i < lastUser, last, ids);
        case ToolResult m -> result(m, i < lastUser, ids);
      }
    }
    return ids.toArray();
  }

  private static int lastUser(List<Message> messages) {
    int last = messages.size() - 1;
    while (!(messages.get(last) instanceof User)) {
      last--;
    }
    return last;
  }

  private void check(List<Message> messages, List<Tool> tools) {
    for (Tool tool : tools) {
      name("tool", tool.name());
    }
    boolean ids = version != Version.V2;
    boolean used = !tools.isEmpty();
    for (int i = 0; i < messages.size(); i++) {
      String where = "messages[" + i + "]";
      if (messages.get(i) instanceof Assistant assistant && !assistant.toolCalls().isEmpty()) {
        used = true;
        if (!assistant.content().isEmpty() && version != Version.V7) {
          throw new TemplateException(
              where + ": format " + version + " has no place for content beside tool calls");
        }
        for (ToolCall call : assistant.toolCalls()) {
          name(where, call.name());
          if (ids && !CALL_ID.matcher(call.id()).matches()) {
            throw new TemplateException(
                where + ": tool call id: expected 9 letters or digits, found '" + call.id() + "'");
          }
        }
      }
    }
    if (used && version == Version.V1) {
      throw new TemplateException("prompt V1: the format has no tools");
    }
  }

  private static void name(String where, String name) {
    if (!TOOL_NAME.matcher(name).matches()) {
      throw new TemplateException(
          where + ": name: expected 1 to 64 of a-z A-Z 0-9 _ -, found '" + name + "'");
    }
  }

  private void addText(String text, Ints ids) {
    ids.addAll(tokenizer.encode(text));
  }

  private void between(String opening, String text, String closing, Ints ids) {
    ids.add(control(opening));
    addText(text, ids);
    ids.add(control(closing));
  }

  private void user(User message, String system, List<Tool> tools, Ints ids) {
    String said = system.isEmpty() ? message.content() : system + "\n\n" + message.content();
    if (version == Version.V1) {
      addText("[INST] " + said + " [/INST]", ids);
      return;
    }
    if (!tools.isEmpty()) {
      between("[AVAILABLE_TOOLS]", toolsJson(tools), "[/AVAILABLE_TOOLS]", ids);
    }
    between("[INST]", said, "[/INST]", ids);
  }

  private void assistant(Assistant message, boolean past, boolean last, Ints ids) {
    if (!message.toolCalls().isEmpty() && past && version == Version.V2) {
      return; // V2 forgets tool calls once the user speaks again
    }
    if (!message.content().isEmpty()) {
      addText(version == Version.V1 ? message.content() : trimmed(message.content()), ids);
    }
    if (!message.toolCalls().isEmpty()) {
      ids.add(control("[TOOL_CALLS]"));
      addText(callsJson(message.toolCalls()), ids);
    }
    if (!last) {
      ids.add(eos);
    }
  }

  /// Without spaces at the end (other whitespace stays).
  private static String trimmed(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    return text.substring(0, end);
  }

  private void result(ToolResult message, boolean past, Ints ids) {
    if (past && version == Version.V2) {
      return;
    }
    if (version == Version.V7) {
      ids.add(control("[TOOL_RESULTS]"));
      addText(message.callId(), ids);
      between("[TOOL_CONTENT]", message.content(), "[/TOOL_RESULTS]", ids);
      return;
    }
    Value content =
        message.content().isEmpty()
            ? ToolJson.jsonOrText("{}")
            : ToolJson.jsonOrText(message.content());
    Value result =
        version == Version.V2
            ? Value.Sequence.list(
                List.of(object(text("name", message.name()), entry("content", content))))
            : object(entry("content", content), text("call_id", message.callId()));
    between("[TOOL_RESULTS]", Json.write(result, Json.Style.PLAIN), "[/TOOL_RESULTS]", ids);
  }

  private String callsJson(List<ToolCall> calls) {
    List<Value> all = new ArrayList<>();
    for (ToolCall call : calls) {
      Map.Entry<String, Value> name = text("name", call.name());
      Map.Entry<String, Value> arguments =
          entry(
              "arguments",
              ToolJson.jsonOrText(call.arguments().isEmpty() ? "{}" : call.arguments()));
      all.add(
          version == Version.V2
              ? object(name, arguments)
              : object(name, arguments, text("id", call.id())));
    }
    return Json.write(Value.Sequence.list(all), Json.Style.PLAIN);
  }

  private static String toolsJson(List<Tool> tools) {
    List<Value> all = tools.stream().map(ToolJson::tool).toList();
    return Json.write(Value.Sequence.list(all), Json.Style.PLAIN);
  }
}
