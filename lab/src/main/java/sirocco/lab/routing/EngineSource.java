package sirocco.lab.routing;

import java.util.Arrays;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.Engine;
import sirocco.engine.RoutedTokens;
import sirocco.engine.Session;
import sirocco.lab.eval.EvaluationException;
import sirocco.model.Routing;

/// What a model's routers decide. For one thread; closing it leaves the engine open.
public final class EngineSource implements RoutingSource, AutoCloseable {
  private final Session session;
  private final RoutingShape shape;

  /// @param window the most tokens that are routed together
  /// @throws EvaluationException if the model has no routers, or no context of that length
  public EngineSource(Engine engine, int window) {
    ModelConfig config = engine.model().config();
    if (window < 1 || window > engine.context()) {
      throw new EvaluationException(
          "expected windows of 1 to %d tokens, the model's context, found %d"
              .formatted(engine.context(), window));
    }
    int layers = config.isMixture() ? config.numHiddenLayers() : 0;
    this.shape = new RoutingShape(layers, config.numLocalExperts(), engine.expertsPerToken());
    this.session = engine.newSession(window);
  }

  @Override
  public RoutingShape shape() {
    return shape;
  }

  @Override
  public RoutedWindow route(int[] ids) {
    int[][] experts = new int[shape.layers()][ids.length * shape.chosen()];
    float[][] gates = new float[shape.layers()][ids.length * shape.chosen()];
    double[][] entropies = new double[shape.layers()][ids.length];
    double[] losses =
        session.score(
            ids,
            routed -> {
              for (int layer = 0; layer < shape.layers(); layer++) {
                copy(routed, layer, experts[layer], gates[layer], entropies[layer]);
              }
            });
    return new RoutedWindow(Arrays.copyOf(ids, ids.length), losses, experts, gates, entropies);
  }

  private void copy(
      RoutedTokens routed, int layer, int[] experts, float[] gates, double[] entropies) {
    Routing routing = routed.routing(layer);
    for (int i = 0; i < routed.count(); i++) {
      int position = routed.position(i);
      for (int rank = 0; rank < shape.chosen(); rank++) {
        experts[position * shape.chosen() + rank] = routing.expert(routed.row(i), rank);
        gates[position * shape.chosen() + rank] = routing.gate(routed.row(i), rank);
      }
      entropies[position] = routing.entropy(routed.row(i));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
