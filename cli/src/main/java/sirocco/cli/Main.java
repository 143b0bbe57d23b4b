package sirocco.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `sirocco` command.
@Command(
    name = "sirocco",
    mixinStandardHelpOptions = true,
    version = "sirocco 0.1.0",
    subcommands = LogitsCommand.class)
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
