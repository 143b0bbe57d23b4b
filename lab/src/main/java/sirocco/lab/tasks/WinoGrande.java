package sirocco.lab.tasks;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.Task;

/// WinoGrande: which of two names a blank stands for (Sakaguchi et al. 2019), by partial evaluation
/// (Trinh and Le 2018): how likely the text behind the blank is once it is filled.
public final class WinoGrande {
  private WinoGrande() {}

  /// The validation questions of the largest size.
  public static Task english() {
    return new ChoiceTask(
        new Task.Description(
            "winogrande",
            "WinoGrande",
            "the likelihood of the text behind the blank, with each name in it",
            "Sakaguchi et al. 2019 (winogrande_xl); partial evaluation as lm-evaluation-harness"
                + " does; 0-shot in Jiang et al. 2024, section 3 (5-shot in table 3)",
            0,
            new Task.Files(
                "winogrande",
                "get winogrande_xl-validation.jsonl (and winogrande_xl-train.jsonl for worked"
                    + " examples) from huggingface.co/datasets/allenai/winogrande as JSON lines of"
                    + " sentence, option1, option2 and answer")),
        List.of("winogrande_xl-validation.jsonl"),
        List.of("winogrande_xl-train.jsonl"),
        WinoGrande::read,
        ChoiceTask.OF_LETTERS);
  }

  private static Choice read(JsonRow row) {
    JsonFields fields = row.fields();
    String sentence = fields.requiredText("sentence");
    int blank = sentence.indexOf('_');
    if (blank < 0) {
      throw fields.error("sentence: expected a blank, _, found " + sentence);
    }
    String before = sentence.substring(0, blank);
    String behind = sentence.substring(blank + 1).strip();
    String answer = fields.requiredText("answer");
    if (!answer.equals("1") && !answer.equals("2")) {
      throw fields.error("answer: expected 1 or 2, found " + answer);
    }
    return new Choice(
        String.valueOf(row.line()),
        "",
        List.of(before + fields.requiredText("option1"), before + fields.requiredText("option2")),
        Choice.spaced(List.of(behind, behind)),
        answer.equals("1") ? 0 : 1);
  }
}
