package sirocco.train.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.train.torch.Torch;

/// The gradients that a model holds, for comparison with other implementations.
public final class WeightGradients {
  private WeightGradients() {}

  /// The Euclidean norm of all of them together.
  public static double norm(TrainableModel model) {
    double sum = 0;
    try (var _ = new PointerScope()) {
      for (Parameter parameter : model.parameters()) {
        Tensor gradient = parameter.value().grad();
        if (gradient.defined()) {
          double norm = gradient.norm().item_double();
          sum += norm * norm;
        }
      }
    }
    return Math.sqrt(sum);
  }

  /// Writes safetensors: `loss` [1], `aux_loss` [1] where there is one, and `grad.<name>` with the
  /// shape of each weight, named and laid out as in a Hugging Face folder; all float32. The
  /// gradient of a tied head is in the embedding's.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it cannot be written
  public static void write(Path file, TrainableModel model, double loss, OptionalDouble auxiliary) {
    List<Declaration> declared = new ArrayList<>();
    declared.add(new Declaration("loss", DType.F32, Shape.of(1)));
    if (auxiliary.isPresent()) {
      declared.add(new Declaration("aux_loss", DType.F32, Shape.of(1)));
    }
    Map<Role, String> names = new HashMap<>();
    for (var weight : HuggingFaceWriter.weights(model.config())) {
      names.put(weight.role(), "grad." + weight.name());
      declared.add(new Declaration("grad." + weight.name(), DType.F32, weight.shape()));
    }
    try (var writer = SafetensorsWriter.create(file, declared);
        var _ = new PointerScope()) {
      writer.write("loss", Torch.memory(Torch.floats(new float[] {(float) loss}, 1)));
      auxiliary.ifPresent(value ->
          writer.write("aux_loss", Torch.memory(Torch.floats(new float[] {(float) value}, 1))));
      for (Parameter parameter : model.parameters()) {
        for (Parameter.Part part : parameter.parts()) {
          try (var _ = new PointerScope()) {
            Tensor gradient = Weights.gradient(parameter, part).cpu().contiguous();
            writer.write(Objects.requireNonNull(names.get(part.role())), Torch.memory(gradient));
          }
        }
      }
      writer.commit();
    }
  }
}
