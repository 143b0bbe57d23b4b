package sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `sirocco sft`: learns the answers of conversations.
@Command(
    name = "sft",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tunes a model on conversations (supervised fine-tuning).",
      "",
      "Only answers are learned, questions are read; a source with `learn: all` learns both. The"
          + " recipe names the model in `start`; with `lora` an adapter is trained in place of all"
          + " weights. Goes on from the last checkpoint in the recipe's output folder, if there is"
          + " one. Ctrl-C ends the run with a checkpoint."
    },
    footer = {"", "Example:", "  ./sirocco sft recipe.yaml"})
final class SftCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON file; docs/training.md has them.")
  private Path recipe = Path.of("");

  @Mixin private TrainingArguments arguments = new TrainingArguments();

  @Override
  public Integer call() {
    return arguments.run(recipe, TrainingArguments.Kind.SFT);
  }
}
