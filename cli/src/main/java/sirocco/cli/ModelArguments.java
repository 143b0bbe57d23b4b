package sirocco.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import sirocco.engine.Engine;
import sirocco.engine.PromptFormat;

/// Which model, and how it is opened: shared by every command that runs one.
final class ModelArguments extends ModelSource {
  @Option(
      names = "--guesses",
      paramLabel = "N",
      description =
          "Tokens to guess ahead from the text so far and to check in one pass; the answers stay"
              + " the same (default: ${DEFAULT-VALUE}).")
  private int guesses;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: a thread a core).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER",
      description = "A LoRA as PEFT saves it, added to the weights while the model runs.")
  private Optional<Path> adapter = Optional.empty();

  @Override
  Optional<Path> adapter() {
    return adapter;
  }

  Engine open(CommandLine command) {
    return open(command, PromptFormat.Kind.AUTO);
  }

  Engine open(CommandLine command, PromptFormat.Kind promptFormat) {
    tellOfDefault(command);
    return Engine.open(path(), options(command, promptFormat, number(threads), guesses));
  }

  /// Says once what the user may want to know, if there is anything.
  static void warn(CommandLine command, Optional<String> warning) {
    warning.ifPresent(text -> command.getErr().println("sirocco: warning: " + text));
  }
}
