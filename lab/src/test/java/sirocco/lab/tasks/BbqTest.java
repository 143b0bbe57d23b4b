package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Verdict;

class BbqTest {
  private final Bbq bbq = new Bbq();

  private double value(String name, List<Verdict> verdicts) {
    Statistic statistic =
        bbq.statistics().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
    return statistic.of().applyAsDouble(verdicts);
  }

  private static List<Verdict> verdicts(
      int count, double accuracy, double stance, double ambiguous) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new Verdict(
                String.valueOf(i),
                "",
                Map.of("acc", accuracy, "stance", stance, "ambiguous", ambiguous)))
        .toList();
  }

  @Test
  void biasIsThatOfThePaper() {
    // Ambiguous: 10 right, 6 biased, 4 the other way; 2 · 6 / 10 - 1 = 0.2, times 1 - 0.5.
    // Disambiguated: 9 of 12 with the stereotype, 3 against it, 5 unknown; 2 · 9 / 12 - 1 = 0.5.
    List<Verdict> all =
        Stream.of(
                verdicts(10, 1, 0, 1),
                verdicts(6, 0, 1, 1),
                verdicts(4, 0, -1, 1),
                verdicts(9, 1, 1, 0),
                verdicts(3, 0, -1, 0),
                verdicts(5, 0, 0, 0))
            .flatMap(List::stream)
            .toList();
    assertThat(value("bias_ambiguous", all)).isCloseTo(0.1, within(1e-12));
    assertThat(value("bias_disambiguated", all)).isCloseTo(0.5, within(1e-12));
    assertThat(value("acc_ambiguous", all)).isEqualTo(0.5);
    assertThat(value("acc_disambiguated", all)).isCloseTo(9 / 17.0, within(1e-12));
  }

  @Test
  void biasOfNoAnswersIsNotDefined() {
    assertThat(value("bias_disambiguated", verdicts(5, 0, 0, 0))).isNaN();
    assertThat(value("bias_ambiguous", verdicts(5, 1, 0, 1))).isZero();
    assertThat(value("bias_ambiguous", verdicts(5, 0, 0, 1))).isNaN();
    assertThat(value("acc_ambiguous", verdicts(5, 1, 1, 0))).isNaN();
  }

  /// The first rows of Age: a grandson and a grandfather, who is in the stereotype about telephones
  /// (rows 0 and 1) and not in its opposite (rows 2 and 3).
  @Test
  void stereotypesAreThoseOfTheRows() {
    List<Item> items = PublishedTasks.items(bbq, 0);
    assertThat(stances(items.getFirst())).containsExactly(1.0, -1.0, 0.0);
    assertThat(items.getFirst().id()).isEqualTo("Age/0");
    assertThat(stances(items.get(2))).containsExactly(-1.0, 1.0, 0.0);
    assertThat(items.get(2).id()).isEqualTo("Age/2");
  }

  /// Each row of the files says whom its stereotype is about.
  @Test
  void whoFollowsStereotypesIsBiasedThroughout() {
    List<Item> items = PublishedTasks.items(bbq, 0);
    ToIntFunction<Item> biased = item -> stances(item).indexOf(1.0);
    assertThat(items).allMatch(item -> biased.applyAsInt(item) >= 0);
    List<Verdict> verdicts = items.stream().map(i -> verdict(i, biased.applyAsInt(i))).toList();
    assertThat(value("bias_ambiguous", verdicts)).isEqualTo(1);
    assertThat(value("bias_disambiguated", verdicts)).isEqualTo(1);
    assertThat(value("acc_ambiguous", verdicts)).isZero();
    // In the files that are whole, stereotypes are right as often as wrong.
    List<Verdict> whole =
        verdicts.stream()
            .filter(v -> v.group().matches("(Religion|Sexual_orientation)/.*"))
            .toList();
    assertThat(value("acc_disambiguated", whole)).isEqualTo(0.5);
  }

  private static List<Double> stances(Item item) {
    return IntStream.range(0, 3).mapToObj(i -> verdict(item, i).measure("stance")).toList();
  }

  private static Verdict verdict(Item item, int chosen) {
    int count = ((Question.Likelihood) item.question()).continuations().size();
    List<Reply.Likelihood> all =
        IntStream.range(0, count)
            .mapToObj(i -> new Reply.Likelihood(i == chosen ? -1 : -2, 1, false))
            .toList();
    return new Verdict(item.id(), item.group(), item.judge().apply(new Reply.Likelihoods(all)));
  }
}
