package sirocco.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.engine.Engine;
import sirocco.lab.subject.EndpointSubject;

/// Who judges: a model behind a server or one in this process.
final class JudgeArguments {
  static final String HEADING = "%nThe judge, behind a server or in this process:%n";

  @Option(
      names = "--judge",
      paramLabel = "URL",
      description = "A server that speaks OpenAI's protocol, such as http://127.0.0.1:8080.")
  private Optional<URI> server = Optional.empty();

  @Option(
      names = "--judge-model",
      paramLabel = "NAME",
      description = "What the server calls the model.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--judge-key",
      paramLabel = "VARIABLE",
      description = "The environment variable that holds the server's key (default: none).")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--judge-local",
      paramLabel = "MODEL",
      description = "A folder or a .gguf file, opened when the model that is judged is closed.")
  private Optional<Path> local = Optional.empty();

  /// Checks the arguments, and gives back what opens the judge: it is needed only once the answers
  /// are there.
  Supplier<EvaluatedModel> judge(CommandLine command) {
    if (server.isPresent() == local.isPresent()) {
      throw new ParameterException(
          command,
          "expected a judge: either --judge URL --judge-model NAME or --judge-local MODEL");
    }
    if (server.isPresent()) {
      EndpointSubject subject =
          EndpointArguments.subject(command, "--judge", server.get(), name, key);
      return () -> EvaluatedModel.behind(subject);
    }
    Path path = ModelSource.orDefault(local);
    return () -> EvaluatedModel.here(path, Engine.open(path));
  }
}
