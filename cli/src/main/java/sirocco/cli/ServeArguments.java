package sirocco.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where a server listens, and to whom. No type of the server is in its signatures: picocli reads
/// them for `--help` too, when the server is not there ([ServerSettings]).
final class ServeArguments {
  static final String HEADING = "%nServer:%n";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Where to listen (default: ${DEFAULT-VALUE}). Any place that others can reach needs a"
              + " key.")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "At which port; 0 for any free one (default: ${DEFAULT-VALUE}).")
  int port = 8080;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description =
          "A key that clients must send; may be given again. Other users of this machine can see"
              + " it: --api-key-file is better.")
  List<String> keys = new ArrayList<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description = "Keys, one a line: KEY [name=NAME] [rate=N] [concurrent=N].")
  Optional<Path> keyFile = Optional.empty();

  @Option(
      names = "--key-rate",
      paramLabel = "N",
      description = "Requests a minute that a key may send (default: no limit).")
  int keyRate;

  @Option(
      names = "--key-concurrent",
      paramLabel = "N",
      description = "Requests that a key may have at a time (default: no limit).")
  int keyConcurrent;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "A certificate: PEM, its chain behind it, or PKCS #12.")
  Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key: PEM, not encrypted. Not for PKCS #12.")
  Optional<Path> key = Optional.empty();

  @Option(
      names = "--tls-password",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Opens the PKCS #12 file.")
  String password = "";

  @Option(
      names = "--allow-origin",
      paramLabel = "ORIGIN",
      description =
          "A web page's origin, such as https://chat.example, that may ask from a browser; may be"
              + " given again (default: none but the server's own page).")
  List<String> origins = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "The longest that an answer may take (default: no limit).")
  Optional<Integer> timeout = Optional.empty();

  @Option(names = "--log-prompts", description = "Show in the log what is asked and answered.")
  boolean logsPrompts;
}
