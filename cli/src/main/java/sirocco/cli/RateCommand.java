package sirocco.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sirocco rate`: models by what a judge thinks of their answers.
@Command(
    name = "rate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RateMtBenchCommand.class, RateCompareCommand.class, RateBattlesCommand.class},
    description = "Rates models by what a judge thinks of their answers.",
    footer = {
      "",
      "Example: ./sirocco rate mt-bench -m mixtral --judge-local larger --data benchmarks",
    })
final class RateCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected mt-bench, compare or battles");
  }
}
