package sirocco.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import sirocco.server.ServerOptions;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;
import sirocco.server.http.Limits;
import sirocco.server.http.TlsFiles;

/// The command line's options as the server takes them.
final class ServerSettings {
  private ServerSettings() {}

  /// All of them.
  ///
  /// @throws ParameterException if they make no sense together
  static ServerOptions of(CommandLine command, ServeArguments given, ServeModel model)
      throws IOException {
    if (given.port < 0 || given.port > 65_535) {
      throw new ParameterException(command, "--port must lie in 0 to 65535, found " + given.port);
    }
    if (given.key.isPresent() && given.certificate.isEmpty()) {
      throw new ParameterException(command, "--tls-key goes with --tls-cert");
    }
    if (given.timeout.isPresent() && given.timeout.get() < 1) {
      throw new ParameterException(
          command, "--timeout must be at least 1, found " + given.timeout.get());
    }
    return new ServerOptions(
        new InetSocketAddress(given.host, given.port),
        model.name(),
        model.sampling(),
        keys(given),
        given.certificate.map(file -> new TlsFiles(file, given.key, given.password)),
        given.origins,
        Limits.DEFAULT,
        given.timeout.map(Duration::ofSeconds),
        given.logsPrompts);
  }

  private static List<ApiKey> keys(ServeArguments given) throws IOException {
    Allowance allowance = new Allowance(given.keyRate, given.keyConcurrent);
    List<ApiKey> all = new ArrayList<>();
    for (String secret : given.keys) {
      all.add(new ApiKey("--api-key " + (all.size() + 1), secret, allowance));
    }
    if (given.keyFile.isPresent()) {
      all.addAll(ApiKey.read(InputException.notFolder(given.keyFile.get()), allowance));
    }
    return all;
  }
}
