package sirocco.lab.preference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Chat;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.text.Message;

/// One turn of MT-Bench, to be answered; what the answer is worth is judged later.
///
/// @param before the answers of the turn before, by the question's id; empty for the first turn
record AnswerTask(MtBench bench, Map<Integer, String> before) implements Task {
  /// FastChat's.
  private static final int MOST_TOKENS = 1024;

  private int turn() {
    return before.isEmpty() ? 0 : 1;
  }

  @Override
  public Description description() {
    return new Description(
        "mt-bench-turn-" + (turn() + 1),
        "MT-Bench, answers to turn " + (turn() + 1),
        "Chat of at most %d tokens, at the temperature of the question's category."
            .formatted(MOST_TOKENS),
        MtBench.SOURCE,
        0,
        MtBench.FILES);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    return bench.questions().stream()
        .filter(q -> turn() == 0 || before.containsKey(q.id()))
        .map(this::item)
        .toList();
  }

  private Item item(MtBench.Asked question) {
    List<Message> messages = new ArrayList<>();
    messages.add(new Message.User(question.turns().getFirst()));
    Optional.ofNullable(before.get(question.id()))
        .ifPresent(answer -> {
          messages.add(new Message.Assistant(answer));
          messages.add(new Message.User(question.turns().getLast()));
        });
    var sampling = new Sampling(1, question.temperature(), 1, MOST_TOKENS, List.of());
    return new Item(
        Integer.toString(question.id()),
        question.category(),
        new Chat(messages, sampling),
        reply -> Map.of("characters", (double) ((Reply.Texts) reply).all().getFirst().length()),
        new Reply.Texts(List.of("")),
        Double.NaN);
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("characters"));
  }
}
