package sirocco.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.Computing;
import sirocco.engine.EngineOptions;
import sirocco.engine.PromptFormat;
import sirocco.engine.SamplingSettings;
import sirocco.engine.WeightMemory;
import sirocco.model.KvCache;

/// Which model, and how it is opened, but for the number of threads.
abstract sealed class ModelSource permits ModelArguments, BenchArguments, ServeModel {
  /// Names the model where `-m` is not given.
  static final String ENVIRONMENT = "SIROCCO_MODEL";

  static final String HEADING = "%nModel:%n";

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description =
          "A model: a folder (Hugging Face's or Mistral's own layout) or a .gguf file."
              + " Without it, the environment's SIROCCO_MODEL, else the tiny model that comes with"
              + " Sirocco.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "The most tokens of a session (default: what the model is made for).")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--cache",
      paramLabel = "TYPE",
      description = "How keys and values are kept: f32 (default, exact), f16 or q8.")
  private KvCache.Precision cache = KvCache.Precision.F32;

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Prompt tokens in one pass (default: ${DEFAULT-VALUE}).")
  private int chunk = EngineOptions.DEFAULT.chunk();

  @Option(
      names = "--experts-per-token",
      paramLabel = "K",
      description = "Experts that each token visits, instead of the model's own number.")
  private Optional<Integer> expertsPerToken = Optional.empty();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "What computes: cpu or scalar (default: the fastest; `doctor` lists them).")
  private Optional<String> backend = Optional.empty();

  @Option(
      names = "--max-resident",
      paramLabel = "SIZE",
      converter = Bytes.Converter.class,
      description =
          "The most memory for weights, such as 12G or 900M, where a mixture is larger: experts are"
              + " then read from the file when they are chosen.")
  private Optional<Long> maxResident = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      description =
          "Where weights lie: mapped (the file's pages), copied (large pages of our own, which are"
              + " read faster) or auto (default: copied where there is memory enough).")
  private WeightMemory weights = WeightMemory.AUTO;

  /// The model that was asked for, or the default model.
  Path path() {
    return orDefault(model.or(ModelSource::environment));
  }

  /// What `-m` was given.
  Optional<Path> given() {
    return model;
  }

  /// Whether `-m` was given.
  boolean isNamed() {
    return model.isPresent();
  }

  /// Whether no model was asked for.
  boolean isDefault() {
    return model.or(ModelSource::environment).isEmpty();
  }

  /// The model that was asked for, or the default model.
  static Path orDefault(Optional<Path> given) {
    Path path = given.orElseGet(DefaultModel::path);
    if (!Files.exists(path)) {
      throw new InputException(path + ": no such folder or file");
    }
    return path;
  }

  /// The model that the environment names.
  static Optional<Path> environment() {
    return Optional.ofNullable(System.getenv(ENVIRONMENT)).filter(m -> !m.isEmpty()).map(Path::of);
  }

  /// How this model's tokens are chosen unless the user says otherwise.
  SamplingSettings sampling() {
    return isDefault()
        ? DefaultModel.sampling()
        : SamplingSettings.builder().temperature(0.7).build();
  }

  /// The LoRA that is added to the weights, if there is one.
  abstract Optional<Path> adapter();

  /// How keys and values are kept.
  KvCache.Precision cache() {
    return cache;
  }

  /// The most memory for weights that was asked for.
  OptionalLong maxResident() {
    return maxResident.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /// The context that was asked for.
  Optional<Integer> context() {
    return context;
  }

  /// Says on a terminal which model runs if none was named.
  void tellOfDefault(CommandLine command) {
    if (isDefault() && Machine.stderrIsTerminal()) {
      command
          .getErr()
          .println(
              "sirocco: this is the tiny demonstration model that comes with Sirocco;"
                  + " -m MODEL runs another");
    }
  }

  /// How it is opened.
  ///
  /// @throws ParameterException if that makes no sense
  EngineOptions options(
      CommandLine command, PromptFormat.Kind promptFormat, OptionalInt threads, int guesses) {
    try {
      return EngineOptions.builder()
          .expertsPerToken(number(expertsPerToken))
          .context(number(context))
          .cache(cache)
          .chunk(chunk)
          .promptFormat(promptFormat)
          .adapter(adapter())
          .computing(new Computing(backend, threads))
          .guesses(guesses)
          .maxResident(maxResident())
          .weights(weights)
          .build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  static OptionalInt number(Optional<Integer> value) {
    return value.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
