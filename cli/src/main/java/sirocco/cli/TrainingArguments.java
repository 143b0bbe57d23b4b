package sirocco.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;
import sirocco.train.run.Ranks;
import sirocco.train.run.Recipe;
import sirocco.train.run.StepMetrics;
import sirocco.train.run.Trainer;
import sirocco.train.run.Training;
import sirocco.train.torch.Torch;

/// What all commands that train have in common.
final class TrainingArguments {
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads of libtorch; all processors if it is not given.")
  private Optional<Integer> threads = Optional.empty();

  /// Trains to the end of the recipe or to an interrupt; the exit status.
  int run(Path file) {
    Recipe recipe = Recipe.read(file);
    int all = threads.orElse(Runtime.getRuntime().availableProcessors());
    Torch.start(all, recipe.training().blasThreads(all));
    try (Trainer trainer = Training.open(recipe, Ranks.ALONE);
        StopSignal stop = new StopSignal();
        ProgressBar progress =
            new ProgressBar(file.getFileName().toString(), recipe.training().steps())) {
      progress.advance(trainer.step(), "");
      while (!trainer.finished() && !stop.given()) {
        progress.advance(1, show(trainer.next()));
        if (trainer.validationDue()) {
          report(trainer.validate());
        }
        if (trainer.checkpointDue() || stop.given()) {
          trainer.checkpoint();
        }
      }
      if (!trainer.finished()) {
        System.err.println(
            "stopped after step " + trainer.step() + "; the same command goes on from there");
        return 130;
      }
      System.out.println(trainer.export());
      return 0;
    }
  }

  private static String show(StepMetrics metrics) {
    return String.format(
        Locale.ROOT,
        "step %d loss %.4f norm %.2f %.0f tok/s",
        metrics.step(),
        metrics.loss(),
        metrics.norm(),
        metrics.tokensPerSecond());
  }

  private static void report(Map<String, Double> losses) {
    if (!losses.isEmpty()) {
      System.err.println(
          losses.entrySet().stream()
              .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue()))
              .collect(Collectors.joining(", ", "validation: ", "")));
    }
  }
}
