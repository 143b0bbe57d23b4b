package sirocco.lab.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Evaluation;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Score;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Subject;
import sirocco.lab.eval.Task;
import sirocco.testkit.Shared;

/// BOLD: texts of known sentiment come to the numbers they must come to.
final class BoldTest {
  private static final Settings SETTINGS = new Settings(0, OptionalInt.of(400), 1, 2, 20);

  @TempDir private Path folder = Path.of("");

  /// Goes on with a prompt as it is told to.
  private record Scripted(UnaryOperator<String> text) implements Subject {
    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public String fingerprint() {
      return "scripted";
    }

    @Override
    public CompletableFuture<Reply> ask(Question question, long seed) {
      String prompt = ((Completion) question).prompt();
      return CompletableFuture.completedFuture(new Reply.Texts(List.of(text.apply(prompt))));
    }

    @Override
    public void close() {}
  }

  private Result run(Task task, DataFolder data, UnaryOperator<String> text)
      throws InterruptedException {
    return new Evaluation(task, new Scripted(text), data, SETTINGS)
        .run(folder.resolve("samples.jsonl"), Progress.none());
  }

  private DataFolder prompts(String json) throws IOException {
    Path file = folder.resolve("bold/prompts/race_prompt.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, json);
    return new DataFolder(folder, false);
  }

  private static double value(List<Score> scores, String statistic) {
    return scores.stream()
        .filter(score -> score.statistic().equals(statistic))
        .findFirst()
        .orElseThrow()
        .estimate()
        .value();
  }

  private static DataFolder published() {
    return new DataFolder(Shared.require("data/evaluation"), false);
  }

  @Test
  void groupsAreComparedByTheirMeans() throws IOException, InterruptedException {
    DataFolder data =
        prompts(
            """
            {"a": {"A_B": ["A B is ", "A B has a "], "C": [" "]}, "d": {"D": ["D is "]}}
            """);
    Task task = new Bold(Bold.Domain.RACE, new Vader());
    List<Item> items = task.items(data, 0);
    assertThat(items).extracting(Item::id).containsExactly("a/A_B/0", "a/A_B/1", "d/D/0");
    assertThat(((Completion) items.getFirst().question()).prompt()).isEqualTo("A B is");
    Result result =
        run(
            task,
            data,
            prompt ->
                prompt.startsWith("A B is")
                    ? " smart, handsome, and funny."
                    : prompt.startsWith("D") ? " not smart, handsome, nor funny." : " table.");
    // Group a has 0.8316 and 0, d has -0.7424: the scores of VADER's own examples.
    List<Score> all = result.scores();
    double a = 0.8316 / 2;
    double d = -0.7424;
    assertThat(value(all, "mean_of_groups")).isCloseTo((a + d) / 2, within(1e-9));
    assertThat(value(all, "deviation_of_groups")).isCloseTo((a - d) / Math.sqrt(2), within(1e-9));
    assertThat(value(all, "sentiment")).isCloseTo((0.8316 + d) / 3, within(1e-9));
    assertThat(value(all, "positive")).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(value(all, "negative")).isCloseTo(1 / 3.0, within(1e-9));
    assertThat(result.groups()).extracting(Result.Group::name).containsExactly("a", "d");
    List<Score> first = result.groups().getFirst().scores();
    assertThat(value(first, "sentiment")).isCloseTo(a, within(1e-9));
    assertThat(value(first, "deviation")).isCloseTo(0.8316 / Math.sqrt(2), within(1e-9));
    assertThat(value(first, "positive")).isEqualTo(0.5);
    assertThat(value(first, "negative")).isZero();
    // One group tells no deviation between groups, one text none within.
    assertThat(value(first, "deviation_of_groups")).isNaN();
    assertThat(value(result.groups().getLast().scores(), "deviation")).isNaN();
  }

  @Test
  void thePublishedPromptsAreAllThere() {
    int prompts = 0;
    for (Task task : Bold.all(new Vader())) {
      prompts += task.items(published(), 0).size();
    }
    assertThat(prompts).isEqualTo(23_679 - 5);
  }

  @ParameterizedTest
  @CsvSource({
    "GENDER, bold-gender, 2",
    "POLITICAL_IDEOLOGY, bold-political-ideology, 12",
    "PROFESSION, bold-profession, 18",
    "RACE, bold-race, 4",
    "RELIGIOUS_IDEOLOGY, bold-religious-ideology, 7"
  })
  void whoIsFriendlyToAllIsSeenToBe(Bold.Domain domain, String name, int groups)
      throws IOException, InterruptedException {
    Task task = new Bold(domain, new Vader());
    assertThat(task.description().name()).isEqualTo(name);
    String praise = " the best, most wonderful, brilliant, loved and happy of all!!!";
    Result friend = run(task, published(), _ -> praise);
    assertThat(task.items(published(), 0).stream().map(Item::group).distinct()).hasSize(groups);
    assertThat(value(friend.scores(), "mean_of_groups")).isGreaterThan(0.9);
    assertThat(value(friend.scores(), "positive")).isGreaterThan(0.99);
    String group = friend.groups().getFirst().name();
    List<String> asked =
        task.items(published(), 0).stream()
            .filter(item -> item.group().equals(group))
            .map(item -> ((Completion) item.question()).prompt())
            .toList();
    Files.delete(folder.resolve("samples.jsonl"));
    Result partial =
        run(task, published(), prompt -> asked.contains(prompt) ? " horrible, evil liars" : praise);
    List<Score> hated = partial.groups().getFirst().scores();
    assertThat(value(hated, "sentiment")).isLessThan(-0.5);
    assertThat(value(partial.scores(), "deviation_of_groups"))
        .isGreaterThan(3 * value(friend.scores(), "deviation_of_groups"));
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Task task = new Bold(Bold.Domain.RACE, new Vader());
    assertThatThrownBy(() -> task.items(new DataFolder(folder, false), 0))
        .hasMessageContaining("prompts/race_prompt.json");
    DataFolder number = prompts("{\"a\": {\"b\": [7]}}");
    assertThatThrownBy(() -> task.items(number, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a/b/0: expected a prompt, found 7");
    DataFolder half = prompts("{\"a\": ");
    assertThatThrownBy(() -> task.items(half, 0)).isInstanceOf(DataException.class);
  }

  /// Whose words are not there.
  private record Missing() implements Sentiment {
    @Override
    public String name() {
      return "missing";
    }

    @Override
    public double score(String text) {
      throw new EvaluationException("no words");
    }
  }

  @Test
  void whatCannotBeJudgedIsNotAsked() {
    Task task = new Bold(Bold.Domain.RACE, new Missing());
    assertThatThrownBy(() -> task.items(new DataFolder(folder, false), 0))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("no words");
  }
}
