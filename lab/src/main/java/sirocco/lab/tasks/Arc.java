package sirocco.lab.tasks;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.Task;

/// The AI2 Reasoning Challenge: questions of school science with three to five answers (Clark et
/// al. 2018), and its translations, which have the same layout.
public final class Arc {
  private Arc() {}

  /// The words around a question.
  ///
  /// @param question before it, such as `Question:`
  /// @param answer before its answer, such as `Answer:`
  public record Words(String question, String answer) {
    public static final Words ENGLISH = new Words("Question:", "Answer:");
  }

  /// The questions that retrieval and word co-occurrence fail on.
  public static Task challenge() {
    return english("arc-challenge", "ARC-Challenge");
  }

  /// The others.
  public static Task easy() {
    return english("arc-easy", "ARC-Easy");
  }

  private static Task english(String name, String title) {
    String questions = title + "-validation.jsonl";
    String examples = title + "-train.jsonl";
    return of(
        new Task.Description(
            name,
            title,
            "the likelihood of each answer's text behind the question, without the other answers",
            "Clark et al. 2018; asked as lm-evaluation-harness does; 0-shot in Jiang et al. 2024,"
                + " section 3 (25-shot in table 3)",
            0,
            new Task.Files(
                "arc",
                "get "
                    + questions
                    + " (and "
                    + examples
                    + " for worked examples) from huggingface.co/datasets/allenai/ai2_arc as JSON"
                    + " lines of id, question, choices and answerKey")),
        questions,
        examples,
        Words.ENGLISH);
  }

  /// A file of this layout, such as a translation.
  ///
  /// @param questions name of the file in the task's folder
  /// @param examples name of the file of worked examples
  public static Task of(
      Task.Description description, String questions, String examples, Words words) {
    return new ChoiceTask(
        description,
        List.of(questions),
        List.of(examples),
        row -> read(row, words),
        ChoiceTask.OF_TEXTS);
  }

  private static Choice read(JsonRow row, Words words) {
    JsonFields fields = row.fields();
    Labelled choices = Labelled.read(fields);
    String context =
        "%s %s\n%s".formatted(words.question(), fields.requiredText("question"), words.answer());
    return Choice.of(fields.requiredText("id"), "", context, choices.texts(), choices.right());
  }
}
