package sirocco.lab.tasks;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.Task;

/// Questions of common sense with two to five answers, but for those of their own files.
public final class CommonSense {
  private static final String ZERO_SHOT =
      "; asked as lm-evaluation-harness does; 0-shot in Jiang et al. 2024, section 3";

  private CommonSense() {}

  /// Social IQa: what people do, feel and want.
  public static Task socialIqa() {
    return new ChoiceTask(
        new Task.Description(
            "siqa",
            "SIQA",
            "the likelihood of each answer's text behind context and question",
            "Sap et al. 2019" + ZERO_SHOT,
            0,
            new Task.Files(
                "siqa",
                "get social_i_qa-validation.jsonl (and social_i_qa-train.jsonl for worked examples)"
                    + " from huggingface.co/datasets/allenai/social_i_qa as JSON lines of context,"
                    + " question, answerA, answerB, answerC and label")),
        List.of("social_i_qa-validation.jsonl"),
        List.of("social_i_qa-train.jsonl"),
        CommonSense::social,
        ChoiceTask.OF_TEXTS);
  }

  private static Choice social(JsonRow row) {
    JsonFields fields = row.fields();
    String label = fields.requiredText("label").strip();
    if (!label.matches("[123]")) {
      throw fields.error("label: expected 1, 2 or 3, found " + label);
    }
    return Choice.of(
        String.valueOf(row.line()),
        "",
        "Q: %s %s\nA:".formatted(fields.requiredText("context"), fields.requiredText("question")),
        List.of(
            fields.requiredText("answerA"),
            fields.requiredText("answerB"),
            fields.requiredText("answerC")),
        Integer.parseInt(label) - 1);
  }

  /// OpenBookQA: elementary science, without the book.
  public static Task openBookQa() {
    return new ChoiceTask(
        new Task.Description(
            "openbookqa",
            "OpenBookQA",
            "the likelihood of each answer's text behind the question alone",
            "Mihaylov et al. 2018" + ZERO_SHOT,
            0,
            new Task.Files(
                "openbookqa",
                "get openbookqa-validation.jsonl (and openbookqa-train.jsonl for worked examples)"
                    + " from huggingface.co/datasets/allenai/openbookqa as JSON lines of id,"
                    + " question_stem, choices and answerKey")),
        List.of("openbookqa-validation.jsonl"),
        List.of("openbookqa-train.jsonl"),
        CommonSense::openBook,
        ChoiceTask.OF_TEXTS);
  }

  private static Choice openBook(JsonRow row) {
    JsonFields fields = row.fields();
    Labelled choices = Labelled.read(fields);
    return Choice.of(
        fields.requiredText("id"),
        "",
        fields.requiredText("question_stem"),
        choices.texts(),
        choices.right());
  }

  /// CommonsenseQA: questions over concepts of ConceptNet.
  public static Task commonsenseQa() {
    return new ChoiceTask(
        new Task.Description(
            "commonsenseqa",
            "CommonsenseQA",
            "the likelihood of each letter behind the question with its lettered answers",
            "Talmor et al. 2019" + ZERO_SHOT,
            0,
            new Task.Files(
                "commonsense_qa",
                "get commonsense_qa-validation.jsonl (and commonsense_qa-train.jsonl for worked"
                    + " examples) from huggingface.co/datasets/tau/commonsense_qa as JSON lines of"
                    + " id, question, choices and answerKey")),
        List.of("commonsense_qa-validation.jsonl"),
        List.of("commonsense_qa-train.jsonl"),
        CommonSense::commonsense,
        ChoiceTask.OF_LETTERS);
  }

  private static Choice commonsense(JsonRow row) {
    JsonFields fields = row.fields();
    Labelled choices = Labelled.read(fields);
    return Letters.choice(
        fields.requiredText("id"),
        "",
        "Question: " + fields.requiredText("question").strip(),
        choices.texts(),
        "Answer:",
        choices.right());
  }
}
