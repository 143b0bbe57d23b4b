package sirocco.lab.tasks;

import java.util.List;
import java.util.Locale;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.Task;

/// HellaSwag: which of four endings goes on with a scene (Zellers et al. 2019), and its
/// translations, which have the same layout.
public final class HellaSwag {
  private HellaSwag() {}

  /// The English one.
  public static Task english() {
    return of(
        new Task.Description(
            "hellaswag",
            "HellaSwag",
            "the likelihood of each ending behind its activity and scene, with WikiHow's marks in"
                + " brackets taken out",
            "Zellers et al. 2019; asked as lm-evaluation-harness does; 0-shot in Jiang et al. 2024,"
                + " section 3 (10-shot in table 3)",
            0,
            new Task.Files(
                "hellaswag",
                "get hellaswag_val.jsonl (and hellaswag_train.jsonl for worked examples) from"
                    + " github.com/rowanz/hellaswag, folder data")),
        List.of("hellaswag_val.jsonl", "hellaswag_val-sample.jsonl"),
        "hellaswag_train.jsonl");
  }

  /// A file of this layout, such as a translation.
  ///
  /// @param questions names of the file in the task's folder, the first that is there
  /// @param examples name of the file of worked examples
  public static Task of(Task.Description description, List<String> questions, String examples) {
    return new ChoiceTask(
        description, questions, List.of(examples), HellaSwag::read, ChoiceTask.OF_TEXTS);
  }

  private static Choice read(JsonRow row) {
    JsonFields fields = row.fields();
    List<String> endings =
        Labelled.choices(fields, "endings").stream().map(HellaSwag::cleaned).toList();
    String scene = cleaned(fields.requiredText("activity_label") + ": " + scene(fields));
    return Choice.of(
        String.valueOf(fields.requiredInteger("ind")), "", scene, endings, label(fields, endings));
  }

  /// Translations write the label as text.
  private static int label(JsonFields fields, List<String> endings) {
    String text = fields.get("label").map(l -> l.node().asString()).orElse("");
    if (!text.matches("[0-9]") || Integer.parseInt(text) >= endings.size()) {
      throw fields.error(
          "label: expected the place of one of %d endings, from 0, found %s"
              .formatted(endings.size(), text));
    }
    return Integer.parseInt(text);
  }

  /// The original file has the scene in two parts, the second of which begins the ending's
  /// sentence.
  private static String scene(JsonFields fields) {
    if (!fields.has("ctx_a")) {
      return fields.requiredText("ctx");
    }
    return fields.requiredText("ctx_a") + " " + capitalized(fields.text("ctx_b").orElse(""));
  }

  private static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String cleaned(String text) {
    return text.strip().replace(" [title]", ". ").replaceAll("\\[.*?]", "").replace("  ", " ");
  }
}
