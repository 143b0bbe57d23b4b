package sirocco.lab.routing;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// Which experts of a layer a domain's tokens choose together. No token chooses an expert twice, so
/// plain independence is out of reach; what is compared with is quasi-independence: `expected(i, j)
/// = w(i) w(j)` for i ≠ j, with the w that give each expert as many pairs as it has.
///
/// @param tokens `[E][E]`, how many chose both of two experts; 0 on the diagonal
/// @param lift `[E][E]`, the same over what is expected: 1 if experts choose no company; not a
///   number on the diagonal and where nothing is expected
public record CoActivation(
    String domain, int layer, List<List<Long>> tokens, List<List<Double>> lift) {
  /// Steps of the fit. Each halves the error or better, unless one expert is in every pair.
  private static final int STEPS = 200;

  static CoActivation of(RoutingTrace trace, String domain, int layer) {
    int experts = trace.shape().experts();
    List<List<Long>> tokens =
        IntStream.range(0, experts)
            .mapToObj(i ->
                IntStream.range(0, experts)
                    .mapToObj(j -> trace.together(domain, layer, i, j))
                    .toList())
            .toList();
    double[] weights = weights(tokens);
    List<List<Double>> lift =
        IntStream.range(0, experts)
            .mapToObj(i ->
                IntStream.range(0, experts)
                    .mapToObj(
                        j -> i == j ? Double.NaN : tokens.get(i).get(j) / (weights[i] * weights[j]))
                    .toList())
            .toList();
    return new CoActivation(domain, layer, tokens, lift);
  }

  /// Symmetric iterative proportional fitting, each step the geometric mean of the old weight and
  /// the one that would put its expert's pairs right.
  private static double[] weights(List<List<Long>> tokens) {
    double[] pairs =
        tokens.stream().mapToDouble(row -> row.stream().mapToLong(n -> n).sum()).toArray();
    double[] weights = Arrays.stream(pairs).map(n -> n == 0 ? 0 : Math.sqrt(n)).toArray();
    for (int step = 0; step < STEPS; step++) {
      double[] old = weights;
      double sum = Arrays.stream(old).sum();
      IntToDoubleFunction next =
          i -> pairs[i] == 0 ? 0 : Math.sqrt(old[i] * pairs[i] / (sum - old[i]));
      weights = IntStream.range(0, old.length).mapToDouble(next).toArray();
    }
    return weights;
  }
}
