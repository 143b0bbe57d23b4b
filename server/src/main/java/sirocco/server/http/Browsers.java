package sirocco.server.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps pages of other origins out. A browser on the operator's machine reaches what listens on
/// loopback, so without keys any page that is visited could ask: by its own name that resolves to
/// this machine (DNS rebinding), or across origins.
///
/// @param origins that may ask across, such as `https://chat.example`
/// @param loopbackOnly whether the server must be called by a name of this machine
public record Browsers(List<String> origins, boolean loopbackOnly) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public Browsers {
    origins = List.copyOf(origins);
  }

  /// Lets the request pass; answers itself if it is a browser's question whether it may ask.
  ///
  /// @return whether it was answered
  /// @throws ProblemException 403 if it comes from elsewhere
  public boolean check(Exchange exchange) {
    String host = exchange.requestHeader("host").orElse("");
    if (loopbackOnly && !LOOPBACK.contains(name(host))) {
      throw new ProblemException(
          Problem.forbidden(
              "without keys this server is called by the names localhost and 127.0.0.1 only"));
    }
    Optional<String> origin = exchange.requestHeader("origin");
    if (origin.isEmpty() || isOwn(origin.get(), host)) {
      return false;
    }
    if (!origins.contains(origin.get())) {
      throw new ProblemException(Problem.forbidden("pages of other origins may not ask"));
    }
    exchange.header("Access-Control-Allow-Origin", origin.get());
    exchange.header("Vary", "Origin");
    if (!exchange.method().equals("OPTIONS")) {
      return false;
    }
    exchange.header("Access-Control-Allow-Methods", "GET, POST");
    exchange.header("Access-Control-Allow-Headers", "Authorization, Content-Type");
    exchange.header("Access-Control-Max-Age", "600");
    exchange.sendEmpty(204);
    return true;
  }

  private static boolean isOwn(String origin, String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }

  /// A host without its port.
  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
