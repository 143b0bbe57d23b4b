package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.train.merge.MergeRecipe;

/// `sirocco merge-experts`: dense models to one mixture.
@Command(
    name = "merge-experts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes one Mixtral of several dense models that were trained from the same one: the"
          + " feed-forward layers of each become an expert, all else is averaged, the routers are"
          + " new (Branch-Train-MiX, arXiv 2403.07816).",
      "",
      "Sizes, weight types and tokenizers must be the same. The mixture is meant to be trained"
          + " further. It is written as a Hugging Face folder with the tokenizer and chat template"
          + " of the first model; nothing appears at output until all of it is written."
    },
    footer = {
      "",
      "Example: ./sirocco merge-experts recipe.yaml",
      "where recipe.yaml says, with paths from its own folder:",
      "  models: [branches/math, branches/code]  # expert 0, expert 1",
      "  topK: 2",
      "  seed: 1                                 # 0 if not given",
      "  output: models/mixtral                  # a new folder"
    })
final class MergeExpertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "RECIPE", description = "YAML or JSON.")
  private Path recipe = Path.of("");

  @Override
  public Integer call() {
    MergeRecipe read = MergeRecipe.read(recipe);
    DerivedFolder.write("merge", read::open, read.output());
    PrintWriter out = spec.commandLine().getOut();
    for (int expert = 0; expert < read.models().size(); expert++) {
      out.println("expert " + expert + ": " + read.models().get(expert));
    }
    out.println(read.output());
    return 0;
  }
}
