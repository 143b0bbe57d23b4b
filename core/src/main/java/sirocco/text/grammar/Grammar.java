package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import sirocco.text.Message.Tool;
import sirocco.text.ToolCalls;

/// What a generated text must look like. Immutable; made once for each schema, regular expression
/// or grammar, and put to use by [TokenAutomaton].
///
/// Every way of making one throws [GrammarException], soon, for what it cannot honour.
public final class Grammar {
  private static final String ROOT = "the root";

  /// JSON readers have a limit, too: Jackson's is 500 levels.
  private static final int JSON_DEPTH = 64;

  private static final int GBNF_DEPTH = 256;

  private final Pushdown pushdown;

  Grammar(Pushdown pushdown) {
    this.pushdown = pushdown;
  }

  /// JSON that a schema allows.
  ///
  /// Honoured are `type` (one or a list), `properties`, `required`, `additionalProperties`,
  /// `items`, `prefixItems`, `minItems`, `maxItems`, `enum`, `const`, `anyOf`, `oneOf` where its
  /// branches exclude each other for certain, `allOf` with one entry, `$ref` to places in the
  /// schema (`#/$defs/…`, `#`), recursion among them, `minLength`, `maxLength`, `pattern`, `format`
  /// (date-time, date, time, duration, email, hostname, ipv4, ipv6, uuid, uri; of integers int32)
  /// and the bounds of numbers. Any other keyword is an error that names it, unless it says nothing
  /// about what is valid (`title`, `description`, `default`, …).
  ///
  /// What is made is less than the schema allows in these ways. Members come in the order of
  /// `properties`. Where `additionalProperties` is absent there are no others, as in OpenAI's
  /// strict mode, unless the object says nothing of its members at all; nor are there items behind
  /// `prefixItems` without `items`. It is one line, with at most a space behind each colon and
  /// comma. A number has at most 15 digits before the point (more if its bounds have), 15 behind it
  /// and 2 in the exponent (none if it has bounds). Characters in strings are written as they are,
  /// or by their short escape where they must be. References nest at most 64 deep. A string without
  /// `maxLength` and an array without `maxItems` have no bound.
  ///
  /// Names of additional members may come twice: a finite automaton cannot know.
  ///
  /// @throws GrammarException starting with the place: `schema.properties.age.minimum: …`
  public static Grammar jsonSchema(String schema) {
    Map<String, Expr> rules = new HashMap<>();
    rules.put(ROOT, JsonSchema.read("schema", schema, rules, new Budget()));
    return placed("schema", () -> of(rules, ROOT, JSON_DEPTH));
  }

  /// Any JSON object, written as [#jsonSchema] says.
  public static Grammar json() {
    Map<String, Expr> rules = new HashMap<>();
    JsonText.addRules(rules);
    return of(rules, JsonText.OBJECT, JSON_DEPTH);
  }

  /// What follows `[TOOL_CALLS]` in Mistral's formats: a list of calls, each of one of these tools
  /// with arguments that its parameters allow, as [#jsonSchema] reads them: `[{"name": "f",
  /// "arguments": {"x": 1}}]`.
  ///
  /// @param tools at least one, each with a name of its own; parameters that are blank or say
  ///   nothing stand for any object
  /// @param parallel whether there may be several calls; else there is exactly one
  /// @throws GrammarException starting with the place: `tool f: parameters.properties.x: …`
  public static Grammar toolCalls(List<Tool> tools, boolean parallel) {
    Map<String, Expr> rules = new HashMap<>();
    rules.put(ROOT, toolCalls(tools, parallel, rules));
    return placed("tools", () -> of(rules, ROOT, JSON_DEPTH));
  }

  /// The same for a model whose format has no place for tools: the mark `[TOOL_CALLS]` is spelled
  /// out before the list, and any text that does not begin with it is allowed, too.
  ///
  /// @param forced whether no other text is
  /// @throws GrammarException as [#toolCalls] does
  public static Grammar spelledToolCalls(List<Tool> tools, boolean parallel, boolean forced) {
    Map<String, Expr> rules = new HashMap<>();
    Expr calls = spelled(tools, parallel, rules);
    rules.put(ROOT, forced ? calls : Expr.choice(calls, notBeginningWith(ToolCalls.TOKEN)));
    return placed("tools", () -> of(rules, ROOT, JSON_DEPTH));
  }

  /// The same where any other text has to be JSON that a schema allows.
  ///
  /// @throws GrammarException as [#toolCalls] and [#jsonSchema] do
  public static Grammar spelledToolCallsOrJson(List<Tool> tools, boolean parallel, String schema) {
    Map<String, Expr> rules = new HashMap<>();
    Expr calls = spelled(tools, parallel, rules);
    rules.put(ROOT, Expr.choice(calls, JsonSchema.read("schema", schema, rules, new Budget())));
    return placed("tools and schema", () -> of(rules, ROOT, JSON_DEPTH));
  }

  private static Expr spelled(List<Tool> tools, boolean parallel, Map<String, Expr> rules) {
    return Expr.sequence(Expr.text(ToolCalls.TOKEN), toolCalls(tools, parallel, rules));
  }

  /// Every text that a mark does not begin.
  private static Expr notBeginningWith(String mark) {
    List<Expr> texts = new ArrayList<>();
    for (int i = 0; i < mark.length(); i++) {
      Expr begun = Expr.text(mark.substring(0, i));
      CharSet other = CharSet.anyOf(mark.substring(i, i + 1)).complement();
      texts.add(begun);
      texts.add(
          Expr.sequence(begun, new Expr.Chars(other), Expr.any(CharSet.ALL, 0, Expr.UNBOUNDED)));
    }
    return new Expr.Regular(Dfa.of(new Expr.Choice(texts), new Budget()));
  }

  private static Expr toolCalls(List<Tool> tools, boolean parallel, Map<String, Expr> rules) {
    Budget budget = new Budget();
    Map<String, Expr> calls = new LinkedHashMap<>();
    for (Tool tool : tools) {
      String json = tool.parameters().isBlank() ? "{}" : tool.parameters();
      String place = "tool " + tool.name() + ": parameters";
      Expr arguments = JsonSchema.readObject(place, json, rules, budget);
      if (calls.put(tool.name(), toolCall(tool.name(), arguments)) != null) {
        throw new GrammarException(
            "tool " + tool.name() + ": expected one of this name, found two");
      }
    }
    if (calls.isEmpty()) {
      throw new GrammarException("tools: expected at least one, found none");
    }
    Expr call = new Expr.Choice(List.copyOf(calls.values()));
    int more = parallel ? Expr.UNBOUNDED : 0;
    rules.put("a call", call);
    Expr others = new Expr.Repeat(Expr.sequence(JsonText.COMMA, new Expr.Call("a call")), 0, more);
    return Expr.sequence(Expr.text("["), new Expr.Call("a call"), others, Expr.text("]"));
  }

  private static Expr toolCall(String name, Expr arguments) {
    return JsonText.object(
        List.of(
            new Expr.Entry(JsonText.member(Expr.text("name"), JsonText.literal(name)), true),
            new Expr.Entry(JsonText.member(Expr.text("arguments"), arguments), true)),
        List.of());
  }

  /// The texts that match a regular expression as a whole.
  ///
  /// Supported are literals, `.`, classes, the escapes of JavaScript for characters (hexadecimal
  /// ones too), digits, words and white space, groups, alternatives, the quantifiers `*`, `+`, `?`
  /// and counts in braces (lazy ones too, which match the same) and anchors at the ends. Digits and
  /// words are ASCII's.
  ///
  /// @throws GrammarException starting with the place: `regex: position 12: …`
  public static Grammar regex(String pattern) {
    return placed(
        "regex",
        () -> {
          Dfa dfa = Dfa.of(RegexParser.whole(pattern), new Budget());
          return of(Map.of(ROOT, new Expr.Regular(dfa)), ROOT, 0);
        });
  }

  /// The texts that `root` of a grammar in GBNF stands for, the notation of llama.cpp.
  ///
  /// Not supported are `<…>`, which stands for a token, and rules that begin with themselves. Calls
  /// of rules nest at most 256 deep, but for calls at the end of a rule, which do not count.
  ///
  /// @throws GrammarException starting with the place: `gbnf: line 3: …`, `gbnf: rule expr …`
  public static Grammar gbnf(String source) {
    return placed("gbnf", () -> of(GbnfParser.parse(source), "root", GBNF_DEPTH));
  }

  private static Grammar placed(String place, Supplier<Grammar> made) {
    try {
      return made.get();
    } catch (GrammarException e) {
      throw e.within(place);
    }
  }

  private static Grammar of(Map<String, Expr> rules, String root, int depth) {
    return new Grammar(Compiler.compile(rules, root, depth));
  }

  Pushdown pushdown() {
    return pushdown;
  }
}
