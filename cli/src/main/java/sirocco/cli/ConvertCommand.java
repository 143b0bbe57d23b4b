package sirocco.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.convert.GgufTypes;
import sirocco.convert.ToGguf;
import sirocco.convert.ToHuggingFace;

/// `sirocco convert`: the same model in another format.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a model in another format without losing anything.",
      "",
      "A Hugging Face folder, a folder of Mistral's own layout or a .gguf file becomes a .gguf file"
          + " or a Hugging Face folder, with its tokenizer and chat template.",
      "",
      "Types stay as they are, but quantised weights become F32 in a Hugging Face folder, and norms and routers F32 in a"
          + " .gguf file. Nothing appears at OUTPUT until all of it is written."
    },
    footer = {
      "",
      "Example: ./sirocco convert -m mixtral-folder -o mixtral.gguf",
      "         ./sirocco convert -m mixtral.gguf -o mixtral-folder"
    })
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private Source source = new Source();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUTPUT",
      description = "A name that ends in .gguf, or a new folder.")
  private Path output = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      description = "gguf or hf, where OUTPUT's name does not say.")
  private Optional<Format> format = Optional.empty();

  @Option(
      names = "--shard-size",
      paramLabel = "GB",
      description = "The largest file of weights in a folder, in 10^9 bytes (default: 5).")
  private double shardGigabytes = ToHuggingFace.SHARD_BYTES / 1e9;

  /// What is written.
  enum Format {
    GGUF,
    HF
  }

  @Override
  public Integer call() {
    if (!(shardGigabytes > 0 && shardGigabytes <= 1e9)) {
      throw new ParameterException(
          spec.commandLine(), "--shard-size must be positive, found " + shardGigabytes);
    }
    Format to =
        format.orElse(
            output.toString().toLowerCase(Locale.ROOT).endsWith(".gguf") ? Format.GGUF : Format.HF);
    try (Checkpoint checkpoint = source.open(output)) {
      switch (to) {
        case GGUF -> toGguf(checkpoint);
        case HF -> toHuggingFace(checkpoint);
      }
    }
    return 0;
  }

  private void toGguf(Checkpoint checkpoint) {
    try (ProgressBar bar =
        new ProgressBar("convert to GGUF", ToGguf.tensorBytes(checkpoint, GgufTypes::asTheyAre))) {
      ToGguf.write(
          checkpoint, output, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), bar::advance);
    }
  }

  private void toHuggingFace(Checkpoint checkpoint) {
    try (ProgressBar bar =
        new ProgressBar("convert to safetensors", ToHuggingFace.tensorBytes(checkpoint))) {
      ToHuggingFace.write(checkpoint, output, (long) (shardGigabytes * 1e9), bar::advance);
    }
  }

  /// The model that is read, and the check that it is not written over.
  static final class Source {
    @Option(
        names = {"-m", "--model"},
        required = true,
        defaultValue = "${env:SIROCCO_MODEL}",
        paramLabel = "MODEL",
        description = "A model: a folder (Hugging Face's or Mistral's own layout) or a .gguf file.")
    private Path model = Path.of("");

    @Option(names = "--force", description = "Replace a file that is there already.")
    private boolean force;

    /// @throws InputException if `output` is there and may not be replaced
    Checkpoint open(Path output) {
      if (Files.exists(output) && (!force || Files.isDirectory(output))) {
        throw new InputException(
            output
                + ": is there already; "
                + (Files.isDirectory(output)
                    ? "name another folder"
                    : "name another file, or give --force"));
      }
      return Checkpoints.open(ModelSource.existing(model));
    }
  }
}
