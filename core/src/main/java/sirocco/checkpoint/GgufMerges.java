package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sirocco.text.Vocabulary;

/// The merges of a byte-level vocabulary. Tekken files have none: a token's id is its rank. GGUF
/// wants them written out, so each token is built from bytes with the tokens of lower rank only;
/// the two pieces that are left are its merge.
final class GgufMerges {
  private GgufMerges() {}

  /// "left right" in order of rank.
  static List<String> of(Vocabulary vocabulary) {
    if (!vocabulary.merges().isEmpty()) {
      return vocabulary.merges();
    }
    Map<String, Integer> ranks = new HashMap<>();
    List<Vocabulary.Token> tokens = vocabulary.tokens();
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).type() == Vocabulary.Type.NORMAL) {
        ranks.putIfAbsent(tokens.get(id).text(), id);
      }
    }
    var merges = new ArrayList<String>();
    for (int id = 0; id < tokens.size(); id++) {
      Vocabulary.Token token = tokens.get(id);
      if (token.type() == Vocabulary.Type.NORMAL && token.text().length() > 1) {
        List<String> pieces = pieces(token.text(), ranks, id);
        if (pieces.size() == 2) {
          merges.add(pieces.get(0) + " " + pieces.get(1));
        }
      }
    }
    return merges;
  }

  /// Merges the lowest-ranked neighbours until none below `limit` is left.
  private static List<String> pieces(String text, Map<String, Integer> ranks, int limit) {
    var pieces = new ArrayList<String>();
    for (int i = 0; i < text.length(); i++) {
      pieces.add(text.substring(i, i + 1));
    }
    while (true) {
      int best = -1;
      int bestRank = limit;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        int rank = ranks.getOrDefault(pieces.get(i) + pieces.get(i + 1), limit);
        if (rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return pieces;
      }
      pieces.set(best, pieces.get(best) + pieces.remove(best + 1));
    }
  }
}
