package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.train.merge.UpcycleRecipe;

/// `sirocco upcycle`: a dense model to a mixture of its copies.
@Command(
    name = "upcycle",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a Mixtral of a dense Mistral or llama: every expert is a copy of its feed-forward"
          + " layer, the routers are new (sparse upcycling, arXiv 2212.05055).",
      "",
      "Until it is trained the mixture says what the dense model does, unless there is noise. It"
          + " is written as a Hugging Face folder with the tokenizer; nothing appears at output"
          + " until all of it is written."
    },
    footer = {
      "",
      "Example: ./sirocco upcycle recipe.yaml",
      "where recipe.yaml says, with paths from its own folder:",
      "  base: models/mistral    # a folder or a .gguf file",
      "  experts: 8",
      "  topK: 2",
      "  noise: 0.01             # of each expert's deviation; 0 if not given",
      "  seed: 1                 # 0 if not given",
      "  output: models/mixtral  # a new folder"
    })
final class UpcycleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON.")
  private Path recipe = Path.of("");

  @Override
  public Integer call() {
    UpcycleRecipe read = UpcycleRecipe.read(recipe);
    DerivedFolder.write("upcycle", read::open, read.output());
    spec.commandLine().getOut().println(read.output());
    return 0;
  }
}
