package sirocco.lab.eval;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;

/// A task of small sums, odd and even.
record Sums(int count) implements Task {
  @Override
  public Description description() {
    return new Description(
        "sums", "Sums", "Completes a sum.", "none", 0, new Files("sums", "nothing"));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    return IntStream.range(0, count).mapToObj(Sums::item).toList();
  }

  private static Item item(int i) {
    String sum = Integer.toString(i + 7);
    return new Item(
        "sum/" + i,
        i % 2 == 0 ? "even" : "odd",
        new Completion(i + "+7=", Sampling.greedy(4, List.of())),
        reply -> Map.of("acc", ((Reply.Texts) reply).all().getFirst().equals(sum) ? 1.0 : 0.0),
        new Reply.Texts(List.of(sum)),
        0.1);
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("acc"));
  }
}
