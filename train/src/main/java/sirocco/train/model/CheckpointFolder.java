package sirocco.train.model;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.HuggingFaceWriter.Named;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.train.torch.Torch;

/// Writes a model as a Hugging Face folder, which the runtime, transformers and [Weights#read]
/// load.
public final class CheckpointFolder {
  private CheckpointFolder() {}

  /// Writes `config.json`, `generation_config.json` and `model.safetensors` into a folder.
  ///
  /// @param dtype F32 or BF16
  /// @param bos token that opens a text
  /// @param eos tokens that end one
  /// @throws sirocco.checkpoint.CheckpointException on a write error
  public static void write(
      TrainableModel model, Path folder, DType dtype, OptionalInt bos, Set<Integer> eos) {
    List<Named> names = HuggingFaceWriter.weights(model.config());
    List<Declaration> declarations =
        names.stream().map(n -> new Declaration(n.name(), dtype, n.shape())).toList();
    try (var file = SafetensorsWriter.create(folder.resolve("model.safetensors"), declarations)) {
      for (Named named : names) {
        write(file, named, weight(model, named.role()), dtype);
      }
      file.commit();
    }
    HuggingFaceWriter.writeConfig(folder, model.config(), dtype, bos, eos);
  }

  private static void write(SafetensorsWriter file, Named named, Tensor weight, DType dtype) {
    try (var _ = new PointerScope()) {
      ScalarType type = dtype == DType.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
      Tensor plain = weight.detach().to(type).cpu().contiguous();
      file.write(named.name(), Torch.memory(plain));
    }
  }

  /// The weight in this role.
  private static Tensor weight(TrainableModel model, Role role) {
    for (Parameter parameter : model.parameters()) {
      for (Parameter.Part part : parameter.parts()) {
        if (part.role().equals(role)) {
          return Parameter.view(parameter.value().detach(), part);
        }
      }
    }
    throw new IllegalArgumentException("the model has no weight " + role);
  }
}
