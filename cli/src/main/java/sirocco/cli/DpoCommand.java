package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sirocco dpo`: learns which of two answers is wanted.
@Command(
    name = "dpo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Aligns a model with preferences: Direct Preference Optimization.",
      "",
      "The recipe has `start`, `preference` and sources of pairs. The model as it starts is the"
          + " reference; its log-probabilities are computed once. Goes on from the last checkpoint."
    },
    footer = {"", "Example:", "  ./sirocco dpo recipe.yaml"})
final class DpoCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON file; docs/training.md has them.")
  private Path recipe = Path.of("");

  @Mixin private TrainingArguments arguments = new TrainingArguments();

  @Override
  public Integer call() {
    return arguments.run(recipe, TrainingArguments.Kind.DPO);
  }
}
