package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.lab.data.CsvFile;
import sirocco.lab.data.CsvRow;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// MMLU: questions of 57 subjects with four answers (Hendrycks et al. 2021), and its translations,
/// which have the same layout: `test/SUBJECT_test.csv` and, for worked examples,
/// `dev/SUBJECT_dev.csv`, rows of question, four answers and letter.
public record Mmlu(Description description, Words words) implements Task {
  private static final int SUBJECTS = 57;
  private static final String TEST = "_test.csv";

  /// The words around questions.
  ///
  /// @param opening the line above all, with `%s` for the subject
  /// @param answer before an answer, such as `Answer:`
  public record Words(String opening, String answer) {
    public static final Words ENGLISH =
        new Words(
            "The following are multiple choice questions (with answers) about %s.", "Answer:");
  }

  /// The English one.
  public static Task english() {
    return new Mmlu(
        new Description(
            "mmlu",
            "MMLU",
            "the likelihood of each letter behind the question with its lettered answers, behind"
                + " the first development questions of its subject",
            "Hendrycks et al. 2021; asked as lm-evaluation-harness does; 5-shot in Jiang et al."
                + " 2024, section 3",
            5,
            new Files(
                "mmlu",
                "get data.tar of github.com/hendrycks/test and put its folders test and dev"
                    + " there")),
        Words.ENGLISH);
  }

  /// All questions alike, then all subjects alike.
  @Override
  public List<Statistic> statistics() {
    return List.of(Choice.ACCURACY, Statistic.meanOfGroups("acc_macro", "acc"));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    WorkedExamples.check(shots);
    List<Path> tests = source.files(description.files(), "test", TEST);
    if (tests.size() != SUBJECTS) {
      throw new DataException(
          "%s: expected the files of %d subjects, found %d; %s"
              .formatted(
                  tests.getFirst().resolveSibling("*" + TEST),
                  SUBJECTS,
                  tests.size(),
                  description.files().download()));
    }
    return tests.stream().flatMap(test -> subject(source, shots, test)).toList();
  }

  private Stream<Item> subject(DataFolder source, int shots, Path test) {
    String name = String.valueOf(test.getFileName());
    String subject = name.substring(0, name.length() - TEST.length());
    String before =
        words.opening().formatted(subject.replace('_', ' '))
            + "\n\n"
            + examples(source, shots, subject);
    return source.rows(CsvFile.read(test), row -> read(row, subject).item(before)).stream();
  }

  private String examples(DataFolder source, int shots, String subject) {
    if (shots == 0) {
      return "";
    }
    Path file = source.file(description.files(), "dev/" + subject + "_dev.csv");
    List<CsvRow> rows = CsvFile.read(file);
    WorkedExamples.enough(shots, rows, file);
    return rows.stream()
        .limit(shots)
        .map(row -> read(row, subject).worked() + "\n\n")
        .collect(Collectors.joining());
  }

  private Choice read(CsvRow row, String subject) {
    List<String> fields = row.fields();
    if (fields.size() != 6) {
      throw row.error(
          "expected question, four answers and letter, found " + fields.size() + " fields");
    }
    int right = List.of("A", "B", "C", "D").indexOf(fields.get(5));
    if (right < 0) {
      throw row.error("expected the letter A, B, C or D in the last field, found " + fields.get(5));
    }
    return Letters.choice(
        subject + "/" + row.line(),
        subject,
        fields.getFirst().strip(),
        fields.subList(1, 5),
        words.answer(),
        right);
  }
}
