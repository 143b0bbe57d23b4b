package sirocco.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import sirocco.json.JsonFields;
import tools.jackson.databind.JsonNode;

/// One request and its answer. Only its own thread may use it, but for what [#whenClientLeaves]
/// runs.
public final class Exchange implements AutoCloseable {
  private static final Duration PATIENCE_AFTER_REFUSAL = Duration.ofSeconds(2);
  private static final String JSON = "application/json";

  private final RoutingRequest request;
  private final RoutingResponse response;
  private final ConnectionContext connection;
  private final Surroundings surroundings;
  private final Body body;
  private final String id;
  private final Map<String, Object> notes = new LinkedHashMap<>();
  private final long started = System.nanoTime();
  private boolean closes;
  private int status;

  Exchange(
      RoutingRequest request,
      RoutingResponse response,
      ConnectionContext connection,
      Surroundings surroundings) {
    this.request = request;
    this.response = response;
    this.connection = connection;
    this.surroundings = surroundings;
    this.body = new Body(surroundings);
    this.id = "req_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    this.closes = requestHeader("connection").filter(c -> c.equalsIgnoreCase("close")).isPresent();
    header("x-request-id", id);
  }

  /// Names this exchange in the answer's header and in the log.
  public String id() {
    return id;
  }

  /// `GET`, `POST`, …
  public String method() {
    return request.prologue().method().text();
  }

  /// The path as it was sent, percent signs and all, without the query.
  public String path() {
    return request.prologue().uriPath().rawPath();
  }

  /// A field of the request's header.
  public Optional<String> requestHeader(String name) {
    HeaderName header = HeaderNames.create(name);
    return request.headers().contains(header)
        ? Optional.of(request.headers().get(header).get())
        : Optional.empty();
  }

  /// The address that the request came from, without the port.
  public String client() {
    return connection.remotePeer().host();
  }

  /// The body, which must be a JSON object.
  ///
  /// @throws ProblemException if it is not, or too large
  public JsonFields json() {
    String type = requestHeader("content-type").orElse("").split(";", 2)[0].strip();
    if (!type.equalsIgnoreCase(JSON)) {
      // Pages of other origins can send forms and plain text unasked; JSON they cannot.
      throw new ProblemException(
          Problem.unsupportedMediaType(
              "the body must be JSON and the header must say so: Content-Type: " + JSON));
    }
    long announced = request.headers().contentLength().orElse(-1);
    return Body.parse(
        body.read(request.content().inputStream(), announced), surroundings.limits().jsonDepth());
  }

  /// Sets a field of the answer's header.
  public void header(String name, String value) {
    response.header(HeaderValues.create(HeaderNames.create(name), value));
  }

  /// Runs this, on another thread, if the client closes its connection before the answer is there.
  /// The connection then serves no other request.
  public void whenClientLeaves(Runnable action) {
    closes = true;
    response.header(HeaderValues.CONNECTION_CLOSE);
    Thread.ofVirtual().name("sirocco-departure").start(() -> awaitDeparture(action));
  }

  private void awaitDeparture(Runnable action) {
    try {
      connection.dataReader().ensureAvailable(); // or a further request, which is not read
    } catch (DataReader.InsufficientDataAvailableException
        | UncheckedIOException
        | ServerConnectionException e) {
      action.run();
    }
  }

  /// Sends JSON.
  public void send(JsonNode json) {
    send(200, json);
  }

  /// Sends JSON.
  public void send(int code, JsonNode json) {
    send(code, JSON, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// Sends anything.
  public void send(int code, String type, byte[] bytes) {
    start(code, type);
    surroundings.deadlines().begin(surroundings.limits().writeTime());
    try {
      response.send(bytes);
    } catch (ServerConnectionException | UncheckedIOException e) {
      throw new ClientLeftException();
    } finally {
      surroundings.deadlines().end();
    }
  }

  /// Sends nothing but a header.
  public void sendEmpty(int code) {
    status = code;
    response.status(Status.create(code)).send();
  }

  /// Starts to send events.
  public EventStream events() {
    start(200, "text/event-stream");
    header("Cache-Control", "no-cache");
    header("X-Accel-Buffering", "no"); // or nginx would keep events back
    return new EventStream(response.outputStream(), surroundings);
  }

  private void start(int code, String type) {
    status = code;
    response.status(Status.create(code));
    header("Content-Type", type);
  }

  /// Sends a refusal, unless an answer is under way.
  void refuse(Problem problem) {
    note("error", problem.message());
    if (status != 0) {
      closes = true; // what was begun cannot be taken back, only cut off
      return;
    }
    boolean unread = request.content().hasEntity() && !request.content().consumed();
    if (unread) {
      closes = true;
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    problem
        .retryAfter()
        .ifPresent(after -> header("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
    send(problem.status(), problem.json());
    if (unread) {
      InputStream rest = request.content().inputStream();
      body.drop(rest, PATIENCE_AFTER_REFUSAL);
    }
  }

  /// Adds a member to this exchange's line in the log.
  public void note(String name, Object value) {
    notes.put(name, value);
  }

  /// What was noted, in that order.
  public Map<String, Object> notes() {
    return notes;
  }

  /// The answer's status; 0 if nothing was sent.
  public int status() {
    return status;
  }

  /// How long it has taken.
  public Duration time() {
    return Duration.ofNanos(System.nanoTime() - started);
  }

  /// Whether the connection is of no more use.
  boolean closes() {
    return closes;
  }

  @Override
  public void close() {
    body.close();
  }
}
