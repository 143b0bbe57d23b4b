package sirocco.cli;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.lab.subject.EndpointSubject;

/// A model behind a server, instead of one in this process.
final class EndpointArguments {
  static final String HEADING = "%nA model behind a server:%n";

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "A server that speaks OpenAI's protocol, such as http://127.0.0.1:8080.")
  private Optional<URI> endpoint = Optional.empty();

  @Option(
      names = "--endpoint-model",
      paramLabel = "NAME",
      description = "What the server calls the model.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--endpoint-key",
      paramLabel = "VARIABLE",
      description = "The environment variable that holds the server's key (default: none).")
  private Optional<String> key = Optional.empty();

  /// The subject, if a server was named.
  Optional<EndpointSubject> subject(CommandLine command) {
    return endpoint.map(server -> subject(command, "--endpoint", server, name, key));
  }

  /// A model behind a server.
  ///
  /// @param option that names the server; with `-model` and `-key` behind it those of the others
  static EndpointSubject subject(
      CommandLine command, String option, URI server, Optional<String> name, Optional<String> key) {
    String model =
        name.orElseThrow(() ->
            new ParameterException(
                command,
                "%1$s needs %1$s-model, what the server calls the model".formatted(option)));
    Optional<String> secret = key.map(variable -> secret(command, option, variable));
    return new EndpointSubject(server, model, secret, PATIENCE);
  }

  private static String secret(CommandLine command, String option, String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(value -> !value.isBlank())
        .orElseThrow(() ->
            new ParameterException(
                command, option + "-key names " + variable + ", which is not set"));
  }
}
