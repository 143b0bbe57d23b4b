package sirocco.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import sirocco.text.Vocabulary.Token;

/// Tokens by their spelling. As in SentencePiece, text is made of normal, user-defined and unused
/// tokens, while the others (control, unknown, byte) have names of their own: a control token `<s>`
/// and a normal token `<s>` can live side by side.
final class TokenNames {
  private final List<Token> tokens;
  private final Map<String, Integer> normal = new HashMap<>();
  private final Map<String, Integer> reserved = new HashMap<>();
  private final Literals control;

  /// @throws TokenizerException if two tokens of a group are spelled alike
  TokenNames(List<Token> tokens) {
    this.tokens = tokens;
    for (int id = 0; id < tokens.size(); id++) {
      Token token = tokens.get(id);
      if (token.text().isEmpty()) {
        // GGUF files pad their vocabularies so.
        continue;
      }
      Integer before = (isNormal(token.type()) ? normal : reserved).putIfAbsent(token.text(), id);
      if (before != null) {
        throw new TokenizerException(
            "tokens " + before + " and " + id + " are both spelled " + Quote.of(token.text()));
      }
    }
    control = literals(Vocabulary.Type.CONTROL, Vocabulary.Type.UNKNOWN);
  }

  /// Whether text can become such a token by merging.
  static boolean isNormal(Vocabulary.Type type) {
    return switch (type) {
      case NORMAL, USER_DEFINED, UNUSED -> true;
      case UNKNOWN, CONTROL, BYTE -> false;
    };
  }

  /// The token that text spelled so becomes, or -1.
  int normal(String text) {
    return normal.getOrDefault(text, -1);
  }

  /// The token with this name, control tokens before others.
  OptionalInt id(String text) {
    Integer id = reserved.get(text);
    if (id == null) {
      id = normal.get(text);
    }
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// The same id, if it is one.
  int check(int id) {
    if (id < 0 || id >= tokens.size()) {
      throw new TokenizerException(
          "token id: expected 0 to " + (tokens.size() - 1) + ", found " + id);
    }
    return id;
  }

  /// Characters of a token's spelling.
  int length(int id) {
    return tokens.get(id).text().length();
  }

  /// The tokens of these types, to be found in text.
  Literals literals(Vocabulary.Type... types) {
    List<Vocabulary.Type> wanted = List.of(types);
    return new Literals(
        IntStream.range(0, tokens.size())
            .filter(id -> wanted.contains(tokens.get(id).type()))
            .mapToObj(id -> new Literals.Entry(tokens.get(id).text(), id))
            .toList());
  }

  /// Takes a text between control tokens.
  interface TextPart {
    /// One part; `first` says whether it opens the prompt.
    void accept(String text, boolean first);
  }

  /// Cuts a rendered prompt at its control tokens, whose ids go to `out`.
  void splitPrompt(String rendered, Ints out, TextPart part) {
    int from = 0;
    for (int at = 0; at < rendered.length(); ) {
      int literal = control.match(rendered, at);
      if (literal < 0) {
        at++;
        continue;
      }
      if (from < at) {
        part.accept(rendered.substring(from, at), from == 0);
      }
      out.add(control.id(literal));
      at += control.length(literal);
      from = at;
    }
    if (from < rendered.length()) {
      part.accept(rendered.substring(from), from == 0);
    }
  }

  /// A rank for each score, 0 for the highest; equal scores share one.
  static int[] scoreRanks(List<Token> tokens) {
    Integer[] order = IntStream.range(0, tokens.size()).boxed().toArray(Integer[]::new);
    for (int id : order) {
      if (Float.isNaN(tokens.get(id).score())) {
        throw new TokenizerException(
            "token " + id + " (" + Quote.of(tokens.get(id).text()) + "): its score is NaN");
      }
    }
    // Adding zero makes the two zeros one.
    Arrays.sort(order, Comparator.comparingDouble(id -> -tokens.get(id).score() + 0f));
    int[] ranks = new int[order.length];
    int rank = 0;
    for (int i = 1; i < order.length; i++) {
      if (tokens.get(order[i]).score() != tokens.get(order[i - 1]).score()) {
        rank++;
      }
      ranks[order[i]] = rank;
    }
    return ranks;
  }

  /// The table of a list of merges, "left right", best first. Merges with a token that text cannot
  /// become are left out: nothing may merge into a control token.
  ///
  /// @throws TokenizerException if a merge names a token that is not there
  MergeTable mergeTable(List<String> merges) {
    MergeTable table = new MergeTable();
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ');
      if (space <= 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
        throw new TokenizerException(
            "merge " + rank + ": expected two tokens and a space, found " + Quote.of(merge));
      }
      String left = merge.substring(0, space);
      String right = merge.substring(space + 1);
      known(rank, left);
      known(rank, right);
      known(rank, left + right);
      int result = normal(left + right);
      if (normal(left) >= 0 && normal(right) >= 0 && result >= 0) {
        table.add(normal(left), normal(right), rank, result);
      }
    }
    return table;
  }

  private void known(int rank, String text) {
    if (id(text).isEmpty()) {
      throw new TokenizerException("merge " + rank + ": there is no token " + Quote.of(text));
    }
  }
}
