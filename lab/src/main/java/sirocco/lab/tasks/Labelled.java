package sirocco.lab.tasks;

import java.util.List;
import sirocco.json.JsonFields;

/// Choices as the Hugging Face hub lays them out: `{"choices": {"text": […], "label": […]},
/// "answerKey": "A"}`, where labels may be letters or numbers.
///
/// @param right its place among the texts, from 0
record Labelled(List<String> texts, int right) {
  static Labelled read(JsonFields row) {
    JsonFields choices = row.requiredObject("choices");
    List<String> texts = choices(choices, "text");
    List<String> labels = texts(choices, "label");
    if (texts.size() != labels.size()) {
      throw choices.bad("a label for each text");
    }
    String key = row.requiredText("answerKey").strip();
    int right = labels.indexOf(key);
    if (right < 0) {
      throw row.error("answerKey: expected one of " + labels + ", found " + key);
    }
    return new Labelled(texts, right);
  }

  /// A member that is a list of strings.
  static List<String> texts(JsonFields row, String name) {
    return row.requiredList(name).stream().map(JsonFields::asText).toList();
  }

  /// The same, of at least two.
  static List<String> choices(JsonFields row, String name) {
    List<String> texts = texts(row, name);
    if (texts.size() < 2) {
      throw row.error(name + ": expected at least 2 choices, found " + texts.size());
    }
    return texts;
  }

  /// A member that is a place in a list, from 0.
  static int place(JsonFields row, String name, int choices) {
    int place = row.requiredInteger(name);
    if (place < 0 || place >= choices) {
      throw row.error(
          "%s: expected one of %d choices, counted from 0, found %d"
              .formatted(name, choices, place));
    }
    return place;
  }
}
