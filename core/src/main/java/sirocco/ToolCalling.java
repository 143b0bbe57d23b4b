package sirocco;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.engine.EngineException;
import sirocco.engine.GrammarFilter;
import sirocco.engine.Grammars;
import sirocco.engine.LogitsFilter;
import sirocco.engine.Request;
import sirocco.text.Message.Tool;
import sirocco.text.Tokenizer;
import sirocco.text.ToolCalls;
import sirocco.text.grammar.GrammarException;
import sirocco.text.grammar.TokenAutomaton;

/// How a model says that it calls tools, and how it is held to that.
sealed interface ToolCalling {
  /// There are no tools.
  record Without() implements ToolCalling {}

  /// Behind a control token, as Mistral's formats have it from V2 on.
  ///
  /// @param forced whether the answer must be calls
  record Marked(int token, TokenAutomaton calls, boolean forced) implements ToolCalling {
    /// What holds a generation to its calls, behind whatever holds it to a text.
    LogitsFilter filter(Optional<LogitsFilter> text) {
      LogitsFilter behind = GrammarFilter.behind(token, calls);
      return (logits, history) -> {
        boolean first = history.generatedSize() == 0;
        if (first && forced) {
          float score = logits[token];
          Arrays.fill(logits, Float.NEGATIVE_INFINITY);
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
  }

  /// Behind the token's name, spelled out, for models whose format has no tools
  /// ([sirocco.text.SpelledTools]).
  record Spelled(TokenAutomaton text) implements ToolCalling {}

  /// How a model calls these tools.
  ///
  /// @param form of an answer that calls none; JSON or free, unless the format has tools
  /// @throws GrammarException if the tools are strict and a schema cannot be honoured
  static ToolCalling of(ToolUse use, Form form, Tokenizer tokenizer, Grammars grammars) {
    if (use.callable().isEmpty()) {
      return new Without();
    }
    try {
      return of(use, use.callable(), form, tokenizer, grammars);
    } catch (GrammarException e) {
      if (use.strict()) {
        throw e;
      }
      // Without `strict` a schema is advice: where it cannot be held, any object will do.
      List<Tool> loose =
          use.callable().stream().map(t -> new Tool(t.name(), t.description(), "")).toList();
      return of(use, loose, form, tokenizer, grammars);
    }
  }

  private static ToolCalling of(
      ToolUse use, List<Tool> tools, Form form, Tokenizer tokenizer, Grammars grammars) {
    boolean forced = !(use.choice() instanceof ToolUse.Choice.Auto);
    boolean parallel = use.parallel() && !(use.choice() instanceof ToolUse.Choice.Named);
    OptionalInt token = ToolCalls.token(tokenizer);
    return token.isPresent()
        ? new Marked(token.getAsInt(), grammars.toolCalls(tools, parallel), forced)
        : new Spelled(
            forced
                ? grammars.spelledToolCalls(tools, parallel, true)
                : spelled(tools, parallel, form, grammars));
  }

  private static TokenAutomaton spelled(
      List<Tool> tools, boolean parallel, Form form, Grammars grammars) {
    return switch (form) {
      case Form.Free _ -> grammars.spelledToolCalls(tools, parallel, false);
      case Form.Json _ ->
          grammars.spelledToolCallsOrJson(tools, parallel, "{\"type\": \"object\"}");
      case Form.JsonSchema(String schema) ->
          grammars.spelledToolCallsOrJson(tools, parallel, schema);
      case Form.Regex _, Form.Gbnf _ ->
          throw new EngineException(
              "this model's chat format has no tools, so that they go together with JSON only, not"
                  + " with another form of the answer; leave one out");
    };
  }

  /// What holds an answer to its calls and to its form.
  ///
  /// @param request what is generated
  /// @param form of the text, if it has one
  default List<LogitsFilter> filters(Request request, Optional<TokenAutomaton> form) {
    Optional<LogitsFilter> text = form.map(automaton -> GrammarFilter.of(automaton, request));
    return switch (this) {
      case Without _ -> text.stream().toList();
      case Marked marked -> List.of(marked.filter(text));
      case Spelled(TokenAutomaton calls) -> List.of(GrammarFilter.of(calls, request));
    };
  }
}
