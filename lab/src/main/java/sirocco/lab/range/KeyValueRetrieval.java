package sirocco.lab.range;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// The value of a key among pairs of random UUIDs, over a grid of how many pairs there are and
/// where the wanted one stands (Liu et al. 2024, "Lost in the Middle", section 3). The groups are
/// named `pairs N/position P`.
///
/// @param pairs in each object; the paper has 75, 140 and 300, about 4, 8 and 16 thousand tokens
/// @param positions of the wanted pair, in each object this many, evenly from the first to the last
/// @param trials objects drawn for each
/// @param keyFirst whether the key stands before the object, too ("query-aware")
public record KeyValueRetrieval(List<Integer> pairs, int positions, int trials, boolean keyFirst)
    implements Task {
  private static final String INSTRUCTION =
      "Extract the value corresponding to the specified key in the JSON object below.";
  private static final int ANSWER_TOKENS = 100;

  public KeyValueRetrieval {
    pairs = List.copyOf(pairs);
    if (pairs.isEmpty() || positions < 2 || trials < 1) {
      throw new EvaluationException(
          ("key-value: expected at least one number of pairs, 2 positions and 1 trial, found %s,"
                  + " %d and %d")
              .formatted(pairs, positions, trials));
    }
    for (int count : pairs) {
      if (count < positions) {
        throw new EvaluationException(
            "key-value: %d pairs do not have %d positions".formatted(count, positions));
      }
    }
  }

  /// The same with those numbers of pairs whose objects and answers fit a context.
  ///
  /// @param tokens counts those of a text as the model does
  /// @throws DataException if none does
  public KeyValueRetrieval fitting(int context, ToIntFunction<String> tokens) {
    List<Integer> fitting = pairs.stream().filter(count -> fits(count, context, tokens)).toList();
    if (fitting.isEmpty()) {
      throw new DataException(
          "key-value: no object of %s pairs fits a context of %d; give a longer --context"
              .formatted(pairs, context));
    }
    return new KeyValueRetrieval(fitting, positions, trials, keyFirst);
  }

  /// All objects of as many pairs: how many tokens a random UUID has differs a little.
  private boolean fits(int count, int context, ToIntFunction<String> tokens) {
    return new KeyValueRetrieval(List.of(count), positions, trials, keyFirst)
        .made().stream()
            .map(item -> ((Completion) item.question()).prompt())
            .allMatch(prompt -> tokens.applyAsInt(prompt) + ANSWER_TOKENS <= context);
  }

  @Override
  public Description description() {
    return new Description(
        keyFirst ? "key-value-query-aware" : "key-value",
        keyFirst ? "Key-value retrieval, query-aware" : "Key-value retrieval",
        ("Greedy completion of at most %d tokens, in which the value must occur. Pairs %s,"
                + " positions: %d, trials of each: %d.")
            .formatted(ANSWER_TOKENS, pairs, positions, trials),
        "Lost in the Middle (Liu et al. 2024), section 3",
        0,
        new Files("key-value", "nothing: its objects are made here"));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    return made();
  }

  private List<Item> made() {
    List<Item> items = new ArrayList<>();
    for (int count : pairs) {
      for (int at = 0; at < positions; at++) {
        int position = (int) Math.round((double) at * (count - 1) / (positions - 1));
        for (int trial = 0; trial < trials; trial++) {
          items.add(item(count, position, trial));
        }
      }
    }
    return items;
  }

  private Item item(int count, int position, int trial) {
    String group = "pairs %d/position %d".formatted(count, position + 1);
    String id = group + "/" + trial;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(id.hashCode());
    Map<String, String> object = new LinkedHashMap<>();
    while (object.size() < count) {
      object.put(uuid(random), uuid(random));
    }
    Map.Entry<String, String> wanted = List.copyOf(object.entrySet()).get(position);
    String value = wanted.getValue();
    return new Item(
        id,
        group,
        new Completion(prompt(object, wanted.getKey()), Sampling.greedy(ANSWER_TOKENS, List.of())),
        reply -> Map.of("acc", contains((Reply.Texts) reply, value) ? 1.0 : 0.0),
        new Reply.Texts(List.of(" " + value)),
        0);
  }

  /// A random one: version 4, variant 2.
  private static String uuid(RandomGenerator random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | (0b10L << 62);
    return new UUID(high, low).toString();
  }

  private static boolean contains(Reply.Texts reply, String value) {
    return reply.all().getFirst().toLowerCase(Locale.ROOT).contains(value);
  }

  private String prompt(Map<String, String> object, String key) {
    String json =
        object.entrySet().stream()
            .map(pair -> "\"%s\": \"%s\"".formatted(pair.getKey(), pair.getValue()))
            .collect(Collectors.joining(",\n ", "{", "}"));
    String before = keyFirst ? "Key: \"" + key + "\"\n\n" : "";
    return INSTRUCTION
        + "\n\n"
        + before
        + "JSON data:\n"
        + json
        + "\n\nKey: \""
        + key
        + "\"\nCorresponding value:";
  }

  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("acc"));
  }
}
