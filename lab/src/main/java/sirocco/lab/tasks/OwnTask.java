package sirocco.lab.tasks;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import sirocco.lab.answers.MathAnswer;
import sirocco.lab.answers.NumberAnswer;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// What a [TaskFile] says.
sealed interface OwnTask extends Task {
  /// What both kinds have.
  ///
  /// @param examples name of the file of worked examples, or nothing
  /// @param answer the member with the right answer
  /// @param group the member by whose values results are told apart
  record Layout(
      Description description,
      String file,
      List<String> examples,
      Template prompt,
      String answer,
      Optional<String> group) {
    /// Asks each row behind worked examples.
    List<Item> items(
        DataFolder source, int shots, Function<JsonRow, String> example, RowItem item) {
      String before =
          WorkedExamples.first(shots, description, source, examples).stream()
              .map(row -> example.apply(row) + "\n\n")
              .collect(Collectors.joining());
      List<JsonRow> rows = JsonFiles.rows(source.file(description.files(), file));
      return source.rows(rows, row -> item.of(row, before));
    }

    String group(JsonFields row) {
      return group
          .map(name -> new Template(List.of(new Template.Part(name, true))).filled(row, Map.of()))
          .orElse("");
    }
  }

  /// Asks a row behind worked examples.
  interface RowItem {
    Item of(JsonRow row, String before);
  }

  Layout layout();

  @Override
  default Description description() {
    return layout().description();
  }

  /// Asked by likelihood.
  ///
  /// @param choices the member with the list of them
  record OfChoices(Layout layout, String choices, Template continuation, List<Statistic> statistics)
      implements OwnTask {
    @Override
    public List<Item> items(DataFolder source, int shots) {
      return layout.items(
          source, shots, row -> read(row).worked(), (row, before) -> read(row).item(before));
    }

    private Choice read(JsonRow row) {
      JsonFields fields = row.fields();
      List<String> texts = Labelled.choices(fields, choices);
      String prompt = layout.prompt().filled(fields, Map.of());
      List<String> endings =
          texts.stream().map(t -> continuation.filled(fields, Map.of("choice", t))).toList();
      if (endings.contains("")) {
        throw fields.error(choices + ": expected a text behind the prompt, found an empty one");
      }
      return new Choice(
          String.valueOf(row.line()),
          layout.group(fields),
          texts.stream().map(t -> prompt).toList(),
          endings,
          right(fields, texts));
    }

    private int right(JsonFields fields, List<String> texts) {
      String answer = layout.answer();
      if (fields.get(answer).filter(a -> a.node().isString()).isEmpty()) {
        return Labelled.place(fields, answer, texts.size());
      }
      String text = fields.requiredText(answer);
      if (texts.indexOf(text) < 0 || texts.indexOf(text) != texts.lastIndexOf(text)) {
        throw fields.error("%s: expected just one of %s, found %s".formatted(answer, texts, text));
      }
      return texts.indexOf(text);
    }
  }

  /// Asked by going on with a text.
  record OfTexts(Layout layout, Template continuation, Sampling sampling, Comparison comparison)
      implements OwnTask {
    @Override
    public List<Statistic> statistics() {
      return Worked.statistics(sampling);
    }

    @Override
    public List<Item> items(DataFolder source, int shots) {
      Worked.Judge judge = comparison.judge();
      return layout.items(
          source,
          shots,
          row -> read(row).example(),
          (row, before) -> read(row).item(before, sampling, judge));
    }

    private Worked read(JsonRow row) {
      JsonFields fields = row.fields();
      String name = layout.answer();
      List<String> answers =
          fields.get(name).filter(a -> a.node().isArray()).isPresent()
              ? Labelled.texts(fields, name)
              : List.of(fields.requiredText(name));
      if (answers.isEmpty()) {
        throw fields.error(name + ": expected at least one answer, found none");
      }
      return new Worked(
          String.valueOf(row.line()),
          layout.group(fields),
          layout.prompt().filled(fields, Map.of()),
          continuation.filled(fields, Map.of("answer", answers.getFirst())),
          answers.stream().map(a -> comparable(fields, a)).toList());
    }

    private String comparable(JsonFields fields, String answer) {
      return switch (comparison) {
        case EXACT, MATH -> answer;
        case NUMBER ->
            number(answer)
                .orElseThrow(() ->
                    fields.error(
                        "%s: expected a number, found %s".formatted(layout.answer(), answer)));
      };
    }
  }

  private static Optional<String> number(String text) {
    return NumberAnswer.of(text).map(BigDecimal::toPlainString);
  }

  /// How the answer of a text is found and compared.
  enum Comparison {
    EXACT,
    NUMBER,
    MATH;

    static Comparison named(String metric) {
      return switch (metric) {
        case "number" -> NUMBER;
        case "math" -> MATH;
        default -> EXACT;
      };
    }

    Worked.Judge judge() {
      return switch (this) {
        case EXACT ->
            new Worked.Judge(text -> Optional.of(ShortAnswer.normal(text)), ShortAnswer::same);
        case NUMBER -> new Worked.Judge(OwnTask::number, String::equals);
        case MATH -> new Worked.Judge(MathAnswer::of, MathAnswer::same);
      };
    }
  }
}
