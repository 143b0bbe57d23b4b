package sirocco.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sirocco.text.Message.Tool;
import sirocco.text.Tokenizer;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.GrammarException;
import sirocco.text.grammar.TokenAutomaton;
import sirocco.text.grammar.TokenTrie;

/// The grammars that requests ask for, each worked out once and kept while it is among the last
/// that were used: what one request finds out of a schema the next one knows. For any number of
/// threads.
///
/// Each way of getting one throws [GrammarException] if it cannot be honoured.
public final class Grammars {
  /// An automaton remembers up to 100 MB.
  private static final int KEPT = 8;

  private final Tokenizer tokenizer;
  private final Set<Integer> endTokens;
  private final Map<String, TokenAutomaton> kept = new LinkedHashMap<>(16, 0.75f, true);
  private Optional<TokenTrie> trie = Optional.empty();

  /// Grammars for one vocabulary.
  ///
  /// @param endTokens the engine's
  public Grammars(Tokenizer tokenizer, Set<Integer> endTokens) {
    this.tokenizer = tokenizer;
    this.endTokens = Set.copyOf(endTokens);
  }

  /// Any JSON object.
  public TokenAutomaton json() {
    return get("json", Grammar::json);
  }

  /// JSON that a schema allows.
  public TokenAutomaton jsonSchema(String schema) {
    return get("schema " + schema, () -> Grammar.jsonSchema(schema));
  }

  /// What matches a regular expression.
  public TokenAutomaton regex(String pattern) {
    return get("regex " + pattern, () -> Grammar.regex(pattern));
  }

  /// What a grammar of llama.cpp's notation allows.
  public TokenAutomaton gbnf(String source) {
    return get("gbnf " + source, () -> Grammar.gbnf(source));
  }

  /// Calls of these tools.
  public TokenAutomaton toolCalls(List<Tool> tools, boolean parallel) {
    return get("tools " + parallel + tools, () -> Grammar.toolCalls(tools, parallel));
  }

  /// Calls of these tools behind a mark that is spelled out, or any other text
  /// ([Grammar#spelledToolCalls]).
  public TokenAutomaton spelledToolCalls(List<Tool> tools, boolean parallel, boolean forced) {
    return get(
        "spelled " + forced + parallel + tools,
        () -> Grammar.spelledToolCalls(tools, parallel, forced));
  }

  /// Calls of these tools behind a mark that is spelled out, or JSON that a schema allows.
  public TokenAutomaton spelledToolCallsOrJson(List<Tool> tools, boolean parallel, String schema) {
    return get(
        "spelled " + parallel + tools + " or schema " + schema,
        () -> Grammar.spelledToolCallsOrJson(tools, parallel, schema));
  }

  private TokenAutomaton get(String key, Supplier<Grammar> grammar) {
    synchronized (kept) {
      TokenAutomaton known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    if (endTokens.isEmpty()) {
      throw new GrammarException("this model has no end token, so that no text of a form can end");
    }
    TokenAutomaton made = new TokenAutomaton(grammar.get(), trie(), endTokens);
    synchronized (kept) {
      kept.put(key, made);
      if (kept.size() > KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
      return made;
    }
  }

  private synchronized TokenTrie trie() {
    trie = Optional.of(trie.orElseGet(() -> new TokenTrie(tokenizer)));
    return trie.get();
  }
}
