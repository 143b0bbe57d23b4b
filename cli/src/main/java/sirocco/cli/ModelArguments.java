package sirocco.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
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

  LanguageModel load(CommandLine command, PromptFormat.Kind promptFormat) {
    tellOfDefault(command);
    EngineOptions options = options(command, promptFormat, number(threads), guesses);
    return Sirocco.load(path(), LoadOptions.DEFAULT.engine(_ -> options.toBuilder()));
  }

  /// Opens it with other options than were asked for.
  Engine open(CommandLine command, UnaryOperator<EngineOptions.Builder> change) {
    var asked = options(command, PromptFormat.Kind.AUTO, number(threads), guesses);
    try {
      return Engine.open(path(), change.apply(asked.toBuilder()).build());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
  }

  /// Says once what the user may want to know, if there is anything.
  static void warn(CommandLine command, Optional<String> warning) {
    warning.ifPresent(text -> command.getErr().println("sirocco: warning: " + text));
  }
}
