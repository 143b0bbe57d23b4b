package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import sirocco.train.data.Document;

/// Lists of words that come again, in order or by pairs: in each second half every token can be
/// read off the first. Attention heads that copy form on such texts first (induction heads, arXiv
/// 2209.11895), and all retrieval is built on them.
final class Echo {
  private static final List<String> SORTS = List.of("word", "invented", "code", "name", "number");

  private final Vocabulary vocabulary;

  Echo(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  Document document(String domain, Draw draw) {
    String text = draw.chance(0.5) ? repeated(draw) : looked(draw);
    return new Document(text, domain);
  }

  private String repeated(Draw draw) {
    String line = String.join(" ", items(draw.between(6, 40), draw));
    return String.join("\n", Collections.nCopies(draw.between(2, 4), line));
  }

  /// Pairs, and then the same pairs in other orders.
  private String looked(Draw draw) {
    int pairs = draw.between(3, 16);
    List<String> keys = items(pairs, draw);
    List<String> values = items(pairs, draw);
    String joint = draw.any(List.of(": ", " = ", " -> ", " is ", " likes "));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      lines.add(keys.get(i) + joint + values.get(i) + ".");
    }
    List<String> all = new ArrayList<>(lines);
    for (int i = 0; i < 2 * pairs; i++) {
      all.add(draw.any(lines));
    }
    return String.join(draw.chance(0.5) ? " " : "\n", all);
  }

  private List<String> items(int count, Draw draw) {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(item(draw));
    }
    return items;
  }

  private String item(Draw draw) {
    String sort = draw.any(SORTS);
    return switch (sort) {
      case "name" -> vocabulary.firstName(draw);
      case "number" -> draw.digits(draw.between(1, 6));
      default -> vocabulary.word(sort, draw);
    };
  }
}
