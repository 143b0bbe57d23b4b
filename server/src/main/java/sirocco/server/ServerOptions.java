package sirocco.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sirocco.engine.SamplingSettings;
import sirocco.server.access.ApiKey;
import sirocco.server.http.Limits;
import sirocco.server.http.TlsFiles;

/// How a model is served.
///
/// @param address to listen at; port 0 for any free one
/// @param name of the model, as clients say it
/// @param defaults how tokens are chosen where a request does not say
/// @param keys that open the server; none lets everybody in who reaches it, so only loopback
///   addresses do without
/// @param tls if connections are to be secured
/// @param origins of web pages, other than the server's own, that may ask
/// @param limits of what clients may send
/// @param timeout the longest that an answer may take
/// @param logsPrompts whether the log shows what was asked and answered
public record ServerOptions(
    InetSocketAddress address,
    String name,
    SamplingSettings defaults,
    List<ApiKey> keys,
    Optional<TlsFiles> tls,
    List<String> origins,
    Limits limits,
    Optional<Duration> timeout,
    boolean logsPrompts) {
  /// Port 8080 of the loopback address.
  public static ServerOptions of(String name) {
    return new ServerOptions(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8080),
        name,
        SamplingSettings.builder().build(),
        List.of(),
        Optional.empty(),
        List.of(),
        Limits.DEFAULT,
        Optional.empty(),
        false);
  }

  public ServerOptions {
    keys = List.copyOf(keys);
    origins = List.copyOf(origins);
    if (address.isUnresolved()) {
      throw new ServerException(address.getHostString() + ": no such host");
    }
    if (keys.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new ServerException(
          address.getHostString()
              + " can be reached by others: a server there needs an API key; give --api-key or"
              + " --api-key-file, or listen on 127.0.0.1");
    }
  }

  /// The same at another port.
  public ServerOptions port(int port) {
    return with(new InetSocketAddress(address.getAddress(), port), keys, limits);
  }

  /// The same with keys.
  public ServerOptions keys(List<ApiKey> value) {
    return with(address, value, limits);
  }

  /// The same with other limits.
  public ServerOptions limits(Limits value) {
    return with(address, keys, value);
  }

  private ServerOptions with(InetSocketAddress where, List<ApiKey> who, Limits bounds) {
    return new ServerOptions(
        where, name, defaults, who, tls, origins, bounds, timeout, logsPrompts);
  }
}
