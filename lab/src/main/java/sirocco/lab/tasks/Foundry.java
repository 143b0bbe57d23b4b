package sirocco.lab.tasks;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.Task;

/// Tasks in the layout of llm-foundry: `{"query", "choices", "gold"}`.
public final class Foundry {
  private static final String FROM =
      " from github.com/mosaicml/llm-foundry, folder" + " scripts/eval/local_data";

  private Foundry() {}

  /// BoolQ: yes or no to a question about a passage (Clark et al. 2019).
  public static Task boolQ() {
    return of(
        new Task.Description(
            "boolq",
            "BoolQ",
            "the likelihood of yes and of no behind passage and question",
            "Clark et al. 2019; asked as llm-foundry does; 0-shot in Jiang et al. 2024, section 3",
            0,
            new Task.Files("llm-foundry", "get boolq.jsonl" + FROM)),
        List.of("boolq.jsonl", "boolq-200.jsonl"),
        "\nAnswer:");
  }

  /// COPA: the cause or the effect of an event (Roemmele et al. 2011).
  public static Task copa() {
    return of(
        new Task.Description(
            "copa",
            "COPA",
            "the likelihood of each sentence behind the premise and because or therefore",
            "Roemmele et al. 2011; asked as llm-foundry does",
            0,
            new Task.Files("llm-foundry", "get copa.jsonl" + FROM)),
        List.of("copa.jsonl", "copa-300.jsonl"),
        "");
  }

  /// A file of this layout.
  ///
  /// @param questions names of the file in the task's folder, the first that is there
  /// @param behind what stands behind each query
  public static Task of(Task.Description description, List<String> questions, String behind) {
    return new ChoiceTask(
        description, questions, List.of(), row -> read(row, behind), ChoiceTask.OF_LETTERS);
  }

  private static Choice read(JsonRow row, String behind) {
    JsonFields fields = row.fields();
    List<String> choices = Labelled.choices(fields, "choices");
    return Choice.of(
        String.valueOf(row.line()),
        "",
        fields.requiredText("query") + behind,
        choices,
        Labelled.place(fields, "gold", choices.size()));
  }
}
