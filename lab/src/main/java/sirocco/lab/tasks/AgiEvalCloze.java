package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import sirocco.json.JsonFields;
import sirocco.lab.answers.MathAnswer;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// The exams of AGIEval whose answers are free (Zhong et al. 2023): mathematics.
///
/// @param exam name of its file, without `.jsonl`
/// @param same whether an answer that was found is the one that was expected
public record AgiEvalCloze(
    Description description, String exam, AgiEvalWords words, BiPredicate<String, String> same)
    implements Task {
  private static final Sampling ONE_LINE = Sampling.greedy(64, List.of("\n"));

  /// Problems of MATH, in English.
  public static Task english() {
    return of("agieval-math", "AGIEval MATH", "math", AgiEvalWords.ENGLISH);
  }

  /// Problems of the Gaokao, in Chinese.
  public static Task chinese() {
    return of(
        "agieval-mathcloze-zh",
        "AGIEval Gaokao-mathcloze",
        "gaokao-mathcloze",
        AgiEvalWords.CHINESE);
  }

  private static Task of(String name, String title, String exam, AgiEvalWords words) {
    return new AgiEvalCloze(
        new Description(
            name,
            title,
            "greedy, without steps; the rest of the line has to mean the same as the reference;"
                + " behind the published examples of its exam",
            AgiEval.SOURCE,
            5,
            AgiEval.FILES),
        exam,
        words,
        MathAnswer::same);
  }

  @Override
  public List<Statistic> statistics() {
    return Worked.statistics(ONE_LINE);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    List<AgiEvalExample> examples = AgiEvalExample.of(exam, shots, description, source);
    String before = words.examples(examples);
    Path file = source.file(description.files(), exam + ".jsonl");
    Worked.Judge judge = new Worked.Judge(AgiEvalCloze::answer, same);
    return source.rows(
        JsonFiles.rows(file), row -> read(row, examples.size()).item(before, ONE_LINE, judge));
  }

  private Worked read(JsonRow row, int shots) {
    JsonFields fields = row.fields();
    String question = fields.requiredText("question");
    String answer = fields.requiredText("answer");
    return new Worked(
        exam + "/" + row.line(),
        "",
        shots == 0 ? words.freeAlone(question) : words.freeBehindExamples(shots + 1, question),
        " " + answer,
        List.of(answer));
  }

  /// Up to the end of the line or of its sentence.
  private static Optional<String> answer(String text) {
    return text.strip().lines().findFirst().map(line -> line.strip().replaceFirst("[.。]$", ""));
  }
}
