package sirocco.train.ranks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import sirocco.train.run.Ranks;
import sirocco.train.run.Recipe;
import sirocco.train.run.Trainer;
import sirocco.train.run.Training;
import sirocco.train.torch.Torch;

/// A program that trains, alone or as one of a job: `RECIPE SECONDS FATE [--rank K --job FOLDER]`.
/// A fate is `SIGNAL@RANK:STEP`: the signal that this process gives to itself after that step,
/// unless the run goes on from a checkpoint; `-` is none.
public final class TrainingProcess {
  private TrainingProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    if (arguments.length == 3) {
      train(file, Ranks.ALONE, arguments[2]);
      return;
    }
    Job.endWithParent(Path.of(arguments[6]), () -> Runtime.getRuntime().halt(1));
    Duration patience = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    int rank = Integer.parseInt(arguments[4]);
    try (var ranks = GlooRanks.join(Path.of(arguments[6]), rank, patience)) {
      train(file, ranks, arguments[2]);
    }
  }

  /// The command of one.
  static List<String> command(Path recipe, int seconds, String fate) {
    return JavaCommand.of(
        TrainingProcess.class, List.of(recipe.toString(), Integer.toString(seconds), fate));
  }

  static void train(Path file, Ranks ranks, String fate) throws IOException, InterruptedException {
    Torch.start(1, 1);
    Recipe recipe = Recipe.read(file);
    try (Trainer trainer = Training.open(recipe, ranks)) {
      boolean resumed = trainer.step() > 0;
      while (!trainer.finished()) {
        int step = trainer.next().step();
        if (trainer.checkpointDue()) {
          trainer.checkpoint();
        }
        if (!resumed && fate.endsWith("@" + ranks.rank() + ":" + step)) {
          signal(fate.substring(0, fate.indexOf('@')), file.resolveSibling("signalled"));
        }
      }
      if (ranks.rank() == 0) {
        trainer.export();
      }
    }
  }

  /// Gives this process a signal, and says when.
  private static void signal(String name, Path mark) throws IOException, InterruptedException {
    Files.writeString(mark, Long.toString(System.currentTimeMillis()));
    new ProcessBuilder("kill", "-" + name, Long.toString(ProcessHandle.current().pid()))
        .start()
        .waitFor();
  }
}
