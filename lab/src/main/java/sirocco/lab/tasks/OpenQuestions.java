package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// Questions of world knowledge, answered in a few words without a text to read. Their files have
/// no examples: the first questions serve as those, and are never asked.
///
/// @param questions names of the file, the first that is there
/// @param opening stands above all
/// @param between examples
public record OpenQuestions(
    Description description,
    List<String> questions,
    String opening,
    String between,
    Function<JsonRow, Worked> reader)
    implements Task {
  private static final Sampling FEW_WORDS = Sampling.greedy(32, List.of("\n"));
  private static final Worked.Judge JUDGE =
      new Worked.Judge(text -> Optional.of(ShortAnswer.normal(text)), ShortAnswer::same);

  public OpenQuestions {
    questions = List.copyOf(questions);
  }

  /// NaturalQuestions-open.
  public static Task naturalQuestions() {
    return new OpenQuestions(
        new Description(
            "nq-open",
            "NaturalQuestions-open",
            "greedy; the first line has to be one of the answers but for case, punctuation and"
                + " articles; the file's first five questions (more for more shots) are the"
                + " examples, and are not asked",
            "Kwiatkowski et al. 2019, Lee et al. 2019; worded as lm-evaluation-harness does; 5-shot"
                + " in Jiang et al. 2024, section 3",
            5,
            new Files(
                "nq-open",
                "get NQ-open.dev.jsonl from"
                    + " github.com/google-research-datasets/natural-questions, folder nq_open")),
        List.of("NQ-open.dev.jsonl"),
        "Answer these questions:\n\n",
        "\n",
        OpenQuestions::natural);
  }

  private static Worked natural(JsonRow row) {
    JsonFields fields = row.fields();
    List<String> answers = Labelled.texts(fields, "answer");
    if (answers.isEmpty()) {
      throw fields.error("answer: expected at least one, found none");
    }
    return new Worked(
        String.valueOf(row.line()),
        "",
        "Q: %s?\nA:".formatted(fields.requiredText("question")),
        " " + answers.getFirst(),
        answers);
  }

  /// TriviaQA.
  public static Task triviaQa() {
    return new OpenQuestions(
        new Description(
            "triviaqa",
            "TriviaQA",
            "as nq-open, with all aliases of an answer",
            "Joshi et al. 2017, the subset of llm-foundry; worded as lm-evaluation-harness does;"
                + " 5-shot in Jiang et al. 2024, section 3",
            5,
            new Files(
                "llm-foundry",
                "get triviaqa_sm_sub.jsonl from github.com/mosaicml/llm-foundry, folder"
                    + " scripts/eval/local_data")),
        List.of("triviaqa_sm_sub.jsonl", "triviaqa_sm_sub-500.jsonl"),
        "",
        "\n\n",
        OpenQuestions::trivia);
  }

  private static Worked trivia(JsonRow row) {
    JsonFields fields = row.fields();
    String answer = fields.requiredText("answer");
    List<String> answers = new ArrayList<>(Labelled.texts(fields, "aliases"));
    answers.add(answer);
    return new Worked(
        String.valueOf(row.line()), "", fields.requiredText("context"), " " + answer, answers);
  }

  @Override
  public List<Statistic> statistics() {
    return Worked.statistics(FEW_WORDS);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    int kept = Math.max(WorkedExamples.check(shots), description.shots());
    Path file = source.file(description.files(), questions.toArray(String[]::new));
    List<JsonRow> rows = JsonFiles.rows(file);
    WorkedExamples.enough(kept, rows, file);
    String before =
        opening
            + rows.stream()
                .limit(shots)
                .map(row -> reader.apply(row).example() + between)
                .collect(Collectors.joining());
    return source.rows(
        rows.subList(kept, rows.size()), row -> reader.apply(row).item(before, FEW_WORDS, JUDGE));
  }
}
