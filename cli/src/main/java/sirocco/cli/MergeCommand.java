package sirocco.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.convert.MergeAdapter;
import sirocco.convert.ToHuggingFace;
import sirocco.tensor.DType;
import sirocco.train.merge.AdapterRecipe;

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
    footer = {
      "",
      "Examples:",
      "  ./sirocco merge -m mixtral-folder --adapter lora -o merged",
      "  ./sirocco merge recipe.yaml",
      "where recipe.yaml says, with paths from its own folder:",
      "  base: mixtral-folder",
      "  adapter: lora",
      "  dtype: bf16             # the model's own types if not given",
      "  output: merged          # a new folder"
    })
final class MergeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "RECIPE",
      arity = "0..1",
      description = "YAML or JSON file in place of the options.")
  private Optional<Path> recipe = Optional.empty();

  @Option(
      names = {"-m", "--model"},
      defaultValue = "${env:SIROCCO_MODEL}",
      paramLabel = "MODEL",
      description = "A model: a folder (Hugging Face's or Mistral's own layout) or a .gguf file.")
  private Optional<Path> model = Optional.empty();

  @Option(names = "--adapter", paramLabel = "FOLDER", description = "A LoRA as PEFT saves it.")
  private Optional<Path> adapterFolder = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUTPUT",
      description = "A new folder.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "f32, f16 or bf16 for all weights; needed where the model's are quantised.")
  private Optional<DType> dtype = Optional.empty();

  @Override
  public Integer call() {
    AdapterRecipe wanted = recipe.isPresent() ? AdapterRecipe.read(recipe.get()) : options();
    if (Files.exists(wanted.output())) {
      throw new InputException(wanted.output() + ": is there already; name another folder");
    }
    try (Checkpoint base = Checkpoints.open(wanted.base());
        Adapter adapter = Adapter.open(wanted.adapter(), base);
        ProgressBar bar =
            new ProgressBar("merge the adapter", MergeAdapter.tensorBytes(base, wanted.dtype()))) {
      MergeAdapter.write(
          base, adapter, wanted.dtype(), wanted.output(), ToHuggingFace.SHARD_BYTES, bar::advance);
    }
    return 0;
  }

  private AdapterRecipe options() {
    if (model.isEmpty() || adapterFolder.isEmpty() || output.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected a RECIPE, or --model, --adapter and --output");
    }
    return new AdapterRecipe(model.get(), adapterFolder.get(), dtype, output.get());
  }
}
