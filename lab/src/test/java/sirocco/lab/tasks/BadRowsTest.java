package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Task;

/// Rows that cannot be used, between others that can.
class BadRowsTest {
  private static final String ARC =
      "{'id': '%s', 'question': 'q', 'choices': {'text': ['a', 'b'], 'label': ['1', '2']},"
          + " 'answerKey': '2'}";

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id': 'x'|not valid JSON: Unexpected end-of-input",
        "['x']|expected an object, found [\"x\"]",
        "{'id': 'x', 'id': 'x'}|not valid JSON: Duplicate Object property \"id\"",
        "{'id': 'x', 'question': 'q'}|choices: expected an object, found nothing",
        "{'choices': {'text': ['a'], 'label': ['1']}, 'answerKey': '1'}"
            + "|choices.text: expected at least 2 choices, found 1",
        "{'choices': {'text': ['a', 'b'], 'label': ['1']}, 'answerKey': '1'}"
            + "|choices: expected a label for each text",
        "{'choices': {'text': ['a', 'b'], 'label': ['1', '2']}, 'answerKey': 'B'}"
            + "|answerKey: expected one of [1, 2], found B",
        "{'choices': {'text': ['a', 'b'], 'label': ['1', '2']}, 'answerKey': '1'}"
            + "|question: expected a string, found nothing",
      })
  void ofArc(String row, String message) {
    Path file =
        write("arc/ARC-Easy-validation.jsonl", ARC.formatted("one"), row, ARC.formatted("three"));
    check(Arc.easy(), file + ":2: " + message, "one", "three");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'ind': 2, 'activity_label': 'a', 'ctx': 'c', 'endings': ['x', 'y'], 'label': 2}"
            + "|label: expected the place of one of 2 endings, from 0, found 2",
        "{'ind': 2, 'activity_label': 'a', 'ctx': 'c', 'endings': ['x', 'y']}"
            + "|label: expected the place of one of 2 endings, from 0, found ",
        "{'ind': 2, 'activity_label': 'a', 'ctx': 'c', 'endings': [], 'label': 0}"
            + "|endings: expected at least 2 choices, found 0",
        "{'ind': 2.5, 'activity_label': 'a', 'ctx': 'c', 'endings': ['x', 'y'], 'label': 0}"
            + "|ind: expected a 32-bit integer, found 2.5",
      })
  void ofHellaSwag(String row, String message) {
    String good =
        "{'ind': %d, 'activity_label': 'a', 'ctx': 'c', 'endings': ['x', 'y'], 'label': '1'}";
    Path file = write("hellaswag/hellaswag_val.jsonl", good.formatted(1), row, good.formatted(3));
    check(HellaSwag.english(), file + ":2: " + message, "1", "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'sentence': 'a b', 'option1': 'x', 'option2': 'y', 'answer': '1'}"
            + "|sentence: expected a blank, _, found a b",
        "{'sentence': 'a _ b', 'option1': 'x', 'option2': 'y', 'answer': ''}"
            + "|answer: expected 1 or 2, found ",
      })
  void ofWinoGrande(String row, String message) {
    String good = "{'sentence': 'a _ b', 'option1': 'x', 'option2': 'y', 'answer': '2'}";
    Path file = write("winogrande/winogrande_xl-validation.jsonl", good, row, good);
    check(WinoGrande.english(), file + ":2: " + message, "1", "3");
  }

  @Test
  void ofMmlu() {
    for (int i = 0; i < 57; i++) {
      MadeFiles.lines(data.resolve("mmlu/test/s%d_test.csv".formatted(i)), "q,1,2,3,4,A");
    }
    Path file = data.resolve("mmlu/test/s3_test.csv");
    MadeFiles.lines(file, "q,1,2,3,4,A", "\"q", "r\",1,2,3,4,E", "q,1,2,3,4,B");
    Task task = Mmlu.english();
    String message = file + ":2: expected the letter A, B, C or D in the last field, found E";
    assertThatThrownBy(() -> task.items(new DataFolder(data, false), 0)).hasMessage(message);
    DataFolder lenient = new DataFolder(data, true);
    assertThat(task.items(lenient, 0))
        .hasSize(58)
        .extracting(Item::id)
        .contains("s3/1", "s3/4")
        .doesNotContain("s3/2");
    assertThat(lenient.skipped()).containsExactly(message);
    MadeFiles.lines(file, "q,1,2,3,A");
    assertThatThrownBy(() -> task.items(new DataFolder(data, false), 0))
        .hasMessage(file + ":1: expected question, four answers and letter, found 5 fields");
  }

  @Test
  void subjectsThatAreMissingAreNoticed() {
    MadeFiles.lines(data.resolve("mmlu/test/a_test.csv"), "q,1,2,3,4,A");
    assertThatThrownBy(() -> Mmlu.english().items(new DataFolder(data, true), 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            data.resolve("mmlu/test/*_test.csv") + ": expected the files of 57 subjects, found 1");
  }

  @Test
  void ofPiqa() {
    String good = "{'goal': 'g', 'sol1': 'a', 'sol2': 'b'}";
    Path file = write("piqa/valid.jsonl", good, good, good);
    Path labels = MadeFiles.lines(data.resolve("piqa/valid-labels.lst"), "0", "2", "1");
    check(new Piqa(), file + ":2: expected the label 0 or 1, found 2", "1", "3");
    MadeFiles.lines(labels, "0", "1");
    assertThatThrownBy(() -> new Piqa().items(new DataFolder(data, true), 0))
        .hasMessage(labels + ": expected a label for each of 3 rows, found 2");
  }

  private void check(Task task, String message, String... left) {
    assertThatThrownBy(() -> task.items(new DataFolder(data, false), 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(message);
    DataFolder lenient = new DataFolder(data, true);
    assertThat(task.items(lenient, 0)).extracting(Item::id).containsExactly(left);
    assertThat(lenient.skipped())
        .singleElement()
        .satisfies(skipped -> assertThat(skipped).startsWith(message));
  }

  private Path write(String name, String... rows) {
    return MadeFiles.json(data.resolve(name), rows);
  }
}
