package sirocco.server.http;

import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Headers;
import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;

/// Listens at one address and hands each request, on a virtual thread of its connection, to one
/// endpoint. The only class that knows how Helidon is set up.
public final class HttpListener implements AutoCloseable {
  /// Held, as Java forgets loggers that nobody holds. Helidon tells of every client that leaves.
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  /// What a connection's own thread serves: its handler is not told by Helidon.
  private static final ThreadLocal<ConnectionContext> CONNECTION = new ThreadLocal<>();

  private final Endpoint endpoint;
  private final Consumer<Exchange> afterwards;
  private final Surroundings surroundings;
  private final WebServer server;

  private HttpListener(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      Limits limits,
      Endpoint endpoint,
      Consumer<Exchange> afterwards) {
    this.endpoint = endpoint;
    this.afterwards = afterwards;
    this.surroundings = Surroundings.of(limits);
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(address.getAddress().getHostAddress())
            .address(address.getAddress())
            .port(address.getPort())
            .maxTcpConnections(limits.connections())
            .idleConnectionTimeout(limits.idleTime())
            .idleConnectionPeriod(limits.idleTime().dividedBy(4))
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .shutdownHook(false)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .protocolsDiscoverServices(false)
            .addProtocol(protocol(limits))
            .featuresDiscoverServices(false)
            .directHandlers(refusals())
            .routing(HttpRouting.builder().addFilter((chain, q, a) -> handle(q, a)));
    tls.ifPresent(context -> builder.tls(Tls.builder().sslContext(context).build()));
    this.server = builder.build();
  }

  /// Starts to listen.
  ///
  /// @param address with port 0 for any free one
  /// @param endpoint answers every request
  /// @param afterwards is told of each exchange when it is over
  public static HttpListener start(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      Limits limits,
      Endpoint endpoint,
      Consumer<Exchange> afterwards) {
    HELIDON.setLevel(Level.SEVERE);
    HttpListener listener = new HttpListener(address, tls, limits, endpoint, afterwards);
    listener.server.start();
    return listener;
  }

  /// Where it listens; -1 if it could not start.
  public int port() {
    return server.port();
  }

  private Http1Config protocol(Limits limits) {
    return Http1Config.builder()
        .maxHeadersSize(limits.headerBytes())
        .addReceiveListener(
            new Http1ConnectionListener() {
              @Override
              public void prologue(ConnectionContext context, HttpPrologue prologue) {
                CONNECTION.set(context);
                surroundings.deadlines().begin(limits.headerTime());
              }

              @Override
              public void headers(ConnectionContext context, Headers headers) {
                surroundings.deadlines().end();
              }
            })
        .build();
  }

  private void handle(RoutingRequest request, RoutingResponse response) {
    try (Exchange exchange = new Exchange(request, response, CONNECTION.get(), surroundings)) {
      try {
        answer(exchange);
      } finally {
        afterwards.accept(exchange);
      }
      if (exchange.closes()) {
        response.commit();
        throw new CloseConnectionException("this connection served its last request");
      }
    } catch (ClientLeftException e) {
      throw new CloseConnectionException("the client left", e);
    }
  }

  private void answer(Exchange exchange) {
    try {
      endpoint.answer(exchange);
    } catch (ProblemException e) {
      exchange.refuse(e.problem());
    } catch (ClientLeftException e) {
      exchange.note("error", "the client left");
      throw e;
    } catch (HttpException | RequestException | CloseConnectionException e) {
      throw e; // Helidon's own: the request breaks HTTP
    } catch (RuntimeException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      exchange.note("fault", trace.toString());
      exchange.refuse(Problem.fault("the server failed; its log says why under " + exchange.id()));
    }
  }

  /// What breaks HTTP never gets to the endpoint; its refusal has the same form.
  private static DirectHandlers refusals() {
    DirectHandlers.Builder builder = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      builder.addHandler(type, HttpListener::refuse);
    }
    return builder.build();
  }

  private static DirectHandler.TransportResponse refuse(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      io.helidon.http.Status status,
      io.helidon.http.ServerResponseHeaders headers,
      String message) {
    Problem problem =
        status.code() < 500
            ? Problem.invalid("this is not HTTP as it should be: " + status.reasonPhrase())
            : Problem.fault(status.reasonPhrase());
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .header(io.helidon.http.HeaderNames.CONTENT_TYPE, "application/json")
        .keepAlive(false)
        .entity(problem.json().toString().getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /// Stops listening and cuts what is still open.
  @Override
  public void close() {
    server.stop();
    surroundings.deadlines().close();
  }
}
