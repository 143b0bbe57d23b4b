package sirocco.lab.routing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import sirocco.lab.eval.EvaluationException;

/// Which tokens go to which experts first, in some layers, counted as passages come by: 4 V E bytes
/// a layer.
public final class TokenTable implements Consumer<Passage> {
  private final int experts;
  private final int vocabulary;
  private final SequencedMap<Integer, int[]> counts = new LinkedHashMap<>(); // [V E] by layer

  /// A token of an expert.
  ///
  /// @param token its id
  /// @param count how often the token came to the expert
  /// @param ofToken the part of the token's occurrences that did
  /// @param ofExpert the part that they are of the expert's tokens
  /// @param lift `ofToken` over the expert's part of all tokens: how much likelier than any token
  ///   this one is to come
  public record Entry(int token, int count, double ofToken, double ofExpert, double lift) {}

  /// What comes first in a list of tokens.
  public enum Order {
    /// what makes up most of the expert's tokens
    OF_EXPERT,
    /// what is the likeliest to come
    LIFT;

    private Comparator<Entry> comparator() {
      Comparator<Entry> key =
          switch (this) {
            case OF_EXPERT -> Comparator.comparingDouble(Entry::ofExpert);
            case LIFT -> Comparator.comparingDouble(Entry::lift);
          };
      return key.thenComparingInt(Entry::count).reversed().thenComparingInt(Entry::token);
    }
  }

  /// @param vocabulary V
  /// @param layers to count
  /// @throws EvaluationException if there is no such layer
  public TokenTable(RoutingShape shape, int vocabulary, List<Integer> layers) {
    this.experts = shape.experts();
    this.vocabulary = vocabulary;
    for (int layer : layers) {
      if (layer < 0 || layer >= shape.layers()) {
        throw new EvaluationException(
            "there is no layer %d: the model has layers 0 to %d"
                .formatted(layer, shape.layers() - 1));
      }
      counts.put(layer, new int[Math.multiplyExact(vocabulary, experts)]);
    }
  }

  @Override
  public void accept(Passage passage) {
    RoutedWindow window = passage.window();
    counts.forEach((layer, table) -> {
      for (int t = 0; t < window.tokens(); t++) {
        table[window.ids()[t] * experts + window.expert(layer, t, 0)]++;
      }
    });
  }

  /// The layers that are counted.
  public List<Integer> layers() {
    return List.copyOf(counts.keySet());
  }

  /// The tokens of an expert.
  ///
  /// @param most how many are wanted
  /// @param least occurrences, anywhere, of a token that is listed
  public List<Entry> tokens(int layer, int expert, Order order, int most, int least) {
    int[] table = counts.getOrDefault(layer, new int[0]);
    if (table.length == 0 || expert < 0 || expert >= experts) {
      throw new EvaluationException(
          "layer %d, expert %d was not counted: there are experts 0 to %d of the layers %s"
              .formatted(layer, expert, experts - 1, counts.keySet()));
    }
    double all = Arrays.stream(table).asLongStream().sum();
    double ofExpert =
        IntStream.range(0, vocabulary).mapToLong(v -> table[v * experts + expert]).sum();
    return IntStream.range(0, vocabulary)
        .filter(v -> table[v * experts + expert] > 0 && occurrences(table, v) >= least)
        .mapToObj(v -> {
          int count = table[v * experts + expert];
          double ofToken = (double) count / occurrences(table, v);
          return new Entry(v, count, ofToken, count / ofExpert, ofToken / (ofExpert / all));
        })
        .sorted(order.comparator())
        .limit(most)
        .toList();
  }

  private long occurrences(int[] table, int token) {
    return Arrays.stream(table, token * experts, (token + 1) * experts).asLongStream().sum();
  }
}
