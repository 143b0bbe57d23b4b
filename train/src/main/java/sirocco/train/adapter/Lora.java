package sirocco.train.adapter;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.LowRank;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.quant.Formats;
import sirocco.train.model.LowRankTerms;
import sirocco.train.model.LowRankTerms.Term;
import sirocco.train.model.Parameter;
import sirocco.train.model.TrainableModel;
import sirocco.train.torch.Torch;

/// A LoRA (arXiv 2106.09685) on a model whose own weights stand still. A starts as PEFT's does,
/// uniform in ±1/sqrt(inputs), and B at zero, so that the first step computes what the model does.
public final class Lora {
  private final LoraSettings settings;
  private final ModelConfig config;
  private final Map<Role, Term> terms = new LinkedHashMap<>();

  /// Puts a new adapter on a model and freezes the model.
  public Lora(TrainableModel model, LoraSettings settings, long seed) {
    this.settings = settings;
    this.config = model.config();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    model.parameters().forEach(parameter -> parameter.value().set_requires_grad(false));
    Roles.of(config)
        .filter(
            role -> LoraSettings.Target.of(role).filter(settings.targets()::contains).isPresent())
        .forEach(role -> terms.put(role, term(role, random)));
    model.adapt(new LowRankTerms(terms));
  }

  private Term term(Role role, RandomGenerator random) {
    Shape shape = Roles.shape(role, config);
    long inputs = shape.extent(1);
    Parameter a = parameter(role, "a", settings.rank(), inputs);
    Parameter b = parameter(role, "b", shape.extent(0), settings.rank());
    MemorySegment numbers = Torch.memory(a.value());
    double bound = 1 / Math.sqrt((double) inputs);
    for (long i = 0; i < settings.rank() * inputs; i++) {
      float value = (float) ((2 * random.nextDouble() - 1) * bound);
      numbers.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return new Term(a, b, settings.alpha() / settings.rank());
  }

  private static Parameter parameter(Role role, String name, long rows, long columns) {
    Tensor value = torch.zeros(rows, columns).to(ScalarType.Float);
    value.set_requires_grad(true);
    value.retainReference();
    return new Parameter(role + "." + name, value, List.of());
  }

  /// All A and B, in the order of the model's weights.
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    for (Term term : terms.values()) {
      all.add(term.a());
      all.add(term.b());
    }
    return all;
  }

  /// Reads the numbers of an adapter of the same weights and rank.
  ///
  /// @param base the model that it was made for
  public void read(Path folder, Checkpoint base) {
    try (Adapter adapter = Adapter.open(folder, base)) {
      terms.forEach((role, term) -> {
        Optional<LowRank> pair = adapter.find(role);
        if (pair.isEmpty() || pair.get().rank() != settings.rank()) {
          throw new AdapterException(
              folder
                  + ": expected a pair of rank "
                  + settings.rank()
                  + " for "
                  + role
                  + ", found "
                  + pair.map(found -> "rank " + found.rank()).orElse("none"));
        }
        copy(pair.get().a(), term.a());
        copy(pair.get().b(), term.b());
      });
    }
  }

  private static void copy(sirocco.tensor.Tensor from, Parameter to) {
    int count = Math.toIntExact(from.shape().elements());
    float[] numbers = new float[count];
    Formats.of(from.dtype()).decode(from.data(), 0, numbers, 0, count);
    MemorySegment.copy(numbers, 0, Torch.memory(to.value()), ValueLayout.JAVA_FLOAT, 0, count);
  }

  /// Writes the adapter for use, with its experts as the settings say.
  public void write(Path folder, String base) {
    write(folder, base, settings.experts());
  }

  /// Writes the adapter such that [#read] finds the same numbers: fused experts double ranks.
  public void save(Path folder, String base) {
    write(folder, base, AdapterWriter.Experts.SINGLE);
  }

  private void write(Path folder, String base, AdapterWriter.Experts experts) {
    try (Arena arena = Arena.ofConfined()) {
      Map<Role, LowRank> pairs = new LinkedHashMap<>();
      terms.forEach((role, term) ->
          pairs.put(
              role,
              new LowRank(tensor(term.a(), arena), tensor(term.b(), arena), (float) term.scale())));
      AdapterWriter.write(folder, config, base, pairs, experts);
    }
  }

  private static sirocco.tensor.Tensor tensor(Parameter parameter, Arena arena) {
    Tensor value = parameter.value();
    Shape shape = Shape.of(value.size(0), value.size(1));
    var copy = sirocco.tensor.Tensor.allocate(DType.F32, shape, arena);
    copy.data().copyFrom(Torch.memory(value.detach()));
    return copy;
  }
}
