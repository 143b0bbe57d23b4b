package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One value to find in a list of keys and values: as JSON, as lines, as a table, as sentences.
final class KeyValues implements Kind {
  private static final List<String> MADE = List.of("code", "invented");
  private static final List<String> KEYS = List.of("word", "code", "invented", "animal", "object");
  private static final List<String> MADE_VALUES = List.of("number", "number", "code", "invented");
  private static final List<String> VALUES =
      List.of("number", "number", "word", "code", "city", "invented");
  private static final List<String> FEW_VALUES =
      List.of("number", "number", "word", "code", "city", "colour", "fruit", "invented");

  private final Lists wordings = Lists.ofLines("lookup.txt");
  private final Lists needles = Lists.ofLines("passkey.txt");
  private final Vocabulary vocabulary;
  private final int most;

  /// @param most pairs in a list
  KeyValues(Vocabulary vocabulary, int most) {
    this.vocabulary = vocabulary;
    this.most = most;
  }

  @Override
  public Exchange exchange(Draw draw) {
    int count = draw.between(2, most);
    boolean people = draw.chance(0.4);
    // Long lists are of words made up: those of a list would not go round.
    boolean many = count > 40;
    String keySort = people ? "name" : draw.any(many ? MADE : KEYS);
    List<String> keys = draw.several(count, () -> vocabulary.word(keySort, draw));
    String sort = draw.any(many ? MADE_VALUES : count > 8 ? VALUES : FEW_VALUES);
    List<String> values = draw.several(count, () -> value(sort, draw));
    int size = Math.min(keys.size(), values.size());
    String list = rendered(keys.subList(0, size), values.subList(0, size), draw);
    int asked = draw.below(size);
    int other = (asked + 1 + draw.below(size - 1)) % size;
    String label = people && sort.equals("number") ? draw.one(wordings.of("label")) : "value";
    Map<String, String> places = new HashMap<>();
    places.put("k", keys.get(asked));
    places.put("N", keys.get(asked));
    places.put("v", values.get(asked));
    places.put("label", label);
    String form = "The {label} of {k} is {v}.";
    String answer = English.fill(form, places);
    String question = question(label, places, draw);
    places.put("v", values.get(other));
    String intro =
        draw.chance(0.7)
            ? draw.phrase(wordings.of(label.equals("value") ? "value-intro" : "name-intro"), places)
                + "\n"
            : "";
    String text = draw.chance(0.85) ? intro + list + "\n" + question : question + "\n" + list;
    return new Exchange(text, answer, English.fill(form, places));
  }

  private String question(String label, Map<String, String> places, Draw draw) {
    boolean reverse = draw.chance(0.15);
    if (label.equals("value")) {
      return draw.phrase(wordings.of(reverse ? "key-question" : "value-question"), places);
    }
    return reverse
        ? draw.phrase(wordings.of("owner-question"), places)
        : draw.phrase(needles.of("many-question"), places);
  }

  private String value(String sort, Draw draw) {
    return sort.equals("number")
        ? draw.held(() -> draw.digits(draw.between(2, 6)))
        : vocabulary.word(sort, draw);
  }

  private static String rendered(List<String> keys, List<String> values, Draw draw) {
    int style = draw.below(8);
    boolean number = values.getFirst().chars().allMatch(Character::isDigit);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      String value = values.get(i);
      lines.add(
          switch (style) {
            case 0, 1 -> "\"" + key + "\": " + (number ? value : "\"" + value + "\"");
            case 2 -> key + ": " + value;
            case 3 -> key + " = " + value;
            case 4 -> "| " + key + " | " + value + " |";
            case 5 -> key + " -> " + value;
            case 6 -> "- " + key + ": " + value;
            default -> key + "," + value;
          });
    }
    return switch (style) {
      case 0 -> "{" + String.join(", ", lines) + "}";
      case 1 -> "{\n  " + String.join(",\n  ", lines) + "\n}";
      case 2 -> String.join(draw.chance(0.3) ? ", " : "\n", lines);
      default -> String.join("\n", lines);
    };
  }
}
