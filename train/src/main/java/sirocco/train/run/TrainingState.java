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
import sirocco.train.model.Parameter;
import sirocco.train.torch.Torch;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a checkpoint holds beside the model: how far the run was, where its data stood
/// (`state.json`), the optimizer's means (`optimizer.safetensors`) and, under guidance, the probes
/// (`probes.safetensors`).
///
/// @param step how many are done
/// @param tokens read so far
/// @param recipe a fingerprint of what must not change between a run and its continuation
record TrainingState(int step, long tokens, BatchesPosition position, String recipe) {
  private static final String STATE = "state.json";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String PROBES = "probes.safetensors";

  void write(Path folder, Optimizer optimizer, List<Parameter> probes) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("step", step).put("tokens", tokens).put("recipe", recipe);
    json.set("position", position.toJson());
    write(folder.resolve(OPTIMIZER), means(optimizer));
    if (!probes.isEmpty()) {
      write(folder.resolve(PROBES), values(probes));
    }
    try {
      Files.writeString(folder.resolve(STATE), json + "\n");
    } catch (IOException e) {
      throw new TrainingException(folder.resolve(STATE) + ": could not be written: " + e, e);
    }
  }

  private static void write(Path path, Map<String, Tensor> tensors) {
    List<Declaration> declarations = new ArrayList<>();
    tensors.forEach((name, tensor) -> declarations.add(declaration(name, tensor)));
    try (var file = SafetensorsWriter.create(path, declarations)) {
      tensors.forEach((name, tensor) -> file.write(name, Torch.memory(tensor)));
      file.commit();
    }
  }

  private static Map<String, Tensor> values(List<Parameter> parameters) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    parameters.forEach(parameter -> values.put(parameter.name(), parameter.value()));
    return values;
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

  /// Reads the optimizer's means and the probes of a checkpoint.
  static void restore(Path folder, Optimizer optimizer, List<Parameter> probes) {
    fill(folder.resolve(OPTIMIZER), means(optimizer));
    if (!probes.isEmpty()) {
      fill(folder.resolve(PROBES), values(probes));
    }
  }

  /// Goes on with the probes that the checkpoint of another run has under the same names; the
  /// others stay new. A folder without any is left alone.
  static void inherit(Path start, List<Parameter> probes) {
    Path path = start.resolve(PROBES);
    if (!Files.exists(path)) {
      return;
    }
    try (var file = SafetensorsFile.open(path)) {
      values(probes)
          .forEach((name, probe) -> file.find(name).ifPresent(_ -> fill(file, name, probe)));
    }
  }

  private static void fill(Path path, Map<String, Tensor> tensors) {
    try (var file = SafetensorsFile.open(path)) {
      tensors.forEach((name, tensor) -> fill(file, name, tensor));
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
