package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.KvCache;
import sirocco.tensor.DType;

/// `sirocco inspect`: parameters, tensors and the memory that a model takes, before it is loaded.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows a model's parameters, tensors and the memory that running it takes.",
    footer = {
      "",
      "Examples:",
      "  ./sirocco inspect",
      "  ./sirocco inspect MODEL --context 8192 --cache f16",
      "  ./sirocco inspect config.json --json"
    })
final class InspectCommand implements Callable<Integer> {
  private static final List<DType> USUAL_TYPES =
      List.of(DType.BF16, DType.Q8_0, DType.Q6_K, DType.Q4_K);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description =
          "A folder, a .gguf file, or a config.json or params.json without weights (default: the"
              + " tiny model that comes with Sirocco).")
  private Optional<Path> path = Optional.empty();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "The same, as the other commands take it.")
  private Optional<Path> option = Optional.empty();

  @Option(names = "--tensors", description = "List every tensor.")
  private boolean tensors;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens to plan memory for (default: what the model is made for).")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--cache",
      paramLabel = "TYPE",
      description = "How keys and values are kept: f32 (default), f16 or q8.")
  private KvCache.Precision cache = KvCache.Precision.F32;

  @Option(
      names = "--max-resident",
      paramLabel = "SIZE",
      converter = Bytes.Converter.class,
      description = "The most memory for weights, as the other commands take it.")
  private Optional<Long> maxResident = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Path model = model();
    Inspection inspection = Inspection.of(model);
    ModelConfig config = inspection.ledger().config();
    int tokens = context.orElse(config.maxPositionEmbeddings());
    if (tokens < 1) {
      throw new ParameterException(
          spec.commandLine(), "--context must be at least 1, found " + tokens);
    }
    MemoryPlan plan =
        MemoryPlan.of(
            config,
            inspection.weightsBytes(),
            maxResident.map(OptionalLong::of).orElse(OptionalLong.empty()),
            tokens,
            cache,
            Machine.here().memoryAvailable());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(tree(inspection, plan)));
    } else {
      print(inspection, plan, out);
    }
    out.flush();
    return 0;
  }

  private Path model() {
    Optional<Path> given = path.or(() -> option).or(ModelArguments::environment);
    if (path.isPresent() && option.isPresent()) {
      throw new ParameterException(spec.commandLine(), "which model? Give one MODEL to inspect");
    }
    return ModelArguments.orDefault(given);
  }

  private Map<String, Object> tree(Inspection model, MemoryPlan plan) {
    ModelConfig config = model.ledger().config();
    var tree = new LinkedHashMap<String, Object>();
    tree.put("path", model.path().toString());
    tree.put("format", model.format().name().toLowerCase(Locale.ROOT));
    tree.put("architecture", config.architecture().name().toLowerCase(Locale.ROOT));
    tree.put("total_parameters", model.totalParameters());
    tree.put("active_parameters", model.activeParameters());
    tree.put("config", tree(config));
    tree.put("parts", model.ledger().parts());
    tree.put("file_bytes", model.fileBytes());
    tree.put("tensor_count", model.tensors().size());
    tree.put("types", model.types());
    if (tensors) {
      tree.put("tensors", model.tensors());
    }
    tree.put("tokens", model.tokens());
    tree.put("memory", plan);
    return tree;
  }

  /// The names of Hugging Face's `config.json`.
  private static Map<String, Object> tree(ModelConfig config) {
    var tree = new LinkedHashMap<String, Object>();
    tree.put("vocab_size", config.vocabSize());
    tree.put("hidden_size", config.hiddenSize());
    tree.put("intermediate_size", config.intermediateSize());
    tree.put("num_hidden_layers", config.numHiddenLayers());
    tree.put("num_attention_heads", config.numAttentionHeads());
    tree.put("num_key_value_heads", config.numKeyValueHeads());
    tree.put("head_dim", config.headDim());
    tree.put("num_local_experts", config.numLocalExperts());
    tree.put("num_experts_per_tok", config.numExpertsPerTok());
    tree.put("rms_norm_eps", config.rmsNormEps());
    tree.put("rope_theta", config.rope().theta());
    tree.put("sliding_window", config.slidingWindow());
    tree.put("max_position_embeddings", config.maxPositionEmbeddings());
    tree.put("tie_word_embeddings", config.tieWordEmbeddings());
    return tree;
  }

  private void print(Inspection model, MemoryPlan plan, PrintWriter out) {
    out.printf("%s: %s%n%s%n%n", model.path(), model.format(), model.architecture());
    row(out, "", "parameters", "for one token");
    for (Ledger.Part part : model.ledger().parts()) {
      row(out, part.name(), grouped(part.parameters()), grouped(part.active()));
    }
    row(out, "total", grouped(model.totalParameters()), grouped(model.activeParameters()));
    out.println();
    printStorage(model, out);
    printMemory(plan, out);
    if (tensors) {
      out.println();
      for (Inspection.Entry tensor : model.tensors()) {
        out.printf("%-6s %-20s %s%n", tensor.type(), tensor.shape(), tensor.name());
      }
    }
  }

  private static void printStorage(Inspection model, PrintWriter out) {
    if (model.types().isEmpty()) {
      for (DType type : USUAL_TYPES) {
        long bytes = model.ledger().parts().stream().mapToLong(part -> part.bytes(type)).sum();
        row(out, "weights as " + type, Bytes.show(bytes), "");
      }
    } else {
      for (Inspection.Stored stored : model.types()) {
        String tensors = stored.tensors() + (stored.tensors() == 1 ? " tensor" : " tensors");
        row(out, stored.type().name(), Bytes.show(stored.bytes()), tensors);
      }
      row(out, "files", Bytes.show(model.fileBytes()), "");
    }
    out.println();
  }

  private static void printMemory(MemoryPlan plan, PrintWriter out) {
    row(out, "memory to run", "", "");
    boolean bounded = plan.residentBytes() < plan.weightsBytes();
    row(
        out,
        "weights",
        Bytes.show(plan.residentBytes()),
        bounded
            ? "at most, of " + Bytes.show(plan.weightsBytes()) + " in the files"
            : "mapped from the files");
    row(
        out,
        "cache",
        Bytes.show(plan.cacheBytes()),
        "%s, %d tokens, %s each"
            .formatted(plan.cacheType(), plan.context(), Bytes.show(plan.cacheBytesPerToken())));
    row(out, "scratch", Bytes.show(plan.scratchBytes()), "at most");
    row(out, "Java", Bytes.show(plan.javaBytes()), "");
    row(out, "together", Bytes.show(plan.totalBytes()), "");
    if (plan.availableBytes().isPresent() && plan.largestContext().isPresent()) {
      long largest = plan.largestContext().getAsLong();
      row(
          out,
          "available now",
          Bytes.show(plan.availableBytes().getAsLong()),
          (plan.fits() ? "it fits" : "it does not fit")
              + (largest > 0
                  ? "; contexts up to " + largest + " tokens do"
                  : ": weights alone are too large"));
    }
  }

  private static void row(PrintWriter out, String name, String value, String remark) {
    out.println(String.format(Locale.ROOT, "%-16s %18s  %s", name, value, remark).stripTrailing());
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
