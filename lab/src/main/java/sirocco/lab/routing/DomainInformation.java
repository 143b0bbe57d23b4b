package sirocco.lab.routing;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import sirocco.lab.routing.ExpertShares.Choice;

/// How much the expert of a choice tells of the domain of its token in a layer: mutual information
/// in nats, and whether as much came about by chance. Chance is what remains when the domains are
/// dealt out anew among the documents; documents, not tokens, for the tokens of a document are like
/// each other whatever its domain.
///
/// @param choice which choices of a token are counted
/// @param nats 0 if experts know nothing of domains; at most the smaller of log E and the entropy
///   of the domains
/// @param byChance the mean over permutations, which counting alone makes larger than 0
/// @param pValue `(1 + b) / (1 + m)`, with b of m permutations as informative as the domains; 1
///   with fewer than two domains. Each layer's by itself: with many layers some are small by chance
public record DomainInformation(
    int layer, Choice choice, double nats, double byChance, double pValue) {
  /// Sums in another order differ by less.
  private static final double ROUNDING = 1e-12;

  /// Of all layers.
  ///
  /// @param permutations m, at least 1
  static List<DomainInformation> of(
      RoutingTrace trace, Choice choice, int permutations, long seed) {
    var counts = new Counts(trace, choice);
    int layers = trace.shape().layers();
    int[] domains = counts.domains.clone();
    double[] nats = counts.information(domains);
    double[] sums = new double[layers];
    int[] reached = new int[layers];
    var random = new SplittableRandom(seed);
    for (int m = 0; m < permutations; m++) {
      shuffle(domains, random);
      double[] dealt = counts.information(domains);
      for (int layer = 0; layer < layers; layer++) {
        sums[layer] += dealt[layer];
        reached[layer] += dealt[layer] >= nats[layer] - ROUNDING ? 1 : 0;
      }
    }
    return IntStream.range(0, layers)
        .mapToObj(l ->
            new DomainInformation(
                l,
                choice,
                nats[l],
                sums[l] / permutations,
                (1.0 + reached[l]) / (1.0 + permutations)))
        .toList();
  }

  private static void shuffle(int[] values, SplittableRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int held = values[i];
      values[i] = values[j];
      values[j] = held;
    }
  }

  /// The choices of every document.
  private static final class Counts {
    private final int layers;
    private final int experts;
    private final int domainCount;
    private final int[] domains; // [documents], each one's number
    private final int[][] chosen; // [documents][L E]

    Counts(RoutingTrace trace, Choice choice) {
      this.layers = trace.shape().layers();
      this.experts = trace.shape().experts();
      List<String> names = trace.domains();
      List<DocumentCounts> documents = trace.documents();
      this.domainCount = names.size();
      this.domains = documents.stream().mapToInt(d -> names.indexOf(d.domain())).toArray();
      this.chosen =
          documents.stream()
              .map(d ->
                  IntStream.range(0, layers * experts)
                      .map(i -> d.chosen(i / experts, choice, i % experts))
                      .toArray())
              .toArray(int[][]::new);
    }

    /// `[L]`, with these domains of the documents.
    double[] information(int[] assigned) {
      double[][] sums = new double[domainCount][layers * experts];
      for (int d = 0; d < assigned.length; d++) {
        double[] row = sums[assigned[d]];
        for (int i = 0; i < row.length; i++) {
          row[i] += chosen[d][i];
        }
      }
      return IntStream.range(0, layers)
          .mapToDouble(layer -> DomainInformation.information(ofLayer(sums, layer)))
          .toArray();
    }

    private double[][] ofLayer(double[][] sums, int layer) {
      return Arrays.stream(sums)
          .map(row -> Arrays.copyOfRange(row, layer * experts, (layer + 1) * experts))
          .toArray(double[][]::new);
    }
  }

  /// `Σ p(d, e) log(p(d, e) / (p(d) p(e)))` of counts by domain and expert; 0 if there are none.
  static double information(double[][] counts) {
    double all = Arrays.stream(counts).flatMapToDouble(Arrays::stream).sum();
    double[] columns = new double[counts.length == 0 ? 0 : counts[0].length];
    for (double[] row : counts) {
      for (int e = 0; e < row.length; e++) {
        columns[e] += row[e];
      }
    }
    double sum = 0;
    for (double[] row : counts) {
      double whole = Arrays.stream(row).sum();
      for (int e = 0; e < row.length; e++) {
        sum += row[e] == 0 ? 0 : row[e] / all * Math.log(row[e] * all / (whole * columns[e]));
      }
    }
    return Math.max(0, sum);
  }
}
