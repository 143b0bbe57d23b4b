package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sirocco pretrain`: learns all tokens of texts.
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a model on text, from random weights or from a checkpoint.",
      "",
      "Goes on from the last checkpoint in the recipe's output folder, if there is one. Ctrl-C ends"
          + " the run with a checkpoint."
    },
    footer = {"", "Example:", "  ./sirocco pretrain recipe.yaml"})
final class PretrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON file; docs/training.md has them.")
  private Path recipe = Path.of("");

  @Mixin private TrainingArguments arguments = new TrainingArguments();

  @Override
  public Integer call() {
    return arguments.run(recipe, TrainingArguments.Kind.PRETRAIN);
  }
}
