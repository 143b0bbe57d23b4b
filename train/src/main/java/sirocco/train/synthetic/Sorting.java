package sirocco.train.synthetic;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Short lists: in order, their ends, their largest; two numbers compared.
final class Sorting implements Kind {
  private final Lists wordings = Lists.ofLines("sorting.txt");
  private final Vocabulary vocabulary;

  Sorting(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return switch (draw.below(10)) {
      case 0, 1 -> words(draw);
      case 2, 3 -> numbers(draw);
      case 4 -> extreme(draw);
      case 5, 6 -> compared(draw);
      case 7 -> place(draw);
      case 8 -> parity(draw);
      default -> neighbour(draw);
    };
  }

  private Exchange words(Draw draw) {
    String sort = draw.any(List.of("word", "animal", "fruit", "object", "name", "colour", "city"));
    List<String> words = draw.several(draw.between(2, 6), () -> vocabulary.word(sort, draw));
    List<String> sorted = words.stream().sorted(String.CASE_INSENSITIVE_ORDER).toList();
    return list("words", words, sorted, draw);
  }

  private Exchange numbers(Draw draw) {
    List<String> numbers = numbers(2, 6, draw);
    Comparator<String> order = Comparator.comparingInt(Integer::parseInt);
    boolean ascending = draw.chance(0.7);
    List<String> sorted = numbers.stream().sorted(ascending ? order : order.reversed()).toList();
    return list(ascending ? "numbers" : "descending", numbers, sorted, draw);
  }

  private Exchange list(String wording, List<String> given, List<String> sorted, Draw draw) {
    String between = draw.chance(0.75) ? ", " : " ";
    return new Exchange(
        draw.phrase(wordings.of(wording), Map.of("t", String.join(between, given))),
        String.join(", ", sorted),
        String.join(", ", sorted.reversed()));
  }

  private Exchange extreme(Draw draw) {
    List<String> numbers = numbers(2, 6, draw);
    boolean largest = draw.chance(0.5);
    List<String> sorted =
        numbers.stream().sorted(Comparator.comparingInt(Integer::parseInt)).toList();
    String form = largest ? "The largest number is %s." : "The smallest number is %s.";
    String low = sorted.getFirst();
    String high = sorted.getLast();
    return new Exchange(
        draw.phrase(
            wordings.of(largest ? "largest" : "smallest"), Map.of("t", String.join(", ", numbers))),
        form.formatted(largest ? high : low),
        form.formatted(largest ? low : high));
  }

  private Exchange compared(Draw draw) {
    List<String> pair = numbers(2, 2, draw);
    int x = Integer.parseInt(pair.get(0));
    int y = Integer.parseInt(pair.get(1));
    boolean larger = draw.chance(0.6);
    String wording = draw.one(wordings.of(larger ? "larger" : "smaller"));
    String relation = larger ? " is larger than " : " is smaller than ";
    int first = larger == x > y ? x : y;
    int second = first == x ? y : x;
    String fact = first + relation + second + ".";
    String turned = second + relation + first + ".";
    if (!wording.startsWith("Is ")) {
      return new Exchange(English.fill(wording, pair(pair)), fact, turned);
    }
    boolean yes = first == x;
    return new Exchange(
        English.fill(wording, pair(pair)),
        (yes ? "Yes, " : "No, ") + fact,
        (yes ? "No, " : "Yes, ") + turned);
  }

  private static Map<String, String> pair(List<String> numbers) {
    return Map.of("x", numbers.get(0), "y", numbers.get(1));
  }

  private Exchange place(Draw draw) {
    String sort = draw.any(List.of("word", "animal", "object", "name", "city", "invented", "code"));
    List<String> items = draw.several(draw.between(3, 8), () -> vocabulary.word(sort, draw));
    String which = draw.any(List.of("first", "last", "second"));
    String item =
        switch (which) {
          case "first" -> items.getFirst();
          case "last" -> items.getLast();
          default -> items.get(1);
        };
    String form = "The " + which + " item is %s.";
    return new Exchange(
        draw.phrase(wordings.of(which), Map.of("t", String.join(", ", items))),
        form.formatted(item),
        form.formatted(which.equals("second") ? items.getFirst() : items.get(1)));
  }

  private Exchange parity(Draw draw) {
    int x = draw.between(0, 999);
    String right = x % 2 == 0 ? "even" : "odd";
    String other = x % 2 == 0 ? "odd" : "even";
    return new Exchange(
        draw.phrase(wordings.of("even"), Map.of("x", Integer.toString(x))),
        x + " is " + right + ".",
        x + " is " + other + ".");
  }

  private Exchange neighbour(Draw draw) {
    int x = draw.between(1, 200);
    boolean next = draw.chance(0.6);
    String form = next ? "After %d comes %d." : "Before %d comes %d.";
    return new Exchange(
        draw.phrase(wordings.of(next ? "next" : "previous"), Map.of("x", Integer.toString(x))),
        form.formatted(x, next ? x + 1 : x - 1),
        form.formatted(x, next ? x + 10 : x + 1));
  }

  private static List<String> numbers(int least, int most, Draw draw) {
    int high = draw.any(List.of(9, 99, 99, 999));
    return draw.several(
        Math.min(draw.between(least, most), 5), () -> Integer.toString(draw.between(1, high)));
  }
}
