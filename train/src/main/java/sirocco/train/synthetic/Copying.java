package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Drills of exact copying: repeat, what comes after, what is missing, fill the gap.
final class Copying implements Kind {
  private static final List<String> SORTS =
      List.of(
          "word",
          "word",
          "invented",
          "invented",
          "code",
          "animal",
          "city",
          "object",
          "fruit",
          "number",
          "fullname");

  private final Lists wordings = Lists.ofLines("copying.txt");
  private final Vocabulary vocabulary;
  private final Filler filler;
  private final Events events;

  Copying(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.filler = new Filler(vocabulary);
    this.events = new Events(vocabulary);
  }

  @Override
  public Exchange exchange(Draw draw) {
    return switch (draw.below(10)) {
      case 0, 1, 2 -> repeat(draw);
      case 3 -> times(draw);
      case 4, 5 -> neighbour(draw);
      case 6 -> missing(draw);
      default -> cloze(draw);
    };
  }

  private Exchange repeat(Draw draw) {
    String sort =
        draw.any(List.of("word", "word", "number", "sentence", "sentence", "name", "list", "code"));
    String text =
        switch (sort) {
          case "sentence" -> sentence(draw);
          case "list" -> String.join(", ", items(draw.between(3, 8), draw));
          case "number" -> draw.digits(draw.between(2, 8));
          case "name" -> vocabulary.word("fullname", draw);
          case "code" -> vocabulary.word("code", draw);
          default -> vocabulary.word(draw.chance(0.5) ? "word" : "invented", draw);
        };
    Map<String, String> values = Map.of("sort", sort, "t", text);
    return new Exchange(draw.phrase(wordings.of("repeat"), values), text, text + " " + text);
  }

  private Exchange times(Draw draw) {
    boolean two = draw.chance(0.5);
    String text = vocabulary.word(draw.any(List.of("word", "invented", "city", "animal")), draw);
    String twice = text + " " + text;
    return new Exchange(
        draw.phrase(wordings.of(two ? "twice" : "thrice"), Map.of("t", text)),
        two ? twice : twice + " " + text,
        text);
  }

  private Exchange neighbour(Draw draw) {
    List<String> items = items(draw.between(3, 12), draw);
    boolean after = draw.chance(0.6);
    int at = draw.below(items.size() - 1);
    String asked = items.get(after ? at : at + 1);
    String answer = items.get(after ? at + 1 : at);
    Map<String, String> values = Map.of("w", asked, "list", String.join(", ", items));
    String form = after ? "After %s comes %s." : "Before %s comes %s.";
    String wrong = items.get((at + 2) % items.size());
    return new Exchange(
        draw.phrase(wordings.of(after ? "after" : "before"), values),
        form.formatted(asked, answer),
        form.formatted(asked, wrong.equals(answer) ? asked : wrong));
  }

  private Exchange missing(Draw draw) {
    List<String> items = items(draw.between(3, 7), draw);
    List<String> rest = new ArrayList<>(items);
    String gone = rest.remove(draw.below(rest.size()));
    Map<String, String> values =
        Map.of("list", String.join(", ", items), "short", String.join(", ", draw.shuffled(rest)));
    return new Exchange(
        draw.phrase(wordings.of("missing"), values),
        "The missing word is " + gone + ".",
        "The missing word is " + rest.getFirst() + ".");
  }

  private Exchange cloze(Draw draw) {
    List<String> sentences = new ArrayList<>();
    int count = draw.between(1, 5);
    for (int i = 0; i < count; i++) {
      sentences.add(sentence(draw));
    }
    String sentence = draw.any(sentences);
    String[] split = sentence.substring(0, sentence.length() - 1).split(" ", -1);
    int at = draw.below(split.length);
    String gone = split[at].replaceAll("[^\\p{L}\\p{N}'-]", "");
    String gap = sentence.replaceFirst(java.util.regex.Pattern.quote(gone), "___");
    Map<String, String> values = new HashMap<>();
    values.put("text", String.join(" ", sentences));
    values.put("gap", gap);
    return new Exchange(draw.phrase(wordings.of("cloze"), values), sentence, gap);
  }

  private String sentence(Draw draw) {
    return draw.chance(0.6) ? events.sentence(draw) : filler.sentence(draw);
  }

  private List<String> items(int count, Draw draw) {
    String sort = draw.any(SORTS);
    return draw.several(
        count,
        () ->
            sort.equals("number") ? draw.digits(draw.between(1, 4)) : vocabulary.word(sort, draw));
  }
}
