package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;

/// What holds for every published task, on its real files; BOLD, where no answer is right, has its
/// oracle in `BoldTest`.
class PublishedTasksTest {
  /// How many items each task has in the files of `shared`.
  private static final Map<String, Integer> SIZES =
      Map.ofEntries(
          Map.entry("mmlu", 14042),
          Map.entry("hellaswag", 1000),
          Map.entry("winogrande", 1267),
          Map.entry("piqa", 1838),
          Map.entry("siqa", 1954),
          Map.entry("openbookqa", 500),
          Map.entry("arc-easy", 570),
          Map.entry("arc-challenge", 299),
          Map.entry("commonsenseqa", 1221),
          Map.entry("boolq", 200),
          Map.entry("copa", 100),
          Map.entry("lambada", 500),
          Map.entry("nq-open", 3610 - 5),
          Map.entry("triviaqa", 500 - 5),
          Map.entry("gsm8k", 1319),
          Map.entry("gsm8k-maj8", 1319),
          Map.entry("math", 500),
          Map.entry("math-maj4", 500),
          Map.entry("bbh", 6511),
          Map.entry("agieval-math", 1000),
          Map.entry("agieval-mathcloze-zh", 118),
          Map.entry("agieval", 254 + 306 + 651 + 230 + 510 + 269 + 206 + 206 + 220),
          Map.entry("agieval-mathqa-zh", 344),
          Map.entry("bbq", 2864));

  @ParameterizedTest
  @MethodSource("sirocco.lab.tasks.PublishedTasks#namesWithAnswers")
  void whoIsAlwaysRightScoresAll(String name) {
    Task task = PublishedTasks.all().named(name);
    List<Item> items = PublishedTasks.items(task);
    assertThat(items).hasSize(SIZES.getOrDefault(name, -1));
    assertThat(items.stream().map(Item::id).distinct()).hasSameSizeAs(items);
    List<Verdict> verdicts = items.stream().map(i -> verdict(i, i.right())).toList();
    String first = task.statistics().getFirst().name();
    assertThat(verdicts).allMatch(v -> v.measure(first) == 1);
    assertThat(PublishedTasks.value(task.statistics().getFirst(), verdicts)).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("sirocco.lab.tasks.PublishedTasks#namesWithAnswers")
  void whoGuessesScoresChance(String name) {
    Task task = PublishedTasks.all().named(name);
    List<Item> items = PublishedTasks.items(task);
    SplittableRandom random = new SplittableRandom(7);
    String first = task.statistics().getFirst().name();
    double found = 0;
    double expected = 0;
    double variance = 0;
    for (Item item : items) {
      found += verdict(item, guess(item, random)).measure(first);
      expected += item.chance();
      variance += item.chance() * (1 - item.chance());
    }
    assertThat(found).isCloseTo(expected, within(3 * Math.sqrt(variance) + 1e-9));
  }

  /// All choices alike: one of them gets away, in logarithms that no length makes up for.
  private static Reply guess(Item item, SplittableRandom random) {
    return switch (item.question()) {
      case Question.Likelihood asked -> {
        int chosen = random.nextInt(asked.continuations().size());
        yield new Reply.Likelihoods(
            IntStream.range(0, asked.continuations().size())
                .mapToObj(i -> new Reply.Likelihood(i == chosen ? -1 : -1e9, 1, false))
                .toList());
      }
      case Question.Completion asked -> texts(asked.sampling().samples(), random);
      case Question.Chat asked -> texts(asked.sampling().samples(), random);
    };
  }

  private static Reply texts(int samples, SplittableRandom random) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      out.add("the answer is " + "zyxwvuts".charAt(random.nextInt(8)) + "q".repeat(5));
    }
    return new Reply.Texts(out);
  }

  private static Verdict verdict(Item item, Reply reply) {
    return new Verdict(item.id(), item.group(), item.judge().apply(reply));
  }

  @ParameterizedTest
  @MethodSource("sirocco.lab.tasks.PublishedTasks#names")
  void saysWhatToGetWhereNothingIs(String name, @TempDir Path empty) {
    Task task = PublishedTasks.all().named(name);
    assertThatThrownBy(() -> task.items(new DataFolder(empty, true), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(empty.resolve(task.description().files().folder()).toString())
        .hasMessageContaining(task.description().files().download());
  }

  @ParameterizedTest
  @MethodSource("sirocco.lab.tasks.PublishedTasks#names")
  void moreExamplesThanThereAreAreRefused(String name) {
    Task task = PublishedTasks.all().named(name);
    assertThatThrownBy(() -> PublishedTasks.items(task, 4000))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("worked examples")
        .hasMessageContaining("ask for");
    assertThatThrownBy(() -> PublishedTasks.items(task, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 0 shots or more, found -1");
  }

  @Test
  void mmluHasItsSubjectsAndAgiEvalItsExams() {
    assertThat(groups("mmlu")).hasSize(57).contains("abstract_algebra", "world_religions");
    assertThat(groups("agieval")).hasSize(9);
    assertThat(groups("bbq")).hasSize(12).contains("Age/ambiguous", "Religion/disambiguated");
  }

  private static List<String> groups(String name) {
    return PublishedTasks.items(PublishedTasks.all().named(name)).stream()
        .map(Item::group)
        .distinct()
        .toList();
  }

  @Test
  void anUnknownNameIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> PublishedTasks.all().named("mlu"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("no task is called mlu; there are agieval, ")
        .hasMessageContaining("hellaswag, ")
        .hasMessageContaining("mmlu, ");
  }

  @Test
  void noNameIsGivenTwice() {
    Tasks tasks = PublishedTasks.all();
    assertThatThrownBy(() -> tasks.and(List.of(new Piqa())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tasks are called piqa");
  }
}
