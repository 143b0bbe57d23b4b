package sirocco.train.run;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  void write(Path folder, AdamW optimizer) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("step", step).put("tokens", tokens).put("recipe", recipe);
    json.set("position", position.toJson());
    List<Declaration> declarations = new ArrayList<>();
    for (AdamW.Slot slot : optimizer.slots()) {
      declarations.add(declaration("mean." + slot.parameter().name(), slot.mean()));
      declarations.add(declaration("square." + slot.parameter().name(), slot.square()));
    }
    try (var file = SafetensorsWriter.create(folder.resolve(OPTIMIZER), declarations)) {
      for (AdamW.Slot slot : optimizer.slots()) {
        file.write("mean." + slot.parameter().name(), Torch.memory(slot.mean()));
        file.write("square." + slot.parameter().name(), Torch.memory(slot.square()));
      }
      file.commit();
    }
    try {
      Files.writeString(folder.resolve(STATE), json + "\n");
    } catch (IOException e) {
      throw new TrainingException(folder.resolve(STATE) + ": could not be written: " + e, e);
    }
  }

  private static Declaration declaration(String name, Tensor tensor) {
    return new Declaration(name, DType.F32, Shape.of(tensor.numel()));
  }

  /// Reads a checkpoint, the optimizer's means into `optimizer`.
  static TrainingState read(Path folder, AdamW optimizer) {
    Path path = folder.resolve(STATE);
    JsonFields json =
        new JsonFields(parse(path), "", message -> new TrainingException(path + ": " + message));
    try (var file = SafetensorsFile.open(folder.resolve(OPTIMIZER))) {
      for (AdamW.Slot slot : optimizer.slots()) {
        fill(file, "mean." + slot.parameter().name(), slot.mean());
        fill(file, "square." + slot.parameter().name(), slot.square());
      }
    }
    return new TrainingState(
        json.requiredInteger("step"),
        json.node().path("tokens").asLong(),
        BatchesPosition.of(json.requiredObject("position")),
        json.requiredText("recipe"));
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
