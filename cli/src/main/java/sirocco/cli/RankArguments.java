package sirocco.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import sirocco.train.ranks.GlooRanks;
import sirocco.train.ranks.JavaCommand;
import sirocco.train.ranks.Job;
import sirocco.train.run.Ranks;

/// Training by several processes of this machine.
final class RankArguments {
  @Option(
      names = "--nproc",
      paramLabel = "N",
      description = "Processes that share the micro-batches of every step; 1 if it is not given.")
  private int processes = 1;

  @Option(
      names = "--rank-timeout",
      paramLabel = "SECONDS",
      description = "Longest wait of one process for another; 300 if it is not given.")
  private int patience = 300;

  @Option(names = "--rank", hidden = true)
  private Optional<Integer> rank = Optional.empty();

  @Option(names = "--job", hidden = true)
  private Optional<Path> job = Optional.empty();

  /// What is left to do here: train, alone or as one of the processes.
  @FunctionalInterface
  interface Work {
    int run(Ranks ranks);
  }

  int processes() {
    return processes;
  }

  /// Checks the numbers.
  ///
  /// @param microBatches of a step
  void check(int microBatches) {
    if (processes < 1 || patience < 1) {
      throw new InputException(
          "--nproc and --rank-timeout must be at least 1, found " + processes + " and " + patience);
    }
    if (processes > microBatches) {
      throw new InputException(
          "--nproc "
              + processes
              + ": a step of this recipe has "
              + microBatches
              + " micro-batches, one process at least would have none; lower micro_batch_tokens");
    }
  }

  /// Does the work here, or starts the processes that do.
  ///
  /// @param arguments of the whole command line
  int run(List<String> arguments, Work work) {
    if (rank.isPresent() && job.isPresent()) {
      Job.endWithParent(job.get(), () -> Runtime.getRuntime().halt(1));
      try (var ranks = GlooRanks.join(job.get(), rank.get(), Duration.ofSeconds(patience))) {
        return work.run(ranks);
      }
    }
    if (processes == 1) {
      return work.run(Ranks.ALONE);
    }
    List<String> command = StandardError.handedOver(JavaCommand.of(Main.class, arguments));
    return Job.run(command, processes, System.out, System.err);
  }
}
