package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// The exams of AGIEval that give choices (Zhong et al. 2023). A group of items is an exam.
///
/// @param exams names of its files, without `.jsonl`
public record AgiEval(Description description, List<String> exams, AgiEvalWords words)
    implements Task {
  /// What all descriptions say of files.
  static final Files FILES =
      new Files(
          "agieval",
          "get data/v1/*.jsonl and data/few_shot_prompts.csv from github.com/ruixiangcui/AGIEval");

  static final String SOURCE =
      "Zhong et al. 2023, section 4 and its repository, without explanations; 3-5-shot in Jiang et"
          + " al. 2024, section 3, on the English ones with choices";

  public AgiEval {
    exams = List.copyOf(exams);
  }

  /// The exams in English.
  public static Task english() {
    return new AgiEval(
        new Description(
            "agieval",
            "AGIEval (English)",
            "the likelihood of each letter behind the question with its answers, behind the"
                + " published examples of its exam, of which those of LSAT have three",
            SOURCE,
            5,
            FILES),
        List.of(
            "aqua-rat",
            "gaokao-english",
            "logiqa-en",
            "lsat-ar",
            "lsat-lr",
            "lsat-rc",
            "sat-en",
            "sat-en-without-passage",
            "sat-math"),
        AgiEvalWords.ENGLISH);
  }

  /// The mathematics of the Gaokao, in Chinese.
  public static Task chinese() {
    return new AgiEval(
        new Description(
            "agieval-mathqa-zh",
            "AGIEval Gaokao-mathqa",
            "as agieval, in Chinese; the few questions with several right answers are left out",
            SOURCE,
            5,
            FILES),
        List.of("gaokao-mathqa"),
        AgiEvalWords.CHINESE);
  }

  /// All questions alike, then all exams alike.
  @Override
  public List<Statistic> statistics() {
    return List.of(Choice.ACCURACY, Statistic.meanOfGroups("acc_macro", "acc"));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    return exams.stream().flatMap(exam -> exam(source, exam, shots)).toList();
  }

  private Stream<Item> exam(DataFolder source, String exam, int shots) {
    List<AgiEvalExample> examples = AgiEvalExample.of(exam, shots, description, source);
    String before = words.examples(examples);
    Path file = source.file(FILES, exam + ".jsonl");
    return source
        .rows(JsonFiles.rows(file), row -> item(exam, row, examples.size(), before))
        .stream()
        .flatMap(Optional::stream);
  }

  private Optional<Item> item(String exam, JsonRow row, int shots, String before) {
    JsonFields fields = row.fields();
    List<String> options = Labelled.choices(fields, "options");
    String label = fields.requiredText("label").strip();
    if (label.matches("[A-H]([ ,]*[A-H])+")) {
      return Optional.empty();
    }
    List<String> letters = Letters.first(options.size());
    int right = letters.indexOf(label);
    if (right < 0) {
      throw fields.error("label: expected one of " + letters + ", found " + label);
    }
    String passage = fields.text("passage").orElse("");
    String question = fields.requiredText("question");
    String asked =
        shots == 0
            ? words.alone(passage, question, options)
            : words.behindExamples(shots + 1, passage, question, options);
    return Optional.of(
        Choice.of(exam + "/" + row.line(), exam, before + asked, letters, right).item(""));
  }
}
