package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Question.Likelihood;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

class TaskFileTest {
  private static final String CHOICE =
      "{'name': 'quiz', 'kind': 'choice', 'file': 'quiz.jsonl', 'choices': 'options', 'answer':"
          + " 'key', 'prompt': 'Q: {question}\\nA:'%s}";
  private static final String GENERATE =
      "{'name': 'sums', 'kind': 'generate', 'file': 'sums.jsonl', 'answer': 'sum', 'prompt':"
          + " '{{{a}}} plus {b} is'%s}";

  @TempDir Path folder;

  private Task task(String json) {
    return TaskFile.read(MadeFiles.json(folder.resolve("own/task.json"), json));
  }

  private List<Item> items(Task task, int shots) {
    return task.items(new DataFolder(folder.resolve("elsewhere"), false), shots);
  }

  private Path rows(String name, String... rows) {
    return MadeFiles.json(folder.resolve("own/" + name), rows);
  }

  @Test
  void aChoiceIsAskedByItsTemplates() {
    rows(
        "quiz.jsonl",
        "{'question': '1?', 'options': ['x', 'yy'], 'key': 1, 'part': 'first'}",
        "{'question': 2, 'options': ['x', 'yy', 'z'], 'key': 'z', 'part': true}");
    rows("old.jsonl", "{'question': '0?', 'options': ['u', 'v'], 'key': 'v', 'part': 'x'}");
    Task task =
        task(
            CHOICE.formatted(
                ", 'continuation': '= {choice}!', 'examples': 'old.jsonl', 'shots': 1, 'group':"
                    + " 'part', 'metric': 'acc_norm', 'title': 'Quiz'"));
    assertThat(task.description().title()).isEqualTo("Quiz");
    assertThat(task.statistics()).extracting(Statistic::name).containsExactly("acc_norm", "acc");
    assertThat(items(task, 0)).extracting(Item::group).containsExactly("first", "true");
    Item second = items(task, task.description().shots()).getLast();
    String before = "Q: 0?\nA:= v!\n\nQ: 2\nA:";
    assertThat(((Likelihood) second.question()).continuations())
        .containsExactly(
            new Continuation(before, "= x!"),
            new Continuation(before, "= yy!"),
            new Continuation(before, "= z!"));
    assertThat(second.id()).isEqualTo("2");
    assertThat(second.judge().apply(second.right())).containsEntry("acc", 1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "''|'7'| 7.|`7 of`",
        "'exact_match'|['seven', '7']|The Seven|seventy",
        "'number'|'1,007'|so 5 + 2 = 1007.0|1007 or 7",
        "'math'|'\\\\frac{1}{2}'|\\boxed{0.5}|\\boxed{0.51}",
      })
  void aTextIsJudgedByItsMetric(String metric, String answer, String right, String wrong) {
    rows("sums.jsonl", "{'a': 3, 'b': 4.5, 'sum': %s}".formatted(answer));
    Task task = task(GENERATE.formatted(metric.equals("''") ? "" : ", 'metric': " + metric));
    Item item = items(task, 0).getFirst();
    assertThat(item.question())
        .isEqualTo(new Completion("{3} plus 4.5 is", Sampling.greedy(64, List.of("\n"))));
    assertThat(judged(item, right)).isEqualTo(Map.of("acc", 1.0));
    assertThat(judged(item, wrong)).isEqualTo(Map.of("acc", 0.0));
  }

  private static Map<String, Double> judged(Item item, String text) {
    return item.judge().apply(new Reply.Texts(List.of(text)));
  }

  @Test
  void examplesOfTextsShowTheirContinuation() {
    rows("sums.jsonl", "{'a': 3, 'b': 4, 'sum': '7', 'steps': 'count: 7'}");
    Task task =
        task(
            GENERATE.formatted(
                ", 'continuation': '\\n{steps}', 'examples': 'sums.jsonl', 'max_tokens': 9, 'stop':"
                    + " ['.', ';']"));
    assertThat(items(task, 1).getFirst().question())
        .isEqualTo(
            new Completion(
                "{3} plus 4 is\ncount: 7\n\n{3} plus 4 is", Sampling.greedy(9, List.of(".", ";"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'kind': 'choice'}|name: expected a string, found nothing",
        "{'kind': 'quiz'}|kind: expected one of [choice, generate], found quiz",
        "{'name': 'a'}|kind: expected a string, found nothing",
        "{'kind': 'generate', 'choices': 'c'}|choices: no member of a task of kind generate; those are",
        "{'kind': 'generate', 'name': ' '}|name: expected a text, found a blank one",
        "{'kind': 'generate', 'name': 'a', 'shots': -1}|shots: expected at least 0, found -1",
        "{'kind': 'generate', 'name': 'a', 'shots': 2}"
            + "|examples: expected a file of worked examples for 2 shots, found nothing",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': '{a b}'}"
            + "|prompt: expected {name} or a doubled brace, found { at 1",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': 'a}'}"
            + "|prompt: expected {name} or a doubled brace, found } at 2",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': 'p'}"
            + "|answer: expected a string, found nothing",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': 'p', 'answer': 'x', 'metric':"
            + " 'acc'}|metric: expected one of [exact_match, math, number], found acc",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': 'p', 'answer': 'x', 'max_tokens':"
            + " 0}|max_tokens: expected at least 1, found 0",
        "{'kind': 'generate', 'name': 'a', 'file': 'f', 'prompt': 'p', 'answer': 'x', 'stop':"
            + " ['']}|stop: expected texts that are not empty, found an empty one",
        "{'kind': 'choice', 'name': 'a', 'file': 'f', 'prompt': 'p', 'answer': 'x'}"
            + "|choices: expected a string, found nothing",
        "[]|expected an object, found []",
        "{|not valid JSON: ",
      })
  void whatIsWrongIsNamed(String json, String message) {
    assertThatThrownBy(() -> task(json))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(folder.resolve("own/task.json") + ": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'question': 'q', 'options': ['x', 'y'], 'key': 2}"
            + "|key: expected one of 2 choices, counted from 0, found 2",
        "{'question': 'q', 'options': ['x', 'x'], 'key': 'x'}"
            + "|key: expected just one of [x, x], found x",
        "{'question': 'q', 'options': ['x'], 'key': 0}"
            + "|options: expected at least 2 choices, found 1",
        "{'options': ['x', 'y'], 'key': 0}"
            + "|question: the template asks for it, and the row has only [options, key]",
        "{'question': ['q'], 'options': ['x', 'y'], 'key': 0}"
            + "|question: expected a text, a number or a truth value, for the template, found",
      })
  void rowsThatDoNotFitAreNamed(String row, String message) {
    Path file = rows("quiz.jsonl", row, "{'question': 'q', 'options': ['x', 'y'], 'key': 0}");
    Task task = task(CHOICE.formatted(""));
    assertThatThrownBy(() -> items(task, 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ":1: " + message);
    DataFolder lenient = new DataFolder(folder, true);
    assertThat(task.items(lenient, 0)).extracting(Item::id).containsExactly("2");
    assertThat(lenient.skipped()).hasSize(1);
  }

  @Test
  void filesThatAreNotThereAreNamed() {
    assertThatThrownBy(() -> items(task(CHOICE.formatted("")), 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            folder.resolve("own") + ": no quiz.jsonl; put it there, or correct");
    assertThatThrownBy(() -> items(task(CHOICE.formatted("")), 3))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "quiz: 3 worked examples were asked for, and it has no file of them; ask for 0 shots");
  }
}
