package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What can be said of subjects of a sort, in several wordings, with the questions for it.
///
/// @param group relations of one group would make questions ambiguous within one paragraph
record Relation(
    String sort,
    String group,
    List<String> statements,
    List<String> questions,
    List<String> reversed,
    String answer) {
  private static final Pattern PLACE = Pattern.compile("\\{(?:[asCA] )?([a-z][a-z0-9-]+|n)\\}");

  /// Every relation of the file: a head `[sort name group]`, then statements, `?` questions, `<`
  /// reversed questions, and `=` the answer.
  static final List<Relation> ALL = all();

  private static List<Relation> all() {
    List<Relation> relations = new ArrayList<>();
    Lists.sections("relations.txt")
        .forEach((head, lines) -> {
          String[] names = head.split(" ", -1);
          relations.add(
              new Relation(
                  names[0],
                  names[names.length - 1],
                  lines.stream().filter(line -> "?<=".indexOf(line.charAt(0)) < 0).toList(),
                  marked("? ", lines),
                  marked("< ", lines),
                  marked("= ", lines).getFirst()));
        });
    return List.copyOf(relations);
  }

  private static List<String> marked(String mark, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(mark))
        .map(line -> line.substring(mark.length()))
        .toList();
  }

  Fact fact(Subject subject, Vocabulary vocabulary, Draw draw) {
    Map<String, String> values = values(subject, vocabulary, draw);
    String statement = said(draw);
    Map<String, String> named = subject.places(true);
    Map<String, String> brief = subject.places(false);
    named.putAll(values);
    brief.putAll(values);
    return new Fact(
        English.capital(English.fill(statement, named)),
        English.capital(English.fill(statement, brief)),
        askable(questions, statement).stream()
            .map(question -> English.capital(English.fill(question, named)))
            .toList(),
        askable(reversed, statement).stream()
            .map(question -> English.capital(English.fill(question, named)))
            .toList(),
        English.capital(English.fill(answerFor(statement), named)));
  }

  /// Values for every place that stands for no subject.
  private Map<String, String> values(Subject subject, Vocabulary vocabulary, Draw draw) {
    Map<String, String> values = new HashMap<>();
    List<String> lines = new ArrayList<>(statements);
    lines.addAll(questions);
    lines.add(answer);
    for (String line : lines) {
      Matcher places = PLACE.matcher(line);
      while (places.find()) {
        values.computeIfAbsent(
            places.group(1),
            sort -> {
              String word = vocabulary.word(sort, draw);
              return word.equals(subject.name()) ? vocabulary.word(sort, draw) : word;
            });
      }
    }
    return values;
  }

  /// A statement that says all that the answer says.
  private String said(Draw draw) {
    List<String> whole = statements.stream().filter(line -> says(line, answer)).toList();
    return draw.any(whole.isEmpty() ? statements : whole);
  }

  private String answerFor(String statement) {
    return says(statement, answer)
        ? answer
        : statement.replace("{S}", "{N}").replace("{P}", "{N}'s");
  }

  /// The questions that ask for nothing that was not said.
  private static List<String> askable(List<String> questions, String statement) {
    return questions.stream().filter(question -> says(statement, question)).toList();
  }

  private static boolean says(String statement, String other) {
    Matcher places = PLACE.matcher(other);
    while (places.find()) {
      if (!statement.contains(places.group(1) + "}")) {
        return false;
      }
    }
    return true;
  }
}
