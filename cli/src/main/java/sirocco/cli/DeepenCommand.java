package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.train.merge.DeepenRecipe;

/// `sirocco deepen`: a model with more layers, to be trained further.
@Command(
    name = "deepen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes a model with more layers: copies of its own that add nothing until they are trained"
          + " (block expansion, LLaMA Pro, arXiv 2401.02415).",
      "",
      "Until then it says what the model it was made of does. It is written as a Hugging Face"
          + " folder with the tokenizer; nothing appears at output until all of it is written."
    },
    footer = {
      "",
      "Example: ./sirocco deepen recipe.yaml",
      "where recipe.yaml says, with paths from its own folder:",
      "  base: models/shallow        # a folder or a .gguf file",
      "  layers: [0, 0, 1, 1, 2, 3]  # a layer named again is such a copy",
      "  output: models/deep         # a new folder"
    })
final class DeepenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON.")
  private Path recipe = Path.of("");

  @Override
  public Integer call() {
    DeepenRecipe read = DeepenRecipe.read(recipe);
    DerivedFolder.write("deepen", read::open, read.output());
    spec.commandLine().getOut().println(read.output());
    return 0;
  }
}
