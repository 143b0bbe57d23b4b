package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.train.merge.AverageRecipe;

/// `sirocco average`: several checkpoints to one model.
@Command(
    name = "average",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes one model of several, each weight of which is the mean of theirs: of the last"
          + " checkpoints of a run (LAWA, arXiv 2209.14981), or of runs that started from one"
          + " checkpoint (model soups, arXiv 2203.05482).",
      "",
      "Sizes, weight types and tokenizers must be the same. It is written as a Hugging Face folder"
          + " with the tokenizer and chat template of the first model; nothing appears at output"
          + " until all of it is written."
    },
    footer = {
      "",
      "Example: ./sirocco average recipe.yaml",
      "where recipe.yaml says, with paths from its own folder:",
      "  models: [run/step-000800, run/step-000900, run/step-001000]",
      "  output: models/mean  # a new folder"
    })
final class AverageCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON.")
  private Path recipe = Path.of("");

  @Override
  public Integer call() {
    AverageRecipe read = AverageRecipe.read(recipe);
    DerivedFolder.write("average", read::open, read.output());
    spec.commandLine().getOut().println(read.output());
    return 0;
  }
}
