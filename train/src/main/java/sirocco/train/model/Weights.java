package sirocco.train.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.RowOrder;
import sirocco.tensor.quant.Format;
import sirocco.tensor.quant.Formats;
import sirocco.train.torch.Torch;

/// Fills a model's parameters: from a checkpoint, or at random.
public final class Weights {
  /// Standard deviation of a random weight; the Mixtral paper states none, Hugging Face's default.
  private static final double DEVIATION = 0.02;

  private Weights() {}

  /// Reads every weight, of whatever type, into the model. Rows of query and key are put into the
  /// order of [Rope.Layout#HALVES].
  ///
  /// @throws sirocco.checkpoint.CheckpointException if one is missing or has the wrong shape
  public static void read(Checkpoint checkpoint, TrainableModel model) {
    for (Parameter parameter : model.parameters()) {
      for (Parameter.Part part : parameter.parts()) {
        RowOrder order =
            RowOrder.of(part.role(), model.config(), checkpoint.ropeLayout(), Rope.Layout.HALVES);
        copy(checkpoint.weight(part.role()), order, target(parameter, part));
      }
    }
  }

  private static void copy(sirocco.tensor.Tensor weight, RowOrder order, MemorySegment target) {
    Format format = Formats.of(weight.dtype());
    int columns = Math.toIntExact(weight.columns());
    float[] row = new float[columns];
    for (long r = 0; r < weight.rows(); r++) {
      format.decode(weight.data(), order.source(r) * weight.rowBytes(), row, 0, columns);
      MemorySegment.copy(
          row, 0, target, ValueLayout.JAVA_FLOAT, r * columns * Float.BYTES, columns);
    }
  }

  /// Draws weights from N(0, 0.02²), those that write to the residual stream scaled by 1/sqrt(2
  /// layers); norms are one. The same seed gives the same numbers everywhere.
  public static void randomise(TrainableModel model, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (Parameter parameter : model.parameters()) {
      for (Parameter.Part part : parameter.parts()) {
        fill(target(parameter, part), part, deviation(part.role(), model.config()), random);
      }
    }
  }

  private static void fill(
      MemorySegment target, Parameter.Part part, double deviation, RandomGenerator random) {
    boolean norm = part.shape().rank() == 1;
    for (long i = 0; i < part.shape().elements(); i++) {
      float value = norm ? 1 : (float) (deviation * random.nextGaussian());
      target.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  private static double deviation(Role role, ModelConfig config) {
    boolean writesResidual =
        switch (role) {
          case Role.Global _ -> false;
          case Role.Layer(int _, Part part) -> part == Part.OUTPUT || part == Part.DOWN;
          case Role.Expert(int _, int _, Part part) -> part == Part.DOWN;
        };
    return writesResidual ? DEVIATION / Math.sqrt(2.0 * config.numHiddenLayers()) : DEVIATION;
  }

  /// The memory of one weight.
  private static MemorySegment target(Parameter parameter, Parameter.Part part) {
    return Torch.memory(parameter.value())
        .asSlice(part.offset() * Float.BYTES, part.shape().elements() * Float.BYTES);
  }

  /// The gradient of one weight, zeros where nothing reached it.
  public static Tensor gradient(Parameter parameter, Parameter.Part part) {
    Tensor gradient = parameter.value().grad();
    Tensor whole = gradient.defined() ? gradient : torch.zeros_like(parameter.value().detach());
    return Parameter.view(whole, part);
  }
}
