package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Question.Likelihood;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;

/// What choice tasks make of small files.
class ChoiceTasksTest {
  @TempDir Path data;

  private DataFolder source() {
    return new DataFolder(data, false);
  }

  private static List<Continuation> asked(Item item) {
    return ((Likelihood) item.question()).continuations();
  }

  @Test
  void exampleFilesComeBeforeTheQuestion() {
    String row =
        "{'sentence': '%s saw a dog and _ ran.', 'option1': 'he', 'option2': 'it', 'answer': '2'}";
    MadeFiles.json(
        data.resolve("winogrande/winogrande_xl-train.jsonl"),
        row.formatted("One"),
        row.formatted("Two"),
        row.formatted("Three"));
    MadeFiles.json(data.resolve("winogrande/winogrande_xl-validation.jsonl"), row.formatted("Jan"));
    String examples = "One saw a dog and it ran.\n\nTwo saw a dog and it ran.\n\n";
    assertThat(asked(WinoGrande.english().items(source(), 2).getFirst()))
        .containsExactly(
            new Continuation(examples + "Jan saw a dog and he", " ran."),
            new Continuation(examples + "Jan saw a dog and it", " ran."));
    assertThatThrownBy(() -> WinoGrande.english().items(source(), 4))
        .isInstanceOf(DataException.class)
        .hasMessage(
            data.resolve("winogrande/winogrande_xl-train.jsonl")
                + ": expected at least 4 worked examples, found 3; ask for fewer shots");
  }

  @Test
  void examplesThatAreNotThereAreAskedFor() {
    assertThatThrownBy(() -> Arc.easy().items(source(), 25))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "arc-easy: 25 worked examples were asked for: " + data.resolve("arc"))
        .hasMessageContaining("ARC-Easy-train.jsonl")
        .hasMessageEndingWith("; or ask for 0 shots");
  }

  @Test
  void hellaSwagIsCleanedAndItsSceneJoined() {
    MadeFiles.json(
        data.resolve("hellaswag/hellaswag_val.jsonl"),
        "{'ind': 4, 'activity_label': 'Baking', 'ctx_a': '[header] How to bake [title] Mix  it"
            + " [substeps] well.', 'ctx_b': 'then THE Cook', 'ctx': 'other', 'endings': ['[step]"
            + " eats.', 'x [title] y'], 'label': '0'}");
    assertThat(asked(HellaSwag.english().items(source(), 0).getFirst()))
        .containsExactly(
            new Continuation("Baking: How to bake. Mix it well. Then the cook", "  eats."),
            new Continuation("Baking: How to bake. Mix it well. Then the cook", " x. y"));
  }

  @Test
  void translationsHaveTheirOwnWordsAndFiles() {
    MadeFiles.json(
        data.resolve("arc-es/es.jsonl"),
        "{'id': 'e1', 'question': '¿Qué?', 'choices': {'text': ['uno', 'dos', 'tres'], 'label':"
            + " ['A', 'B', 'C']}, 'answerKey': 'C'}");
    Task spanish =
        Arc.of(
            new Task.Description(
                "arc-es", "ARC (es)", "p", "s", 0, new Task.Files("arc-es", "get it")),
            "es.jsonl",
            "es-train.jsonl",
            new Arc.Words("Pregunta:", "Respuesta:"));
    Item item = spanish.items(source(), 0).getFirst();
    assertThat(asked(item).getLast())
        .isEqualTo(new Continuation("Pregunta: ¿Qué?\nRespuesta:", " tres"));
    assertThat(item.chance()).isEqualTo(1 / 3.0);
  }

  @Test
  void longChoicesAreAtNoDisadvantageInTheSecondMeasure() {
    Choice choice = Choice.of("a", "", "c", List.of("ab", "𝄞bcdefgh"), 1);
    Item item = choice.item("");
    assertThat(judged(item, -4, -9)).isEqualTo(Map.of("acc", 0.0, "acc_norm", 1.0));
    assertThat(judged(item, -4, -3)).isEqualTo(Map.of("acc", 1.0, "acc_norm", 1.0));
    // Eight characters, nine UTF-16 units: -4 / 2 and -16 / 8 are alike, and the first one wins.
    assertThat(judged(item, -4, -16)).isEqualTo(Map.of("acc", 0.0, "acc_norm", 0.0));
    assertThat(judged(item, -4, -15.9)).isEqualTo(Map.of("acc", 0.0, "acc_norm", 1.0));
    assertThat(item.judge().apply(item.right())).isEqualTo(Map.of("acc", 1.0, "acc_norm", 1.0));
  }

  @Test
  void repliesOfAnotherKindAreRefused() {
    Item item = Choice.of("a", "", "c", List.of("x", "y"), 1).item("");
    for (Reply reply :
        List.of(new Reply.Texts(List.of("x", "y")), likelihoods(-1), likelihoods(-1, Double.NaN))) {
      assertThatThrownBy(() -> item.judge().apply(reply))
          .isInstanceOf(EvaluationException.class)
          .hasMessageStartingWith("expected the likelihoods of 2 continuations, found ");
    }
  }

  @Test
  void lambadaTellsThePerplexityOfAWord() {
    List<Verdict> verdicts =
        List.of(
            new Verdict("1", "", Map.of("acc", 1.0, "log_likelihood", -1.0)),
            new Verdict("2", "", Map.of("acc", 0.0, "log_likelihood", -3.0)));
    assertThat(PublishedTasks.value(new Lambada().statistics().get(1), verdicts))
        .isEqualTo(Math.exp(2));
  }

  private static Map<String, Double> judged(Item item, double... logLikelihoods) {
    return item.judge().apply(likelihoods(logLikelihoods));
  }

  private static Reply likelihoods(double... logLikelihoods) {
    return new Reply.Likelihoods(
        Arrays.stream(logLikelihoods).mapToObj(l -> new Reply.Likelihood(l, 1, false)).toList());
  }
}
