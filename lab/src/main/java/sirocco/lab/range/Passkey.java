package sirocco.lab.range;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// A number hidden in filler text, over a grid of lengths and depths (Mohtashami and Jaggi 2023,
/// "Landmark Attention", whose script's words these are; Mixtral paper, figure 4). The groups are
/// named `length N/depth D`.
///
/// @param lengths of the prompts in tokens, about: a token is counted as four characters of the
///   filler, as vocabularies like Llama's have it
/// @param depths where the key is, 0 for the beginning of the filler to 1 for its end
/// @param trials keys drawn for each length and depth
public record Passkey(List<Integer> lengths, List<Double> depths, int trials) implements Task {
  private static final String OPENING =
      "There is an important info hidden inside a lot of irrelevant text. Find it and memorize them."
          + " I will quiz you about the important information there.";
  private static final String FILLER =
      "The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";
  private static final String CLOSING = "What is the pass key? The pass key is";

  /// Keys are drawn from 1 to this.
  private static final int KEYS = 50_000;

  /// Tokens of all but the filler, about.
  private static final int FRAME_TOKENS = 110;

  /// Tokens of the filler's five sentences, about.
  private static final double FILLER_TOKENS = 22.5;

  private static final int ANSWER_TOKENS = 10;
  private static final Pattern INTEGER = Pattern.compile("\\d+");

  public Passkey {
    lengths = List.copyOf(lengths);
    depths = List.copyOf(depths);
    if (lengths.isEmpty() || depths.isEmpty() || trials < 1) {
      throw new EvaluationException("passkey: expected at least one length, depth and trial");
    }
    for (int length : lengths) {
      if (length < FRAME_TOKENS) {
        throw new EvaluationException(
            "passkey: expected lengths of at least %d tokens, found %d"
                .formatted(FRAME_TOKENS, length));
      }
    }
    for (double depth : depths) {
      if (!(depth >= 0 && depth <= 1)) {
        throw new EvaluationException("passkey: expected depths of 0 to 1, found " + depth);
      }
    }
  }

  /// Lengths that double from 512 to at most this many tokens, at eight depths, a trial each.
  public static Passkey upTo(int tokens) {
    List<Integer> lengths = new ArrayList<>();
    for (int length = 512; length <= tokens; length *= 2) {
      lengths.add(length);
    }
    return new Passkey(lengths, List.of(0.0, 0.143, 0.286, 0.429, 0.571, 0.714, 0.857, 1.0), 1);
  }

  /// The same with those lengths whose prompts and answers fit a context.
  ///
  /// @param tokens counts those of a text as the model does
  /// @throws DataException if none does
  public Passkey fitting(int context, ToIntFunction<String> tokens) {
    List<Integer> fitting =
        lengths.stream()
            .filter(
                length -> tokens.applyAsInt(prompt(length, 0.5, KEYS)) + ANSWER_TOKENS <= context)
            .toList();
    if (fitting.isEmpty()) {
      throw new DataException(
          "passkey: no prompt of %s tokens fits a context of %d; give a longer --context"
              .formatted(lengths, context));
    }
    return new Passkey(fitting, depths, trials);
  }

  @Override
  public Description description() {
    return new Description(
        "passkey",
        "Passkey retrieval",
        ("Greedy completion of at most %d tokens; the first integer must be the key. Lengths %s,"
                + " depths %s, trials of each: %d.")
            .formatted(ANSWER_TOKENS, lengths, depths, trials),
        "Landmark Attention (Mohtashami and Jaggi 2023); Mixtral paper, figure 4 left",
        0,
        new Files("passkey", "nothing: its prompts are made here"));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    List<Item> items = new ArrayList<>();
    for (int length : lengths) {
      for (double depth : depths) {
        for (int trial = 0; trial < trials; trial++) {
          items.add(item(length, depth, trial));
        }
      }
    }
    return items;
  }

  private static Item item(int length, double depth, int trial) {
    String group = "length %d/depth %s".formatted(length, shown(depth));
    String id = group + "/" + trial;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(id.hashCode());
    int key = random.nextInt(1, KEYS + 1);
    return new Item(
        id,
        group,
        new Completion(prompt(length, depth, key), Sampling.greedy(ANSWER_TOKENS, List.of())),
        reply -> Map.of("acc", found((Reply.Texts) reply, key) ? 1.0 : 0.0),
        new Reply.Texts(List.of(" " + key + ".")),
        1.0 / KEYS);
  }

  private static String shown(double depth) {
    return BigDecimal.valueOf(depth).stripTrailingZeros().toPlainString();
  }

  private static boolean found(Reply.Texts reply, int key) {
    Matcher integer = INTEGER.matcher(reply.all().getFirst());
    return integer.find() && integer.group().equals(Integer.toString(key));
  }

  /// A prompt of about `length` tokens.
  static String prompt(int length, double depth, int key) {
    int fillers = (int) ((length - FRAME_TOKENS) / FILLER_TOKENS);
    int before = (int) Math.rint(fillers * depth);
    return """
    %s
    %s
    The pass key is %d. Remember it. %d is the pass key.
    %s
    %s\
    """
        .formatted(OPENING, filler(before), key, key, filler(fillers - before), CLOSING);
  }

  private static String filler(int times) {
    return String.join(" ", Collections.nCopies(times, FILLER));
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("acc"));
  }
}
