package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sirocco.train.data.Document;

/// Sums above all; differences, small products and word problems. The answer restates the numbers,
/// so that a small model sees them side by side when it calculates.
final class Arithmetic implements Kind {
  private final Lists wordings = Lists.ofLines("arithmetic.txt");
  private final Lists words = Lists.ofWords("arithmetic.txt");
  private final Vocabulary vocabulary;

  Arithmetic(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    int kind = draw.below(100);
    if (kind < 52) {
      return sum(draw);
    }
    if (kind < 70) {
      return sumProblem(draw);
    }
    if (kind < 82) {
      return difference(draw, "difference");
    }
    if (kind < 88) {
      return differenceProblem(draw);
    }
    return kind < 96 ? product(draw) : productProblem(draw);
  }

  Exchange sum(Draw draw) {
    int[] pair = addends(draw);
    boolean words = draw.chance(0.06);
    Map<String, String> values = Map.of("x", numeral(pair[0], words), "y", numeral(pair[1], words));
    String equation = pair[0] + " + " + pair[1] + " = ";
    int sum = pair[0] + pair[1];
    return new Exchange(
        draw.phrase(wordings.of("sum"), values),
        equation + sum + ".",
        equation + near(sum, draw) + ".");
  }

  /// Equations and nothing else, sums above all, as the answers write them: of all that teaches to
  /// calculate, the shortest.
  Document equations(String domain, Draw draw) {
    List<String> equations = new ArrayList<>();
    int count = draw.between(10, 60);
    for (int i = 0; i < count; i++) {
      int kind = draw.below(100);
      equations.add(
          (kind < 80 ? sum(draw) : kind < 93 ? difference(draw, "difference") : product(draw))
              .answer());
    }
    return new Document(String.join(draw.chance(0.5) ? " " : "\n", equations), domain);
  }

  private Exchange sumProblem(Draw draw) {
    int[] pair = addends(draw);
    int sum = pair[0] + pair[1];
    return problem("plus-problem", pair[0], "+", pair[1], sum, draw);
  }

  private Exchange difference(Draw draw, String wording) {
    int x = draw.between(2, 99);
    int y = draw.between(1, x);
    String equation = x + " - " + y + " = ";
    Map<String, String> values = Map.of("x", Integer.toString(x), "y", Integer.toString(y));
    return new Exchange(
        draw.phrase(wordings.of(wording), values),
        equation + (x - y) + ".",
        equation + near(x - y, draw) + ".");
  }

  private Exchange differenceProblem(Draw draw) {
    int x = draw.between(5, 99);
    int y = draw.between(2, x - 2);
    return problem("minus-problem", x, "-", y, x - y, draw);
  }

  private Exchange product(Draw draw) {
    int x = draw.between(0, 10);
    int y = draw.between(0, 10);
    String equation = x + " * " + y + " = ";
    Map<String, String> values = Map.of("x", Integer.toString(x), "y", Integer.toString(y));
    return new Exchange(
        draw.phrase(wordings.of("product"), values),
        equation + x * y + ".",
        equation + near(x * y, draw) + ".");
  }

  private Exchange productProblem(Draw draw) {
    int x = draw.between(2, 10);
    int y = draw.between(2, 10);
    return problem("times-problem", x, "*", y, x * y, draw);
  }

  private Exchange problem(String wording, int x, String sign, int y, int result, Draw draw) {
    boolean female = draw.chance(0.5);
    List<String> names =
        draw.several(2, () -> female ? vocabulary.female(draw) : vocabulary.male(draw));
    String thing = draw.one(words.of("thing"));
    Map<String, String> values = new HashMap<>();
    values.put("x", Integer.toString(x));
    values.put("y", Integer.toString(y));
    values.put("thing", thing);
    values.put("things", English.plural(thing));
    values.put("animals", English.plural(draw.any(words.of("farm"))));
    values.put("N", names.get(0));
    values.put("M", names.get(1));
    values.put("he", female ? "she" : "he");
    values.put("him", female ? "her" : "him");
    String equation = x + " " + sign + " " + y + " = ";
    String prompt = draw.phrase(wordings.of(wording), values);
    return new Exchange(
        prompt,
        equation + result + ", so the answer is " + result + ".",
        equation + near(result, draw) + ", so the answer is " + near(result, draw) + ".");
  }

  /// Mostly two digits each; a pair, in either order, belongs to one share only.
  private static int[] addends(Draw draw) {
    int low = draw.chance(0.85) ? 10 : 0;
    int high = draw.chance(0.03) ? 999 : 99;
    int x = draw.between(low, high);
    int y = draw.between(low, high);
    for (int i = 0; i < 200 && !draw.share().holds(sumKey(x, y)); i++) {
      x = draw.between(low, high);
      y = draw.between(low, high);
    }
    return new int[] {x, y};
  }

  /// What a sum's share goes by.
  static String sumKey(int x, int y) {
    return Math.min(x, y) + "+" + Math.max(x, y);
  }

  private static String numeral(int number, boolean words) {
    return words && number < 100 ? English.spelled(number) : Integer.toString(number);
  }

  /// A number that one might get by a slip: a carry forgotten or a digit off.
  private static int near(int number, Draw draw) {
    int slip = draw.any(List.of(1, 2, 10, 10, 11, 9, 20));
    return draw.chance(0.5) && number >= slip ? number - slip : number + slip;
  }
}
