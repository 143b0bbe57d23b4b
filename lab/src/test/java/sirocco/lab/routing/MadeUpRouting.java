package sirocco.lab.routing;

import java.util.Arrays;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Routings without a model.
final class MadeUpRouting implements RoutingSource {
  private final RoutingShape shape;
  private final IntFunction<int[]> choices;

  /// @param choices of a token, by rank, in every layer
  MadeUpRouting(RoutingShape shape, IntFunction<int[]> choices) {
    this.shape = shape;
    this.choices = choices;
  }

  /// Every choice drawn evenly.
  static MadeUpRouting random(RoutingShape shape, long seed) {
    var random = new SplittableRandom(seed);
    return new MadeUpRouting(shape, _ -> draw(shape, random));
  }

  /// A token of an even id goes to expert 0 first in `strength` of cases, and else anywhere.
  static MadeUpRouting planted(RoutingShape shape, double strength, long seed) {
    var random = new SplittableRandom(seed);
    return new MadeUpRouting(
        shape,
        token -> {
          int[] drawn = draw(shape, random);
          if (token % 2 == 0 && random.nextDouble() < strength) {
            for (int rank = 1; rank < drawn.length; rank++) {
              drawn[rank] = drawn[rank] == 0 ? drawn[0] : drawn[rank];
            }
            drawn[0] = 0;
          }
          return drawn;
        });
  }

  private static int[] draw(RoutingShape shape, SplittableRandom random) {
    int[] all = IntStream.range(0, shape.experts()).toArray();
    for (int i = 0; i < shape.chosen(); i++) {
      int j = random.nextInt(i, all.length);
      int held = all[i];
      all[i] = all[j];
      all[j] = held;
    }
    return Arrays.copyOf(all, shape.chosen());
  }

  @Override
  public RoutingShape shape() {
    return shape;
  }

  @Override
  public RoutedWindow route(int[] ids) {
    int k = shape.chosen();
    int[][] experts = new int[shape.layers()][ids.length * k];
    float[][] gates = new float[shape.layers()][ids.length * k];
    double[][] entropies = new double[shape.layers()][ids.length];
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int t = 0; t < ids.length; t++) {
        System.arraycopy(choices.apply(ids[t]), 0, experts[layer], t * k, k);
        Arrays.fill(gates[layer], t * k, (t + 1) * k, 1f / k);
        entropies[layer][t] = Double.NaN;
      }
    }
    return new RoutedWindow(ids, new double[0], experts, gates, entropies);
  }

  /// Documents by turns of two domains: of even ids and of odd ones.
  static Iterator<Document> evenAndOdd(int documents, int tokens) {
    return IntStream.range(0, documents)
        .mapToObj(d ->
            new Document(
                d % 2 == 0 ? "even" : "odd",
                IntStream.range(0, tokens).map(t -> 2 * (t % 50) + d % 2).toArray()))
        .iterator();
  }
}
