package sirocco.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
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
      description =
          "Threads of libtorch in each process; its share of the processors if it is not given.")
  private Optional<Integer> threads = Optional.empty();

  @Mixin private RankArguments ranks = new RankArguments();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /// The commands that run a recipe.
  enum Kind {
    PRETRAIN,
    SFT,
    DPO
  }

  /// Trains to the end of the recipe or to an interrupt; the exit status.
  int run(Path file, Kind kind) {
    Recipe recipe = Recipe.read(file);
    check(file, recipe, kind);
    ranks.check(recipe.training().microBatches());
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    int share = Math.max(1, Runtime.getRuntime().availableProcessors() / ranks.processes());
    return ranks.run(
        arguments,
        together -> {
          int all = threads.orElse(share);
          Torch.start(all, recipe.training().blasThreads(all));
          return train(file.getFileName().toString(), recipe, together);
        });
  }

  private static int train(String name, Recipe recipe, Ranks ranks) {
    boolean first = ranks.rank() == 0;
    // Errors are for each to tell, all else for the first.
    PrintStream err = first ? System.err : new PrintStream(OutputStream.nullOutputStream());
    try (Trainer trainer = Training.open(recipe, ranks);
        StopSignal stop = new StopSignal();
        ProgressBar progress =
            new ProgressBar(
                name,
                recipe.training().steps(),
                err,
                Machine.stderrIsTerminal(),
                System::nanoTime)) {
      progress.resume(trainer.step());
      boolean stopped = false;
      while (!trainer.finished() && !stopped) {
        progress.advance(1, show(trainer.next()));
        stopped = ranks.any(stop.given());
        if (trainer.validationDue()) {
          report(trainer.validate(), progress);
        }
        if (trainer.checkpointDue() || stopped) {
          trainer.checkpoint();
        }
      }
      if (!trainer.finished()) {
        progress.note(
            "stopped after step " + trainer.step() + "; the same command goes on from there");
        return 130;
      }
      progress.note("report: " + trainer.report());
      if (first) {
        System.out.println(trainer.export());
      }
      return 0;
    }
  }

  /// A recipe for another command would train something else than its user thinks.
  private static void check(Path file, Recipe recipe, Kind kind) {
    if (recipe.preference().isPresent() != (kind == Kind.DPO)) {
      throw new InputException(
          kind == Kind.DPO
              ? file + ": `dpo` needs `preference` in the recipe, and found none"
              : file + ": the recipe has `preference`; run it with `sirocco dpo`");
    }
    if (kind == Kind.SFT && recipe.origin() instanceof Recipe.Origin.New) {
      throw new InputException(file + ": `sft` needs `start`, a model to go on from");
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

  private static void report(Map<String, Double> losses, ProgressBar progress) {
    if (!losses.isEmpty()) {
      progress.note(
          losses.entrySet().stream()
              .map(e -> String.format(Locale.ROOT, "%s %.3f", e.getKey(), e.getValue()))
              .collect(Collectors.joining(", ", "validation: ", "")));
    }
  }
}
