package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A table of persons with several columns, in a common form (JSON, comma-separated values,
/// Markdown, lines), and cells to find.
final class Records implements Kind {
  /// A column's heading and the sort of its words.
  private record Field(String name, String sort) {
    static Field of(String line) {
      int bar = line.indexOf('|');
      return new Field(line.substring(0, bar), line.substring(bar + 1));
    }
  }

  private final Lists wordings = Lists.ofLines("records.txt");
  private final List<Field> all = wordings.of("field").stream().map(Field::of).toList();
  private final Vocabulary vocabulary;

  Records(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    List<Field> fields = draw.shuffled(all).subList(0, draw.between(1, 4));
    List<String> names = draw.several(draw.between(1, 8), () -> vocabulary.firstName(draw));
    List<List<String>> rows = new ArrayList<>();
    for (String name : names) {
      List<String> row = new ArrayList<>(List.of(name));
      fields.forEach(field -> row.add(cell(field, name, draw)));
      rows.add(row);
    }
    List<String> heads = new ArrayList<>(List.of("name"));
    fields.forEach(field -> heads.add(field.name()));
    String intro = draw.chance(0.6) ? draw.one(wordings.of("intro")) + "\n" : "";
    String table = table(heads, rows, draw);
    boolean tableFirst = draw.chance(0.85);
    List<Exchange> turns = new ArrayList<>();
    for (int cell : draw.numbers(rows.size() * fields.size(), most)) {
      Exchange turn = turn(heads, rows, cell / fields.size(), 1 + cell % fields.size(), draw);
      String question = turn.prompt();
      String text = tableFirst ? intro + table + "\n" + question : question + "\n" + table;
      turns.add(turns.isEmpty() ? new Exchange(text, turn.answer(), turn.wrong()) : turn);
    }
    return turns;
  }

  /// A question without the table.
  private Exchange turn(
      List<String> heads, List<List<String>> rows, int row, int column, Draw draw) {
    String name = rows.get(row).getFirst();
    String value = rows.get(row).get(column);
    boolean single = rows.stream().filter(r -> r.get(column).equals(value)).count() == 1;
    String questions = single && draw.chance(0.2) ? "reverse" : "question";
    String other = rows.get((row + 1) % rows.size()).get(column);
    String form = "The " + heads.get(column) + " of " + name + " is %s.";
    return new Exchange(
        draw.phrase(wordings.of(questions), Map.of("f", heads.get(column), "N", name, "v", value)),
        form.formatted(value),
        form.formatted(other.equals(value) ? name : other));
  }

  private String cell(Field field, String name, Draw draw) {
    return field.sort().equals("email")
        ? name.replace(" ", "").toLowerCase(Locale.ROOT)
            + draw.below(100)
            + "@"
            + English.lowerFirst(vocabulary.word("invented", draw))
            + ".org"
        : vocabulary.word(field.sort(), draw);
  }

  private static String table(List<String> heads, List<List<String>> rows, Draw draw) {
    int style = draw.below(5);
    List<String> lines = new ArrayList<>();
    if (style == 0) {
      lines.add(String.join(",", heads));
    } else if (style == 1) {
      lines.add("| " + String.join(" | ", heads) + " |");
      lines.add("|" + " --- |".repeat(heads.size()));
    }
    for (List<String> row : rows) {
      lines.add(
          switch (style) {
            case 0 -> String.join(",", row);
            case 1 -> "| " + String.join(" | ", row) + " |";
            case 2 -> "{" + pairs(heads, row, "\"%s\": \"%s\"") + "}";
            case 3 -> pairs(heads, row, "%s: %s");
            default -> pairs(heads, row, "%s=%s");
          });
    }
    return style == 2 ? "[" + String.join(",\n ", lines) + "]" : String.join("\n", lines);
  }

  private static String pairs(List<String> heads, List<String> row, String form) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      pairs.add(form.formatted(heads.get(i), row.get(i)));
    }
    return String.join(", ", pairs);
  }
}
