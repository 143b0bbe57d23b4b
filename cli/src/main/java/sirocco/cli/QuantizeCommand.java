package sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.convert.MixtureTypes;
import sirocco.convert.ToGguf;

/// `sirocco quantize`: a smaller model.
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a model as a .gguf file with fewer bits a weight.",
      "",
      "The types are llama.cpp's usual mixtures: more bits for what a model suffers most from losing, F32 for routers and"
          + " norms. Tensor by tensor: memory is bounded by a piece of one tensor. Nothing appears at OUTPUT until all of it"
          + " is written."
    },
    footer = {"", "Example: ./sirocco quantize -m mixtral-folder -o mixtral-q4.gguf --type Q4_K_M"})
final class QuantizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConvertCommand.Source source = new ConvertCommand.Source();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUTPUT",
      description = "The .gguf file to write.")
  private Path output = Path.of("");

  @Option(
      names = {"-t", "--type"},
      required = true,
      paramLabel = "TYPE",
      completionCandidates = Types.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String type = "";

  @Option(
      names = "--requantize",
      description = "Allow weights that are quantised already, adding the errors of both.")
  private boolean requantize;

  @Override
  public Integer call() throws IOException {
    QuantizationMixture mixture =
        QuantizationMixture.named(type)
            .orElseThrow(() ->
                new InputException(
                    "--type: expected one of " + QuantizationMixture.names() + ", found " + type));
    try (Checkpoint checkpoint = source.open(output)) {
      var types = new MixtureTypes(mixture, checkpoint.config(), requantize);
      long bytes = ToGguf.tensorBytes(checkpoint, types);
      try (ProgressBar bar = new ProgressBar("quantize to " + mixture, bytes)) {
        ToGguf.write(
            checkpoint,
            output,
            types,
            new ToGguf.FileType.Of(mixture.ggufFileType()),
            bar::advance);
      }
      var out = spec.commandLine().getOut();
      out.println(
          output
              + ": "
              + Bytes.show(Files.size(output))
              + ", from "
              + Bytes.show(checkpoint.fileBytes()));
      out.flush();
    }
    return 0;
  }

  /// The names that `--help` lists.
  static final class Types implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(QuantizationMixture.values()).map(Enum::name).iterator();
    }
  }
}
