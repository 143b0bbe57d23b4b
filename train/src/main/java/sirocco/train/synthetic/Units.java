package sirocco.train.synthetic;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Units and what has a fixed order: days, months, letters, numbers.
final class Units implements Kind {
  /// A large unit, a small one, and how many of these it holds.
  private record Pair(String large, String small, int factor) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("metre", "centimetre", 100),
          new Pair("m", "cm", 100),
          new Pair("kilometre", "metre", 1000),
          new Pair("km", "m", 1000),
          new Pair("centimetre", "millimetre", 10),
          new Pair("cm", "mm", 10),
          new Pair("kilogram", "gram", 1000),
          new Pair("kg", "g", 1000),
          new Pair("tonne", "kilogram", 1000),
          new Pair("litre", "millilitre", 1000),
          new Pair("l", "ml", 1000),
          new Pair("hour", "minute", 60),
          new Pair("minute", "second", 60),
          new Pair("day", "hour", 24),
          new Pair("week", "day", 7),
          new Pair("year", "month", 12),
          new Pair("euro", "cent", 100),
          new Pair("dollar", "cent", 100),
          new Pair("meter", "centimeter", 100),
          new Pair("kilometer", "meter", 1000));

  private final Lists wordings = Lists.ofLines("units.txt");
  private final Vocabulary vocabulary;

  Units(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return switch (draw.below(10)) {
      case 0, 1, 2, 3 -> conversion(draw);
      case 4, 5 -> neighbour("day", draw);
      case 6, 7 -> neighbour("month", draw);
      case 8 -> letter(draw);
      default -> draw.chance(0.5) ? counted(draw) : everything(draw);
    };
  }

  private Exchange conversion(Draw draw) {
    Pair pair = draw.any(PAIRS);
    int large = draw.between(1, pair.factor() >= 100 ? 20 : 10);
    int small = large * pair.factor();
    boolean down = draw.chance(0.65);
    String more = measure(large, pair.large());
    String less = measure(small, pair.small());
    Map<String, String> values =
        Map.of(
            "x", Integer.toString(down ? large : small),
            "from", unit(down ? large : small, down ? pair.large() : pair.small()),
            "to", unit(2, down ? pair.small() : pair.large()));
    String form = "%s = %s.";
    int slip = draw.chance(0.5) ? 10 : 2;
    return new Exchange(
        draw.phrase(wordings.of("convert"), values),
        down ? form.formatted(more, less) : form.formatted(less, more),
        down
            ? form.formatted(more, measure(small * slip, pair.small()))
            : form.formatted(less, measure(large * slip, pair.large())));
  }

  private static String measure(int number, String unit) {
    return number + " " + unit(number, unit);
  }

  /// Signs such as `cm` have no plural.
  private static String unit(int number, String unit) {
    return number == 1 || unit.length() <= 2 ? unit : English.plural(unit);
  }

  private Exchange neighbour(String sort, Draw draw) {
    List<String> all = vocabulary.all(sort);
    int at = draw.below(all.size());
    boolean next = draw.chance(0.6);
    int step = next ? 1 : all.size() - 1;
    String answer = all.get((at + step) % all.size());
    String form = next ? "After %s comes %s." : "Before %s comes %s.";
    return new Exchange(
        draw.phrase(wordings.of((next ? "next-" : "previous-") + sort), Map.of("x", all.get(at))),
        form.formatted(all.get(at), answer),
        form.formatted(all.get(at), all.get((at + 3) % all.size())));
  }

  private Exchange letter(Draw draw) {
    char letter = (char) ((draw.chance(0.5) ? 'A' : 'a') + draw.below(25));
    String form = "After %s comes %s.";
    return new Exchange(
        draw.phrase(wordings.of("letter"), Map.of("x", Character.toString(letter))),
        form.formatted(letter, (char) (letter + 1)),
        form.formatted(letter, letter));
  }

  private Exchange counted(Draw draw) {
    int end = draw.between(3, 20);
    Map<String, String> values = Map.of("n", Integer.toString(end), "w", English.spelled(end));
    return new Exchange(
        draw.phrase(wordings.of("count-to"), values), numbers(end) + ".", numbers(end + 4) + ".");
  }

  private static String numbers(int end) {
    return IntStream.rangeClosed(1, end)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", "));
  }

  private Exchange everything(Draw draw) {
    boolean days = draw.chance(0.5);
    List<String> all = vocabulary.all(days ? "day" : "month");
    return new Exchange(
        draw.phrase(wordings.of(days ? "days" : "months"), Map.of()),
        English.listed(all) + ".",
        English.listed(all.subList(0, 4)) + ".");
  }
}
