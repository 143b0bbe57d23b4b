package sirocco.train.run;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.json.JsonFields;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.train.data.BatchesPosition;
import sirocco.train.torch.Torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a checkpoint holds beside the model: how far the run was, where its data stood
/// (`state.json`) and the optimizer's means (`optimizer.safetensors`).
///
/// @param step how many are done
/// @param tokens read so far
/// @param recipe a fingerprint of what must not change between a run and its continuation
record TrainingState(int step, long tokens, BatchesPosition position, String recipe) {
  private static final String STATE = "state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";

  void write(Path folder, Optimizer optimizer) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("step", step).put("tokens", tokens).put("recipe", recipe);
    json.set("position", position.toJson());
    List<Declaration> declarations = new ArrayList<>();
    Map<String, Tensor> means = means(optimizer);
    means.forEach((name, mean) -> declarations.add(declaration(name, mean)));
    try (var file = SafetensorsWriter.create(folder.resolve(OPTIMIZER), declarations)) {
      means.forEach((name, mean) -> file.write(name, Torch.memory(mean)));
      file.commit();
    }
    try {
      Files.writeString(folder.resolve(STATE), json + "\n");
    } catch (IOException e) {
      throw new TrainingException(folder.resolve(STATE) + ": could not be written: " + e, e);
    }
  }

  /// The means of all parameters by their names in the file: `mean.layers.0.router`.
  private static Map<String, Tensor> means(Optimizer optimizer) {
    Map<String, Tensor> means = new LinkedHashMap<>();
    for (Optimizer.Slot slot : optimizer.slots()) {
      slot.means().forEach((name, mean) -> means.put(name + "." + slot.parameter().name(), mean));
    }
    return means;
  }

  private static Declaration declaration(String name, Tensor tensor) {
    return new Declaration(name, DType.F32, Shape.of(tensor.numel()));
  }

  /// Reads a checkpoint, but for the optimizer's means.
  ///
  /// @throws TrainingException naming the file and the member that is wrong
  static TrainingState read(Path folder) {
    Path path = folder.resolve(STATE);
    JsonFields json =
        new JsonFields(parse(path), "", message -> new TrainingException(path + ": " + message))
            .asObject();
    double tokens = json.requiredReal("tokens");
    int step = json.requiredInteger("step");
    if (step < 1 || tokens < 0 || tokens > 1L << 53 || tokens != Math.rint(tokens)) {
      throw json.error("expected counts, found step " + step + ", tokens " + tokens);
    }
    return new TrainingState(
        step,
        (long) tokens,
        BatchesPosition.of(json.requiredObject("position")),
        json.requiredText("recipe"));
  }

  /// Reads the optimizer's means of a checkpoint into `optimizer`.
  static void restore(Path folder, Optimizer optimizer) {
    try (var file = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
      means(optimizer).forEach((name, mean) -> fill(file, name, mean));
    }
  }

  private static void fill(SafetensorsFile file, String name, Tensor target) {
    MemorySegment from = file.tensor(name).data();
    MemorySegment to = Torch.memory(target);
    if (from.byteSize() != to.byteSize()) {
      throw new TrainingException(
          file.path()
              + ": "
              + name
              + ": expected "
              + to.byteSize()
              + " bytes, found "
              + from.byteSize());
    }
    to.copyFrom(from);
  }

  private static JsonNode parse(Path path) {
    try {
      return JsonMapper.shared().readTree(Files.readString(path));
    } catch (IOException | tools.jackson.core.JacksonException e) {
      throw new TrainingException(path + ": could not be read: " + e.getMessage(), e);
    }
  }
}
