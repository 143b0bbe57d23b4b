package sirocco.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.engine.Engine;
import sirocco.engine.PromptFormat;

/// Which model is served, and under which names.
final class ServeModel extends ModelSource {
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads that compute (default: a thread a core).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What clients call the model (default: its file's name).")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--adapter",
      paramLabel = "NAME=FOLDER",
      description =
          "A LoRA as PEFT saves it; requests that name it as their model are answered with it. May"
              + " be given again.")
  private Map<String, Path> adapters = new LinkedHashMap<>();

  /// None is added for everybody.
  @Override
  Optional<Path> adapter() {
    return Optional.empty();
  }

  Engine open(CommandLine command, PromptFormat.Kind promptFormat) {
    if (adapters.containsKey(name())) {
      throw new ParameterException(
          command, "the model and an adapter are both called " + name() + "; --name changes one");
    }
    tellOfDefault(command);
    return Engine.open(
        path(),
        options(command, promptFormat, number(threads), 0).toBuilder()
            .adapters(new LinkedHashMap<>(adapters))
            .build());
  }

  /// What clients call it.
  String name() {
    return name.orElseGet(() -> fileName(path()));
  }

  static String fileName(Path path) {
    String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    return file.endsWith(".gguf") ? file.substring(0, file.length() - ".gguf".length()) : file;
  }
}
