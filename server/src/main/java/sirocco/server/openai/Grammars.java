package sirocco.server.openai;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sirocco.server.http.ProblemException;
import sirocco.text.Message.Tool;
import sirocco.text.Tokenizer;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.GrammarException;
import sirocco.text.grammar.TokenAutomaton;
import sirocco.text.grammar.TokenTrie;

/// The grammars that requests ask for, each worked out once and kept while it is among the last
/// that were used: what one request finds out of a schema the next one knows.
final class Grammars {
  /// An automaton remembers up to 100 MB.
  private static final int KEPT = 8;

  private final Tokenizer tokenizer;
  private final Set<Integer> endTokens;
  private final Map<String, TokenAutomaton> kept = new LinkedHashMap<>(16, 0.75f, true);
  private Optional<TokenTrie> trie = Optional.empty();

  Grammars(Tokenizer tokenizer, Set<Integer> endTokens) {
    this.tokenizer = tokenizer;
    this.endTokens = Set.copyOf(endTokens);
  }

  /// Any JSON object.
  TokenAutomaton json() {
    return get("response_format", "json", Grammar::json);
  }

  /// JSON that a schema allows.
  TokenAutomaton jsonSchema(String schema) {
    return get("response_format", "schema " + schema, () -> Grammar.jsonSchema(schema));
  }

  /// What matches a regular expression.
  TokenAutomaton regex(String pattern) {
    return get("regex", "regex " + pattern, () -> Grammar.regex(pattern));
  }

  /// What a grammar of llama.cpp's notation allows.
  TokenAutomaton gbnf(String source) {
    return get("grammar", "gbnf " + source, () -> Grammar.gbnf(source));
  }

  /// Calls of these tools.
  TokenAutomaton toolCalls(List<Tool> tools, boolean parallel) {
    return get("tools", "tools " + parallel + tools, () -> Grammar.toolCalls(tools, parallel));
  }

  /// @throws ProblemException naming `field` if the grammar cannot be honoured
  private TokenAutomaton get(String field, String key, Supplier<Grammar> grammar) {
    synchronized (kept) {
      TokenAutomaton known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    TokenAutomaton made;
    try {
      made = new TokenAutomaton(grammar.get(), trie(), endTokens);
    } catch (GrammarException e) {
      throw ProblemException.invalid(field, field + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalid(field, field + ": this model has no end token: " + e);
    }
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
