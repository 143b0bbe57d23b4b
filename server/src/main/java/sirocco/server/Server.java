package sirocco.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import sirocco.LanguageModel;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerStatus;
import sirocco.server.access.ApiKeys;
import sirocco.server.http.AccessLog;
import sirocco.server.http.Browsers;
import sirocco.server.http.Exchange;
import sirocco.server.http.HttpListener;
import sirocco.server.http.ProblemException;
import sirocco.server.http.Routes;
import sirocco.server.http.TlsFiles;
import sirocco.server.http.WebFiles;
import sirocco.server.metrics.Metrics;
import sirocco.server.openai.ChatEndpoint;
import sirocco.server.openai.CompletionEndpoint;
import sirocco.server.openai.EmbeddingEndpoint;
import sirocco.server.openai.ModelEndpoints;
import sirocco.server.openai.Served;
import sirocco.server.openai.TokenEndpoints;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A model behind HTTP, as OpenAI's clients expect it.
///
/// ```java
/// try (var model = Sirocco.load(Path.of("models/mixtral"));
///     var server = Server.start(model, ServerOptions.of("mixtral"), line -> {})) {
///   System.out.println(server.uri());
///   Thread.sleep(Duration.ofDays(1));
/// }
/// ```
public final class Server implements AutoCloseable {
  /// What everybody may see: whether the server lives, and what it is.
  private static final Set<String> OPEN = Set.of("/health", "/ready", "/openapi.yaml", "/*");

  private final Scheduler scheduler;
  private final ServerOptions options;
  private final ApiKeys keys;
  private final Browsers browsers;
  private final Metrics metrics;
  private final AccessLog log;
  private final Routes routes;
  private final HttpListener listener;
  private volatile boolean draining;

  private Server(LanguageModel model, ServerOptions options, Consumer<String> log) {
    this.scheduler = model.scheduler();
    this.options = options;
    this.keys = ApiKeys.of(options.keys());
    this.browsers = new Browsers(options.origins(), keys.isOpen());
    this.metrics = new Metrics(scheduler);
    this.log = new AccessLog(log);
    this.routes =
        routes(
            Served.of(
                model,
                metrics,
                options.name(),
                options.defaults(),
                options.timeout(),
                options.logsPrompts()));
    this.listener =
        HttpListener.start(
            options.address(), tls(options), options.limits(), this::answer, this::afterwards);
  }

  /// Starts to answer.
  ///
  /// @param model stays the caller's
  /// @param log gets a line of JSON for each request, from many threads
  /// @throws ServerException if it cannot listen there, or its certificate cannot be used
  public static Server start(LanguageModel model, ServerOptions options, Consumer<String> log) {
    Server server = new Server(model, options, log);
    if (server.listener.port() < 0) {
      server.close();
      throw new ServerException(
          options.address() + ": cannot listen there; is the port in use? --port takes another");
    }
    return server;
  }

  private static Optional<SSLContext> tls(ServerOptions options) {
    try {
      Optional<TlsFiles> files = options.tls();
      return files.isPresent() ? Optional.of(files.get().open()) : Optional.empty();
    } catch (IOException e) {
      throw new ServerException(String.valueOf(e.getMessage()), e);
    }
  }

  private Routes routes(Served served) {
    ModelEndpoints models = new ModelEndpoints(served);
    TokenEndpoints tokens = new TokenEndpoints(served);
    WebFiles web = new WebFiles();
    return new Routes()
        .get("/health", exchange -> exchange.send(state("ok")))
        .get("/ready", this::ready)
        .get("/metrics", metrics::answer)
        .get("/openapi.yaml", web)
        .get("/v1/models", models::list)
        .get(ModelEndpoints.ONE + "*", models::one)
        .post("/v1/chat/completions", new ChatEndpoint(served))
        .post("/v1/completions", new CompletionEndpoint(served))
        .post("/v1/embeddings", new EmbeddingEndpoint(served))
        .post("/tokenize", tokens::tokenize)
        .post("/detokenize", tokens::detokenize)
        .get("/*", web);
  }

  private void answer(Exchange exchange) {
    exchange.header("X-Content-Type-Options", "nosniff");
    exchange.header("Referrer-Policy", "no-referrer");
    if (browsers.check(exchange)) {
      return;
    }
    String route = routes.pattern(exchange.path());
    if (OPEN.contains(route)) {
      routes.find(exchange.method(), exchange.path()).answer(exchange);
      return;
    }
    try (ApiKeys.Visit visit = keys.enter(exchange.requestHeader("authorization"))) {
      visit.keyName().ifPresent(name -> exchange.note("key", name));
      routes.find(exchange.method(), exchange.path()).answer(exchange);
    } catch (ProblemException e) {
      if (e.problem().status() == 401) {
        exchange.header("WWW-Authenticate", "Bearer");
      }
      throw e;
    }
  }

  private void afterwards(Exchange exchange) {
    Duration time = exchange.time();
    metrics.answered(routes.pattern(exchange.path()), exchange.method(), exchange.status(), time);
    log.write(exchange, time);
  }

  private void ready(Exchange exchange) {
    SchedulerStatus status = scheduler.status();
    boolean ready = status.healthy() && !draining;
    ObjectNode answer = state(ready ? "ready" : "not ready");
    if (draining) {
      answer.put("reason", "the server is stopping");
    } else {
      status.failure().ifPresent(failure -> answer.put("reason", failure));
    }
    exchange.send(ready ? 200 : 503, answer);
  }

  private static ObjectNode state(String word) {
    return JsonNodeFactory.instance.objectNode().put("status", word);
  }

  /// Where it answers.
  public URI uri() {
    InetAddress address = options.address().getAddress();
    String host = address.isAnyLocalAddress() ? "localhost" : options.address().getHostString();
    String scheme = options.tls().isPresent() ? "https" : "http";
    return URI.create(
        scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + listener.port());
  }

  /// Takes no more requests, lets those under way finish, and cancels what is left when the time is
  /// over. `/ready` says so meanwhile.
  ///
  /// @throws InterruptedException if the thread is interrupted
  public void drain(Duration atMost) throws InterruptedException {
    draining = true;
    scheduler.drain(atMost);
  }

  /// Stops listening and cuts what is still open. The model stays as it is.
  @Override
  public void close() {
    listener.close();
  }
}
