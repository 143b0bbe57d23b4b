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
import sirocco.lab.answers.MathAnswer;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;

/// What tasks that are answered in words make of replies and of small files.
class GeneratedTasksTest {
  @TempDir Path data;

  private DataFolder source() {
    return new DataFolder(data, false);
  }

  private static String prompt(Item item) {
    return ((Completion) item.question()).prompt();
  }

  private static Map<String, Double> judged(Item item, String... texts) {
    return item.judge().apply(new Reply.Texts(List.of(texts)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "The Beatles.|beatles",
        " an  Apple a Day |apple day",
        "U.S.A.|usa",
        "the “Rock”, a fort|rock fort",
        "Theatre|theatre",
        "The The|the the",
        "$|$",
        "14 December, 1972|14 december 1972",
      })
  void shortAnswersAreComparedWithoutTrimmings(String answer, String normal) {
    assertThat(ShortAnswer.normal(answer)).isEqualTo(normal);
    assertThat(ShortAnswer.same(answer + "\nQ: more", normal)).isTrue();
    assertThat(ShortAnswer.same("", answer)).isFalse();
  }

  @Test
  void openQuestionsLeaveTheirExamplesOut() {
    String[] rows = new String[8];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = "{'question': 'q%d', 'answer': ['a%d', 'the b']}".formatted(i, i);
    }
    Path file = MadeFiles.json(data.resolve("nq-open/NQ-open.dev.jsonl"), rows);
    var task = OpenQuestions.naturalQuestions();
    List<Item> two = task.items(source(), 2);
    assertThat(two).extracting(Item::id).containsExactly("6", "7", "8");
    assertThat(prompt(two.getFirst()))
        .isEqualTo("Answer these questions:\n\nQ: q0?\nA: a0\nQ: q1?\nA: a1\nQ: q5?\nA:");
    assertThat(judged(two.getFirst(), " B.")).isEqualTo(Map.of("acc", 1.0));
    assertThat(judged(two.getFirst(), " a5 and b")).isEqualTo(Map.of("acc", 0.0));
    assertThat(task.items(source(), 7)).extracting(Item::id).containsExactly("8");
    assertThatThrownBy(() -> task.items(source(), 9))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ": expected at least 9 worked examples, found 8; ask for fewer shots");
  }

  @Test
  void theVoteOfSeveralIsJudgedBesideTheirMean() {
    String row = "{'question': 'q', 'answer': 'So.\\n#### 1,018'}";
    MadeFiles.json(data.resolve("gsm8k/test.jsonl"), row);
    var task = Gsm8k.majority();
    assertThat(task.statistics()).extracting(Statistic::name).containsExactly("maj@8", "acc");
    Item item = task.items(source(), 0).getFirst();
    assertThat(judged(item, "#### 1018", "1018.00", "$1,018", "7", "7", "none", "", "5"))
        .isEqualTo(Map.of("maj@8", 1.0, "acc", 3 / 8.0));
    assertThat(judged(item, "7", "1018", "7", "1018", "no", "no", "no", "no"))
        .isEqualTo(Map.of("maj@8", 0.0, "acc", 2 / 8.0));
    assertThat(judged(item, "", "", "", "", "", "", "", ""))
        .isEqualTo(Map.of("maj@8", 0.0, "acc", 0.0));
    assertThatThrownBy(() -> judged(item, "1018"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("expected 8 texts, found ");
    assertThat(judged(Gsm8k.greedy().items(source(), 0).getFirst(), "1018 #### 3"))
        .isEqualTo(Map.of("acc", 0.0));
  }

  @Test
  void aProblemWithoutItsNumberIsDamaged() {
    Path file =
        MadeFiles.json(
            data.resolve("gsm8k/test.jsonl"),
            "{'question': 'q', 'answer': 'So 18.'}",
            "{'question': 'q', 'answer': '#### 2'}");
    String message = file + ":1: answer: expected a number behind ####, found So 18.";
    assertThatThrownBy(() -> Gsm8k.greedy().items(source(), 0)).hasMessage(message);
    DataFolder lenient = new DataFolder(data, true);
    assertThat(Gsm8k.greedy().items(lenient, 0)).extracting(Item::id).containsExactly("2");
    assertThat(lenient.skipped()).containsExactly(message);
  }

  @Test
  void problemsThatAreAskedAreNoExamples() {
    MadeFiles.json(
        data.resolve("math/math500-test.jsonl"),
        "{'problem': 'p', 'solution': 's', 'answer': '[1,2)', 'subject': 'x', 'unique_id': 'i'}");
    MadeFiles.json(
        data.resolve("math/math-train.jsonl"),
        "{'problem': 'p', 'solution': 'known'}",
        "{'problem': 'other', 'solution': 'new'}");
    Item item = Mathematics.greedy().items(source(), 1).getFirst();
    assertThat(prompt(item))
        .isEqualTo("Problem:\nother\n\nSolution: new\n\nProblem:\np\n\nSolution:");
    assertThat(judged(item, "so $\\boxed{ [ 1, 2) }$")).isEqualTo(Map.of("acc", 1.0));
    assertThat(judged(item, "so $\\boxed{(1,2)}$")).isEqualTo(Map.of("acc", 0.0));
    assertThat(judged(item, "who knows")).isEqualTo(Map.of("acc", 0.0));
    Mathematics strict =
        new Mathematics(
            Mathematics.greedy().description(), Sampling.greedy(9, List.of()), String::equals);
    assertThat(judged(strict.items(source(), 0).getFirst(), "\\boxed{[1, 2)}"))
        .isEqualTo(Map.of("acc", 0.0));
    assertThatThrownBy(() -> Mathematics.greedy().items(source(), 2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected at least 2 worked examples, found 1");
  }

  /// Its references are what its solutions have in their boxes.
  @Test
  void solutionsOfMathHaveTheirAnswers() {
    List<Item> items = PublishedTasks.items(Mathematics.greedy(), 0);
    assertThat(items)
        .allMatch(item -> MathAnswer.of(((Reply.Texts) item.right()).all().getFirst()).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "We see. So the answer is (B).|(B)",
        "The answer is ] ] >|] ] >",
        "the answer is yes.~No: the answer is no.|no",
        "the answer is arson aspect.  |arson aspect",
        "So the answer is -2.5.|-2.5",
        "It is (B).|``",
      })
  void hardTasksAreAnsweredBehindTheirWords(String text, String answer) {
    assertThat(BigBenchHard.answer(text.replace('~', '\n')).orElse("")).isEqualTo(answer);
  }

  @Test
  void hardTasksHaveThreeExamples() {
    var task = new BigBenchHard();
    List<Item> items = PublishedTasks.items(task);
    assertThat(items.stream().map(Item::group).distinct()).hasSize(27);
    assertThat(items).allMatch(i -> prompt(i).split("\n\nQ: ", -1).length == 5);
    assertThat(items).noneMatch(i -> prompt(i).contains("canary"));
    assertThat(PublishedTasks.items(task, 1))
        .allMatch(i -> prompt(i).split("\n\nQ: ", -1).length == 3);
    assertThat(prompt(PublishedTasks.items(task, 0).getFirst()))
        .isEqualTo(
            "Evaluate the result of a random Boolean expression.\n\nQ: not ( True ) and ( True )"
                + " is\nA: Let's think step by step.\n");
  }

  @Test
  void aClozeIsComparedByMeaning() {
    Item item = PublishedTasks.items(AgiEvalCloze.english()).getFirst();
    assertThat(judged(item, " (3, 4].")).isEqualTo(Map.of("acc", 1.0));
    assertThat(judged(item, " $(3,4]$\nProblem 6.")).isEqualTo(Map.of("acc", 1.0));
    assertThat(judged(item, " [3,4]")).isEqualTo(Map.of("acc", 0.0));
    assertThat(judged(item, "")).isEqualTo(Map.of("acc", 0.0));
    assertThat(prompt(PublishedTasks.items(AgiEvalCloze.english(), 0).getFirst()))
        .startsWith("Q: Let $\\lambda$ be")
        .endsWith("\nA: The answer is");
  }
}
