package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;
import sirocco.train.data.Preference;

/// What the default model practised, asked in words, wordings and numbers that its training never
/// showed. Needs no files: the exercises are made, the same each time. Each kind is a group.
public final class Exercises implements Task {
  /// Generators that make questions with one right answer.
  public static final List<String> KINDS =
      List.of(
          "arithmetic",
          "paragraph",
          "passkey",
          "lookup",
          "records",
          "copying",
          "rewriting",
          "sorting",
          "units",
          "memory");

  private static final int EACH = 200;
  private static final int LONGEST_ANSWER = 300;
  private static final long SEED = 12;

  @Override
  public Description description() {
    return new Description(
        "exercises",
        "Exercises of the default model",
        "asked in the model's chat format; right if the answer, greedy, is the very one expected",
        "the held-out half of what the default model was trained on, default-model/README.md",
        0,
        new Files("", "nothing: the exercises are made"));
  }

  @Override
  public List<sirocco.lab.eval.Item> items(DataFolder source, int shots) {
    List<sirocco.lab.eval.Item> made = new ArrayList<>();
    for (String kind : KINDS) {
      ItemGenerator items = Generators.named(kind + "-evaluation").orElseThrow();
      Random random = new Random(SEED);
      for (int i = 0; i < EACH; i++) {
        made.add(item(kind, i, items.generate(random)));
      }
    }
    return made;
  }

  private static sirocco.lab.eval.Item item(String kind, int number, Item exercise) {
    List<Message> messages =
        switch (exercise) {
          case Dialogue(List<Message> all, _) -> all;
          case Document _, Preference _ ->
              throw new IllegalArgumentException(kind + " asks nothing");
        };
    String answer = messages.getLast().content().strip();
    return new sirocco.lab.eval.Item(
        kind + "/" + number,
        kind,
        new Question.Chat(
            messages.subList(0, messages.size() - 1), Sampling.greedy(LONGEST_ANSWER, List.of())),
        reply -> Map.of("acc", answer.equals(text(reply).strip()) ? 1.0 : 0.0),
        new Reply.Texts(List.of(answer)),
        0);
  }

  private static String text(Reply reply) {
    return switch (reply) {
      case Reply.Texts(List<String> all) -> all.getFirst();
      case Reply.Likelihoods _ -> throw new IllegalArgumentException("a text was asked for");
    };
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("acc"));
  }
}
