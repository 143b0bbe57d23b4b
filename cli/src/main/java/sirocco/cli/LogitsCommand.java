package sirocco.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Output;
import sirocco.model.Routing;
import sirocco.model.Workspace;
import sirocco.tensor.DType;
import sirocco.tensor.ScalarBackend;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sirocco logits`: what the model computes for given tokens, for comparison with other
/// implementations. Always exact: the scalar back end, float32 activations and cache, whatever the
/// weights' type.
@Command(
    name = "logits",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a model's logits and router logits for given token ids.",
      "",
      "They are computed exactly (float32 activations and cache, the scalar back end) and written as"
          + " a safetensors file: `logits` [T, V], and `router_<layer>` [T, E] for mixtures.",
      "Where the ids file has `prompt_length` and `greedy_steps`, also `greedy`: the ids that greedy decoding appends to the"
          + " first `prompt_length` ids."
    },
    footer = {
      "",
      "Example: ./sirocco logits --ids ids.json -o out.safetensors",
      "ids.json: {\"ids\": [1, 22557, 28725]}"
    })
final class LogitsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A model's folder or .gguf file (default: the environment's SIROCCO_MODEL, else the tiny"
              + " model that comes with Sirocco).")
  private Optional<Path> model = Optional.empty();

  @Option(names = "--ids", required = true, paramLabel = "FILE", description = "JSON with `ids`.")
  private Path idsFile = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--chunk",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Tokens in one forward pass (default: ${DEFAULT-VALUE}). The result does not depend on it.")
  private int chunk;

  @Option(
      names = "--experts-per-token",
      paramLabel = "K",
      description = "Experts that a token visits, instead of the model's number.")
  private Optional<Integer> expertsPerToken = Optional.empty();

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "A LoRA as PEFT saves it, added to the weights.")
  private Optional<Path> adapterFolder = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (chunk < 1) {
      throw new ParameterException(
          spec.commandLine(), "--chunk must be at least 1, found " + chunk);
    }
    Ids ids = Ids.read(idsFile);
    try (Checkpoint checkpoint = Checkpoints.open(modelPath())) {
      if (adapterFolder.isEmpty()) {
        write(checkpoint, Optional.empty(), ids);
      } else {
        try (Adapter adapter = Adapter.open(adapterFolder.get(), checkpoint)) {
          write(checkpoint, Optional.of(adapter), ids);
        }
      }
    }
    return 0;
  }

  private Path modelPath() {
    return ModelArguments.orDefault(model.or(ModelArguments::environment));
  }

  private void write(Checkpoint checkpoint, Optional<Adapter> adapter, Ids ids) {
    OptionalInt chosen = expertsPerToken.map(OptionalInt::of).orElse(OptionalInt.empty());
    Model model =
        Models.load(
            checkpoint,
            new ModelOptions(chosen, adapter, List.of(), OptionalLong.empty()),
            new ScalarBackend().open());
    requireTokens(ids, model.config().vocabSize());
    try (Workspace workspace = new Workspace();
        Arena arena = Arena.ofConfined()) {
      write(model, ids, workspace, arena);
    }
  }

  private void requireTokens(Ids ids, int vocabulary) {
    for (int i = 0; i < ids.tokens().length; i++) {
      int id = ids.tokens()[i];
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            idsFile + ": id " + i + ": expected 0 to " + (vocabulary - 1) + ", found " + id);
      }
    }
  }

  private void write(Model model, Ids ids, Workspace workspace, Arena arena) {
    int rows = ids.tokens().length;
    int layers = model.config().isMixture() ? model.config().numHiddenLayers() : 0;
    Shape routerShape = Shape.of(rows, model.config().numLocalExperts());
    List<Tensor> routers =
        IntStream.range(0, layers).mapToObj(_ -> Tensor.floats(routerShape, arena)).toList();
    List<SafetensorsWriter.Declaration> declared = new ArrayList<>();
    declared.add(
        new SafetensorsWriter.Declaration(
            "logits", DType.F32, Shape.of(rows, model.config().vocabSize())));
    for (int layer = 0; layer < layers; layer++) {
      declared.add(new SafetensorsWriter.Declaration("router_" + layer, DType.F32, routerShape));
    }
    if (ids.greedySteps() > 0) {
      declared.add(
          new SafetensorsWriter.Declaration("greedy", DType.I32, Shape.of(ids.greedySteps())));
    }
    try (var writer = SafetensorsWriter.create(output, declared)) {
      try (KvCache cache = model.newCache(rows, KvCache.Precision.F32)) {
        for (int start = 0; start < rows; start += chunk) {
          int[] part = Arrays.copyOfRange(ids.tokens(), start, Math.min(start + chunk, rows));
          Output out = model.forward(Batch.prompt(cache, part, Batch.Rows.ALL), workspace);
          writer.write("logits", out.logits().data());
          copyRouters(out.routings(), routers, start);
        }
      }
      for (int layer = 0; layer < layers; layer++) {
        writer.write("router_" + layer, routers.get(layer).data());
      }
      if (ids.greedySteps() > 0) {
        writer.write("greedy", greedy(model, ids, workspace, arena).data());
      }
      writer.commit();
    }
  }

  private static void copyRouters(List<Routing> routings, List<Tensor> routers, int start) {
    for (int layer = 0; layer < routings.size(); layer++) {
      Routing routing = routings.get(layer);
      for (int t = 0; t < routing.rows(); t++) {
        for (int e = 0; e < routing.experts(); e++) {
          routers
              .get(layer)
              .setFloat((long) (start + t) * routing.experts() + e, routing.logit(t, e));
        }
      }
    }
  }

  /// Token after token, the largest logit each time; of equal ones the lowest id.
  private static Tensor greedy(Model model, Ids ids, Workspace workspace, Arena arena) {
    Tensor chosen = Tensor.allocate(DType.I32, Shape.of(ids.greedySteps()), arena);
    int[] next = Arrays.copyOf(ids.tokens(), ids.promptLength());
    try (KvCache cache =
        model.newCache(ids.promptLength() + ids.greedySteps(), KvCache.Precision.F32)) {
      for (int step = 0; step < ids.greedySteps(); step++) {
        Batch batch =
            step == 0
                ? Batch.prompt(cache, next, Batch.Rows.LAST)
                : Batch.step(cache, next, Batch.Rows.LAST);
        Tensor logits = model.forward(batch, workspace).logits();
        int best = 0;
        for (int id = 1; id < logits.columns(); id++) {
          if (logits.getFloat(id) > logits.getFloat(best)) {
            best = id;
          }
        }
        chosen.data().set(Tensor.INT, (long) step * Integer.BYTES, best);
        next = new int[] {best};
      }
    }
    return chosen;
  }

  /// What the ids file asks for.
  ///
  /// @param greedySteps 0 where it asks for none
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Ids(int[] tokens, int promptLength, int greedySteps) {
    /// Far above what any model can take.
    private static final long MAX_BYTES = 64L << 20;

    private static final JsonMapper JSON =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static Ids read(Path file) throws IOException {
      // A pipe or a device would hang or never end.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new InputException(file + ": expected a regular file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new InputException(
            file + ": expected at most " + MAX_BYTES + " bytes, found " + Files.size(file));
      }
      JsonNode json;
      try {
        json = JSON.readTree(Files.readAllBytes(file));
      } catch (JacksonException e) {
        throw new InputException(
            file + ": not JSON: " + JsonLines.firstLine(e.getOriginalMessage()));
      }
      JsonNode list = json.isArray() ? json : json.path("ids");
      if (!list.isArray() || list.isEmpty()) {
        throw new InputException(file + ": expected {\"ids\": [...]} with at least one id");
      }
      int[] tokens = new int[list.size()];
      for (int i = 0; i < tokens.length; i++) {
        if (!list.get(i).isInt()) {
          throw new InputException(
              file + ": id " + i + ": expected an integer, found " + list.get(i));
        }
        tokens[i] = list.get(i).intValue();
      }
      int steps = number(file, json, "greedy_steps", 0, 0, 1 << 20);
      int prompt = number(file, json, "prompt_length", tokens.length, 1, tokens.length);
      return new Ids(tokens, prompt, steps);
    }

    private static int number(
        Path file, JsonNode json, String name, int absent, int least, int most) {
      JsonNode value = json.path(name);
      if (value.isMissingNode() || value.isNull()) {
        return absent;
      }
      if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
        throw new InputException(
            file + ": " + name + ": expected " + least + " to " + most + ", found " + value);
      }
      return value.intValue();
    }
  }
}
