package sirocco.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `sirocco routing`: what the experts of a mixture do.
@Command(
    name = "routing",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RoutingAnalyzeCommand.class, RoutingAblateCommand.class},
    description = "Shows what the experts of a mixture do, on texts of several domains.",
    footer = {"", "Example: ./sirocco routing analyze --corpus texts --out report"})
final class RoutingCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "expected analyze or ablate");
  }
}
