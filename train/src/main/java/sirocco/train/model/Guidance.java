package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.data.Batch;
import sirocco.train.guidance.Look;
import sirocco.train.guidance.Pieces;
import sirocco.train.torch.Torch;

/// Guided attention: a term of the loss by which chosen heads learn where to look, for what the
/// next token alone teaches only after very many of them. With `m` the attention of a head that
/// falls on the tokens it should look at, `P` a probe and `h` a layer's output:
///
/// `weight Σ_guides Σ_heads mean(-log m) + probe_weight Σ_probes mean(cross entropy of P h)`
///
/// A probe asks the output of a guide's layer, from the same tokens, which token was found, the
/// next one which token follows it. It predicts through the model's head, which it does not change,
/// and is no part of the model. Attention without it finds the place and carries nothing away from
/// it.
public final class Guidance {
  /// Some heads of a layer and where they look.
  ///
  /// @param nth of the tokens before, or of those of the sentence, from 1; of no meaning to other
  ///   looks
  /// @param probes tokens of what was found that probes ask for
  public record Guide(Look look, int nth, int layer, List<Integer> heads, int probes) {
    public Guide {
      heads = List.copyOf(heads);
    }

    /// The name in metrics.
    public String name() {
      return numbered(look.toString(), nth) + " in layer " + layer;
    }

    private String probeName(int asked) {
      return numbered(name() + ", probe", asked);
    }

    private static String numbered(String name, int number) {
      return number == 1 ? name : name + " " + number;
    }
  }

  /// A matrix that reads a guide's layer.
  ///
  /// @param asked 1 for the token that was found, 2 for the one behind it
  record Probe(Guide guide, int asked, Parameter matrix) {}

  private final double weight;
  private final double probeWeight;
  private final List<Guide> guides;
  private final Pieces pieces;
  private final List<Probe> probes = new ArrayList<>();

  /// New probes, drawn from `seed`.
  ///
  /// @throws IllegalArgumentException naming the guide whose layer or head the model does not have
  public Guidance(
      ModelConfig config,
      List<Guide> guides,
      double weight,
      double probeWeight,
      Pieces pieces,
      long seed) {
    this.weight = weight;
    this.probeWeight = probeWeight;
    this.guides = List.copyOf(guides);
    this.pieces = pieces;
    var random = new SplittableRandom(seed);
    for (Guide guide : guides) {
      check(guide, "layer", guide.layer(), config.numHiddenLayers());
      guide.heads().forEach(head -> check(guide, "head", head, config.numAttentionHeads()));
      for (int asked = 1; asked <= guide.probes(); asked++) {
        Parameter matrix = matrix(guide.probeName(asked), config.hiddenSize(), random);
        probes.add(new Probe(guide, asked, matrix));
      }
    }
  }

  private static void check(Guide guide, String what, int found, int count) {
    if (found < 0 || found >= count) {
      throw new IllegalArgumentException(
          guide.look()
              + ": expected "
              + what
              + " 0 to "
              + (count - 1)
              + " of the model, found "
              + found);
    }
  }

  /// [D, D], uniform within ±1/sqrt(D).
  private static Parameter matrix(String name, int width, SplittableRandom random) {
    float[] numbers = new float[width * width];
    double bound = 1 / Math.sqrt((double) width);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    Tensor value = Torch.floats(numbers, width, width);
    value.set_requires_grad(true);
    value.retainReference();
    return new Parameter(name, value, List.of());
  }

  /// What trains beside the model: the probes.
  public List<Parameter> parameters() {
    return probes.stream().map(Probe::matrix).toList();
  }

  /// What [Gradients.Step#guidance] holds: each guide's loss, then each probe's.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    guides.forEach(guide -> names.add(guide.name()));
    probes.forEach(probe -> names.add(probe.guide().probeName(probe.asked())));
    return names;
  }

  double weight() {
    return weight;
  }

  double probeWeight() {
    return probeWeight;
  }

  List<Guide> guides() {
    return guides;
  }

  /// The probes in the order of their guides.
  List<Probe> probes() {
    return probes;
  }

  /// What a batch is to look at.
  Guided on(Batch batch, ModelConfig config) {
    return new Guided(this, batch, pieces, config);
  }
}
