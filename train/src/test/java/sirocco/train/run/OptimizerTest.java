package sirocco.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Shape;
import sirocco.train.model.Parameter;
import sirocco.train.torch.Torch;

/// Steps of the optimizers against their papers' formulas, computed here in double precision.
final class OptimizerTest {
  private static final double RATE = 0.01;
  private static final double DECAY = 0.1;

  /// What three steps' decay leaves of a weight.
  private static final double DECAYED = Math.pow(1 - RATE * DECAY, 3);

  /// What bfloat16 leaves open in three of Muon's steps, each some 0.002 long.
  private static final double ROUNDED = 3e-4;

  @BeforeAll
  static void start() {
    Torch.start(1, 1);
  }

  @Test
  void adamWTakesThePapersSteps() {
    Parameter parameter = parameter(random(1, 3, 4), Role.Global.EMBEDDING, 3, 4);
    double[] expected = doubles(parameter.value());
    double[] mean = new double[expected.length];
    double[] square = new double[expected.length];
    var optimizer = new Optimizer(List.of(parameter), settings(Optimizer.Kind.MUON, 0));
    for (int step = 1; step <= 5; step++) {
      Tensor gradient = random(10 + step, 3, 4);
      double[] g = doubles(gradient);
      for (int i = 0; i < g.length; i++) {
        mean[i] = 0.9 * mean[i] + 0.1 * g[i];
        square[i] = 0.95 * square[i] + 0.05 * g[i] * g[i];
        double corrected = mean[i] / (1 - Math.pow(0.9, step));
        double deviation = Math.sqrt(square[i] / (1 - Math.pow(0.95, step)));
        expected[i] -= RATE * (corrected / (deviation + 1e-8) + DECAY * expected[i]);
      }
      step(optimizer, parameter, gradient, step);
    }
    // The embedding is none of Muon's.
    assertThat(doubles(parameter.value())).containsExactly(expected, within(1e-6));
  }

  @Test
  void aLongGradientIsCut() {
    Parameter cut = parameter(random(1, 3, 4), Role.Global.EMBEDDING, 3, 4);
    Parameter whole = parameter(random(1, 3, 4), Role.Global.EMBEDDING, 3, 4);
    var cutting = new Optimizer(List.of(cut), settings(Optimizer.Kind.ADAMW, 0.5));
    var plain = new Optimizer(List.of(whole), settings(Optimizer.Kind.ADAMW, 0));
    Tensor gradient = random(2, 3, 4);
    step(cutting, cut, gradient, 1);
    step(plain, whole, gradient.mul(new Scalar(0.5 / gradient.norm().item_double())), 1);
    assertThat(doubles(cut.value())).containsExactly(doubles(whole.value()), within(1e-6));
  }

  /// Every singular value comes near 1, the directions stay, however unlike the values were.
  @Test
  void muonsStepHasNoFavouriteDirection() {
    for (long[] shape : new long[][] {{1, 8, 8}, {3, 48, 16}, {2, 16, 64}}) {
      Tensor matrices = random(7, shape);
      matrices.select(0, 0).select(0, 0).mul_(new Scalar(20f));
      Tensor orthogonal = Muon.orthogonal(matrices);
      assertThat(Arrays.stream(doubles(torch.linalg_svdvals(orthogonal))).boxed())
          .allSatisfy(value -> assertThat(value).isBetween(0.6, 1.3));
      for (int i = 0; i < shape[0]; i++) {
        // The trace of Oᵀ M is the sum of M's singular values where O is U Vᵀ.
        Tensor own = matrices.select(0, i);
        double along = orthogonal.select(0, i).mul(own).sum().item_double();
        assertThat(along / torch.linalg_svdvals(own).sum().item_double()).isBetween(0.6, 1.3);
      }
    }
  }

  /// Query, key and value lie in one parameter and are three matrices all the same: what happens to
  /// the key does not touch its neighbours.
  @Test
  void muonTakesEachMatrixByItself() {
    Tensor other = random(4, 16, 8);
    other.narrow(0, 8, 4).mul_(new Scalar(-3f));
    Tensor one = afterThreeSteps(random(4, 16, 8));
    Tensor two = afterThreeSteps(other);
    assertThat(doubles(two.narrow(0, 0, 8))).containsExactly(doubles(one.narrow(0, 0, 8)));
    assertThat(doubles(two.narrow(0, 12, 4))).containsExactly(doubles(one.narrow(0, 12, 4)));
    double[] key = doubles(two.narrow(0, 8, 4));
    assertThat(key).isNotEqualTo(doubles(one.narrow(0, 8, 4)));
    // Three times the gradient the other way is the same step the other way.
    double[] start = doubles(random(3, 16, 8).narrow(0, 8, 4).mul(new Scalar(DECAYED)));
    double[] first = doubles(one.narrow(0, 8, 4));
    for (int n = 0; n < key.length; n++) {
      assertThat(key[n] - start[n]).isCloseTo(start[n] - first[n], within(ROUNDED));
    }
  }

  private static Tensor afterThreeSteps(Tensor gradient) {
    Parameter parameter = attention(random(3, 16, 8));
    var optimizer = new Optimizer(List.of(parameter), settings(Optimizer.Kind.MUON, 0));
    for (int step = 1; step <= 3; step++) {
      step(optimizer, parameter, gradient, step);
    }
    return parameter.value().detach();
  }

  /// One learning rate serves both: Muon's steps are as large as AdamW's usually are.
  @Test
  void muonsStepsHaveAdamWsSize() {
    Parameter parameter = parameter(random(5, 32, 32), new Role.Layer(0, Part.OUTPUT), 32, 32);
    Tensor before = parameter.value().detach().clone();
    var still = new Optimizer.Settings(Optimizer.Kind.MUON, 0.9, 0.95, 1e-8, 0.95, 0, 0);
    step(new Optimizer(List.of(parameter), still), parameter, random(6, 32, 32), 1);
    double size = parameter.value().detach().sub(before).norm().item_double() / 32;
    assertThat(size / RATE).isBetween(0.2 * 0.6, 0.2 * 1.3);
  }

  @Test
  void norms_routersAndHeadsAreAdamWs() {
    assertThat(parameter(random(1, 4), new Role.Layer(0, Part.ATTENTION_NORM), 4).isInnerMatrix())
        .isFalse();
    assertThat(parameter(random(1, 4, 4), new Role.Layer(0, Part.ROUTER), 4, 4).isInnerMatrix())
        .isFalse();
    assertThat(parameter(random(1, 4, 4), Role.Global.HEAD, 4, 4).isInnerMatrix()).isFalse();
    assertThat(parameter(random(1, 4, 4), new Role.Expert(0, 1, Part.UP), 4, 4).isInnerMatrix())
        .isTrue();
  }

  private static Optimizer.Settings settings(Optimizer.Kind kind, double clip) {
    return new Optimizer.Settings(kind, 0.9, 0.95, 1e-8, 0.95, DECAY, clip);
  }

  private static void step(Optimizer optimizer, Parameter parameter, Tensor gradient, int step) {
    parameter.value().mutable_grad().put(gradient.clone());
    optimizer.step(step, RATE, optimizer.norm());
  }

  private static Parameter parameter(Tensor value, Role role, long... shape) {
    return parameter(value, List.of(new Parameter.Part(role, 0, Shape.of(shape))));
  }

  private static Parameter attention(Tensor value) {
    List<Parameter.Part> parts = new ArrayList<>();
    parts.add(new Parameter.Part(new Role.Layer(0, Part.QUERY), 0, Shape.of(8, 8)));
    parts.add(new Parameter.Part(new Role.Layer(0, Part.KEY), 64, Shape.of(4, 8)));
    parts.add(new Parameter.Part(new Role.Layer(0, Part.VALUE), 96, Shape.of(4, 8)));
    return parameter(value, parts);
  }

  private static Parameter parameter(Tensor value, List<Parameter.Part> parts) {
    value.set_requires_grad(true);
    return new Parameter("p", value, parts);
  }

  private static Tensor random(long seed, long... shape) {
    Random random = new Random(seed);
    int size = 1;
    for (long extent : shape) {
      size *= (int) extent;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Torch.floats(values, shape);
  }

  private static double[] doubles(Tensor tensor) {
    float[] values = Torch.toFloats(tensor.detach().contiguous());
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
