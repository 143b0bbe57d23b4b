package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Values to find in a list of keys and values: as JSON, as lines, as a table, as sentences.
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
  private final int pairs;

  /// @param pairs most in a list
  KeyValues(Vocabulary vocabulary, int pairs) {
    this.vocabulary = vocabulary;
    this.pairs = pairs;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    int count = draw.between(2, pairs);
    boolean people = draw.chance(0.4);
    // Long lists are of words made up: those of a list would not go round.
    boolean many = count > 40;
    String keySort = people ? "name" : draw.any(many ? MADE : KEYS);
    List<String> keys = draw.several(count, () -> vocabulary.word(keySort, draw));
    String sort = draw.any(many ? MADE_VALUES : count > 8 ? VALUES : FEW_VALUES);
    List<String> values = draw.several(count, () -> value(sort, draw));
    int size = Math.min(keys.size(), values.size());
    String list = rendered(keys.subList(0, size), values.subList(0, size), draw);
    String label = people && sort.equals("number") ? draw.one(wordings.of("label")) : "value";
    String intro =
        draw.chance(0.7)
            ? draw.phrase(
                    wordings.of(label.equals("value") ? "value-intro" : "name-intro"),
                    Map.of("label", label))
                + "\n"
            : "";
    boolean listFirst = draw.chance(0.85);
    List<Exchange> turns = new ArrayList<>();
    for (int asked : draw.numbers(size, most)) {
      int other = (asked + 1 + draw.below(size - 1)) % size;
      Exchange turn = turn(label, keys.get(asked), values.get(asked), values.get(other), draw);
      String question = turn.prompt();
      String text = listFirst ? intro + list + "\n" + question : question + "\n" + list;
      turns.add(turns.isEmpty() ? new Exchange(text, turn.answer(), turn.wrong()) : turn);
    }
    return turns;
  }

  /// A question without the list.
  private Exchange turn(String label, String key, String value, String other, Draw draw) {
    Map<String, String> places =
        new HashMap<>(Map.of("k", key, "N", key, "v", value, "label", label));
    String question = question(label, places, draw);
    String form = "The {label} of {k} is {v}.";
    String answer = English.fill(form, places);
    places.put("v", other);
    return new Exchange(question, answer, English.fill(form, places));
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
