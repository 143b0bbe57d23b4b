package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.tensor.Shape;

/// Makes the parameters of a model: which weights lie together, and in which order.
final class ParameterLayout {
  private final ModelConfig config;
  private final List<Parameter> all = new ArrayList<>();

  ParameterLayout(ModelConfig config) {
    this.config = config;
  }

  List<Parameter> all() {
    return all;
  }

  Parameter single(String name, Role role) {
    return stacked(name, List.of(role), extents(Roles.shape(role, config)));
  }

  Attention attention(int layer) {
    long rows = (config.numAttentionHeads() + 2L * config.numKeyValueHeads()) * config.headDim();
    List<Role> inputs =
        Stream.of(Part.QUERY, Part.KEY, Part.VALUE).<Role>map(p -> new Layer(layer, p)).toList();
    return new Attention(
        stacked("layers." + layer + ".attention.inputs", inputs, rows, config.hiddenSize()),
        single("layers." + layer + ".attention.output", new Layer(layer, Part.OUTPUT)));
  }

  FeedForward feedForward(int layer) {
    return config.isMixture() ? mixture(layer) : dense(layer);
  }

  private FeedForward dense(int layer) {
    List<Role> gateUp = List.of(new Layer(layer, Part.GATE), new Layer(layer, Part.UP));
    return new FeedForward.Dense(
        stacked(
            "layers." + layer + ".gate_up",
            gateUp,
            2L * config.intermediateSize(),
            config.hiddenSize()),
        single("layers." + layer + ".down", new Layer(layer, Part.DOWN)));
  }

  private FeedForward mixture(int layer) {
    int experts = config.numLocalExperts();
    List<Role> gateUp =
        IntStream.range(0, experts)
            .boxed()
            .<Role>mapMulti((e, each) -> {
              each.accept(new Expert(layer, e, Part.GATE));
              each.accept(new Expert(layer, e, Part.UP));
            })
            .toList();
    List<Role> down =
        IntStream.range(0, experts).<Role>mapToObj(e -> new Expert(layer, e, Part.DOWN)).toList();
    long width = config.hiddenSize();
    long inner = config.intermediateSize();
    return new FeedForward.Mixture(
        single("layers." + layer + ".router", new Layer(layer, Part.ROUTER)),
        stacked("layers." + layer + ".experts.gate_up", gateUp, experts, 2 * inner, width),
        stacked("layers." + layer + ".experts.down", down, experts, width, inner),
        experts,
        config.numExpertsPerTok());
  }

  private Parameter stacked(String name, List<Role> roles, long... shape) {
    List<Parameter.Part> parts = new ArrayList<>();
    long offset = 0;
    for (Role role : roles) {
      Shape own = Roles.shape(role, config);
      parts.add(new Parameter.Part(role, offset, own));
      offset += own.elements();
    }
    Tensor value = torch.zeros(shape).to(ScalarType.Float);
    value.set_requires_grad(true);
    value.retainReference();
    Parameter parameter = new Parameter(name, value, parts);
    all.add(parameter);
    return parameter;
  }

  private static long[] extents(Shape shape) {
    return shape.extents().stream().mapToLong(Long::longValue).toArray();
  }
}
