package sirocco.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.engine.SamplingSettings;
import sirocco.server.ServerOptions;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;
import sirocco.server.http.Limits;
import sirocco.server.http.TlsFiles;

/// Where a server listens, and to whom.
final class ServeArguments {
  static final String HEADING = "%nServer:%n";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Where to listen (default: ${DEFAULT-VALUE}). Any place that others can reach needs a"
              + " key.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "At which port; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description =
          "A key that clients must send; may be given again. Other users of this machine can see"
              + " it: --api-key-file is better.")
  private List<String> keys = new ArrayList<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "Keys, one a line: KEY [name=NAME] [rate=N] [concurrent=N].")
  private Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--key-rate",
      paramLabel = "N",
      description = "Requests a minute that a key may send (default: no limit).")
  private int keyRate;

  @Option(
      names = "--key-concurrent",
      paramLabel = "N",
      description = "Requests that a key may have at a time (default: no limit).")
  private int keyConcurrent;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate: PEM, its chain behind it, or PKCS #12.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key: PEM, not encrypted. Not for PKCS #12.")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-password",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Opens the PKCS #12 file.")
  private String password = "";

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description =
          "A web page's origin, such as https://chat.example, that may ask from a browser; may be"
              + " given again (default: none but the server's own page).")
  private List<String> origins = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "The longest that an answer may take (default: no limit).")
  private Optional<Integer> timeout = Optional.empty();

  @Option(names = "--log-prompts", description = "Show in the log what is asked and answered.")
  private boolean logsPrompts;

  /// All of it.
  ///
  /// @throws ParameterException if it makes no sense together
  ServerOptions options(
      CommandLine command, String name, List<String> adapters, SamplingSettings defaults)
      throws IOException {
    if (port < 0 || port > 65_535) {
      throw new ParameterException(command, "--port must lie in 0 to 65535, found " + port);
    }
    if (key.isPresent() && certificate.isEmpty()) {
      throw new ParameterException(command, "--tls-key goes with --tls-cert");
    }
    if (timeout.isPresent() && timeout.get() < 1) {
      throw new ParameterException(command, "--timeout must be at least 1, found " + timeout.get());
    }
    return new ServerOptions(
        new InetSocketAddress(host, port),
        name,
        adapters,
        defaults,
        keys(),
        certificate.map(file -> new TlsFiles(file, key, password)),
        origins,
        Limits.DEFAULT,
        timeout.map(Duration::ofSeconds),
        logsPrompts);
  }

  private List<ApiKey> keys() throws IOException {
    Allowance allowance = new Allowance(keyRate, keyConcurrent);
    List<ApiKey> all = new ArrayList<>();
    for (String secret : keys) {
      all.add(new ApiKey("--api-key " + (all.size() + 1), secret, allowance));
    }
    if (keyFile.isPresent()) {
      all.addAll(ApiKey.read(InputException.notFolder(keyFile.get()), allowance));
    }
    return all;
  }
}
