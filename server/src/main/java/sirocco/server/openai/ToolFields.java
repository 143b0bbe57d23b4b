package sirocco.server.openai;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.engine.GrammarFilter;
import sirocco.engine.LogitsFilter;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;
import sirocco.text.Message;
import sirocco.text.Message.Tool;
import sirocco.text.TemplateException;
import sirocco.text.ToolCalls;
import sirocco.text.grammar.TokenAutomaton;

/// The tools of a chat: `tools`, `tool_choice` and `parallel_tool_calls`.
///
/// @param offered what the model is told of; none if it may call none
/// @param calls what follows `trigger`
/// @param trigger the token before the calls; without it there are no tools
/// @param forced whether the answer must be calls
record ToolFields(
    List<Tool> offered, Optional<TokenAutomaton> calls, OptionalInt trigger, boolean forced) {
  static final Set<String> NAMES = Set.of("tools", "tool_choice", "parallel_tool_calls");

  private static final int MOST = 128;
  private static final FieldRules TOOL = new FieldRules(Set.of(), Set.of("type", "function"));
  private static final FieldRules FUNCTION =
      new FieldRules(Set.of(), Set.of("name", "description", "parameters", "strict"));
  private static final ToolFields NONE =
      new ToolFields(List.of(), Optional.empty(), OptionalInt.empty(), false);

  /// Which tools may or must be called.
  private sealed interface Wish {
    record Auto() implements Wish {}

    record None() implements Wish {}

    record Any() implements Wish {}

    record One(String name) implements Wish {}
  }

  static ToolFields parse(JsonFields fields, Served served) {
    List<JsonFields> given = fields.list("tools");
    Wish wish = wish(fields, given.isEmpty());
    if (given.isEmpty()) {
      return NONE;
    }
    if (given.size() > MOST) {
      throw ProblemException.invalid("tools: expected at most " + MOST + ", found " + given.size());
    }
    OptionalInt trigger = ToolCalls.token(served.tokenizer());
    if (trigger.isEmpty()) {
      throw ProblemException.invalid("tools", "tools: this model's prompt format has none");
    }
    boolean strict = given.stream().map(ToolFields::isStrict).reduce(false, Boolean::logicalOr);
    List<Tool> tools = tools(fields);
    boolean parallel = fields.flag("parallel_tool_calls", true);
    return switch (wish) {
      case Wish.None n -> NONE;
      case Wish.Auto a -> of(tools, tools, parallel, strict, trigger, false, served);
      case Wish.Any a -> of(tools, tools, parallel, strict, trigger, true, served);
      case Wish.One(String name) ->
          of(tools, named(tools, name), false, strict, trigger, true, served);
    };
  }

  private static List<Tool> tools(JsonFields fields) {
    try {
      return Message.parseTools(fields.node().get("tools").toString());
    } catch (TemplateException e) {
      throw ProblemException.invalid("tools", String.valueOf(e.getMessage()));
    }
  }

  private static List<Tool> named(List<Tool> tools, String name) {
    List<Tool> found = tools.stream().filter(tool -> tool.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw ProblemException.invalid("tool_choice: there is no tool of this name");
    }
    return found;
  }

  private static ToolFields of(
      List<Tool> offered,
      List<Tool> callable,
      boolean parallel,
      boolean strict,
      OptionalInt trigger,
      boolean forced,
      Served served) {
    TokenAutomaton calls;
    try {
      calls = served.grammars().toolCalls(callable, parallel);
    } catch (ProblemException e) {
      if (strict) {
        throw e;
      }
      // Without `strict` a schema is advice: where it cannot be held, any object will do.
      List<Tool> loose =
          callable.stream().map(tool -> new Tool(tool.name(), tool.description(), "")).toList();
      calls = served.grammars().toolCalls(loose, parallel);
    }
    return new ToolFields(offered, Optional.of(calls), trigger, forced);
  }

  private static boolean isStrict(JsonFields tool) {
    TOOL.check(tool.asObject());
    if (!tool.requiredText("type").equals("function")) {
      throw ProblemException.invalid(tool.where() + ".type: expected \"function\"");
    }
    JsonFields function = tool.requiredObject("function");
    FUNCTION.check(function);
    return function.flag("strict", false);
  }

  private static Wish wish(JsonFields fields, boolean noTools) {
    Optional<JsonFields> choice = fields.get("tool_choice");
    if (choice.isEmpty()) {
      return new Wish.Auto();
    }
    if (choice.get().node().isString()) {
      return switch (choice.get().asText()) {
        case "auto" -> new Wish.Auto();
        case "none" -> new Wish.None();
        case "required" -> {
          if (noTools) {
            throw ProblemException.invalid("tool_choice: required, but there are no tools");
          }
          yield new Wish.Any();
        }
        default -> throw choice.get().bad("auto, none, required or a function");
      };
    }
    JsonFields named = choice.get().asObject();
    new FieldRules(Set.of(), Set.of("type", "function")).check(named);
    return new Wish.One(named.requiredObject("function").requiredText("name"));
  }

  /// What holds a generation to its calls, behind whatever holds it to a text.
  LogitsFilter filter(Optional<LogitsFilter> text) {
    int token = trigger.orElseThrow();
    LogitsFilter behind = GrammarFilter.behind(token, calls.orElseThrow());
    return (logits, history) -> {
      boolean first = history.generatedSize() == 0;
      if (first && forced) {
        float score = logits[token];
        java.util.Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        logits[token] = Float.isFinite(score) ? score : 0;
      } else if (first || history.id(history.promptSize()) != token) {
        float score = logits[token];
        text.ifPresent(filter -> filter.apply(logits, history));
        if (first) {
          logits[token] = score;
        }
      }
      behind.apply(logits, history);
    };
  }

  /// What takes an answer apart.
  AnswerReader reader() {
    return trigger.isPresent() ? new ToolReader(trigger.getAsInt()) : AnswerReader.text();
  }
}
