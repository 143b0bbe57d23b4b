package sirocco.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.convert.MergeAdapter;
import sirocco.convert.ToHuggingFace;
import sirocco.tensor.DType;

/// `sirocco merge`: an adapter becomes part of its base.
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a model with a LoRA adapter added to its weights, as a Hugging Face folder.",
      "",
      "Sums are made in float32 and stored in the model's own types, or in the one of --dtype. Weights that the adapter"
          + " leaves alone stay as they are. Nothing appears at OUTPUT until all of it is written."
    },
    footer = {"", "Example: ./sirocco merge -m mixtral-folder --adapter lora -o merged"})
final class MergeCommand implements Callable<Integer> {
  @Mixin private ConvertCommand.Source source = new ConvertCommand.Source();

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "FOLDER",
      description = "A LoRA as PEFT saves it.")
  private Path adapterFolder = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUTPUT",
      description = "A new folder.")
  private Path output = Path.of("");

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "f32, f16 or bf16 for all weights; needed where the model's are quantised.")
  private Optional<DType> dtype = Optional.empty();

  @Override
  public Integer call() {
    try (Checkpoint base = source.open(output);
        Adapter adapter = Adapter.open(adapterFolder, base);
        ProgressBar bar =
            new ProgressBar("merge the adapter", MergeAdapter.tensorBytes(base, dtype))) {
      MergeAdapter.write(base, adapter, dtype, output, ToHuggingFace.SHARD_BYTES, bar::advance);
    }
    return 0;
  }
}
