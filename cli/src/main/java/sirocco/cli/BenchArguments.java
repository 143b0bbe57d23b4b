package sirocco.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.checkpoint.PublishedShape;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.engine.EngineOptions;
import sirocco.engine.PromptFormat;

/// Which model `bench` measures: a file's, or one of random weights.
final class BenchArguments extends ModelSource {
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      split = ",",
      description = "Threads that compute, one number or several (default: a thread a core).")
  private List<Integer> threads = List.of();

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description =
          "Instead of -m: random weights in memory, with the shape of a published model:"
              + " mixtral-8x7b, mixtral-8x22b, mistral-7b; mixtral-1b and mixtral-tiny are for"
              + " comparing engines.")
  private Optional<String> shape = Optional.empty();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The types of those weights, as `quantize` names them (default: q4_k_m).")
  private Optional<String> type = Optional.empty();

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "A LoRA as PEFT saves it, added to the weights while the model runs.")
  private Optional<Path> adapter = Optional.empty();

  @Override
  Optional<Path> adapter() {
    return adapter;
  }

  /// Random weights of a shape.
  record Synthetic(PublishedShape shape, QuantizationMixture mixture) {}

  /// The numbers of threads to measure with.
  List<Integer> threads() {
    return threads.isEmpty() ? List.of(Runtime.getRuntime().availableProcessors()) : threads;
  }

  /// Everything but the threads. Nothing is guessed ahead: random tokens cannot be.
  EngineOptions options(CommandLine command) {
    return options(command, PromptFormat.Kind.AUTO, OptionalInt.empty(), 0);
  }

  /// The random weights that were asked for.
  ///
  /// @throws ParameterException if there is no such shape or type, or a model was named too
  Optional<Synthetic> synthetic(CommandLine command) {
    if (shape.isEmpty()) {
      if (type.isPresent()) {
        throw new ParameterException(command, "--type goes with --shape; a file has its own types");
      }
      return Optional.empty();
    }
    if (isNamed() || adapter.isPresent()) {
      throw new ParameterException(
          command, "--shape makes a model of random weights; leave -m and --adapter out");
    }
    PublishedShape found =
        PublishedShape.named(shape.get())
            .orElseThrow(() ->
                new ParameterException(
                    command,
                    "there is no shape '%s'; there are %s"
                        .formatted(shape.get(), PublishedShape.names())));
    String name = type.orElse("q4_k_m");
    QuantizationMixture mixture =
        QuantizationMixture.named(name)
            .orElseThrow(() ->
                new ParameterException(
                    command,
                    "there is no type '%s'; there are %s"
                        .formatted(name, QuantizationMixture.names())));
    return Optional.of(new Synthetic(found, mixture));
  }
}
