package sirocco.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sirocco.json.JsonFields;

/// Requests to a hub. Redirects are followed by hand: the token goes to the hub itself and to no
/// other host, and never back to it after a detour.
final class HubClient implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_JSON = 16 << 20;
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> ANSWERS = Set.of(200, 206, 416);
  private static final int TOO_MANY = 429;

  private final HubOptions options;
  private final HttpClient http;

  HubClient(HubOptions options) {
    this.options = options;
    this.http =
        HttpClient.newBuilder()
            // One connection brings one file; streams of HTTP/2 would only share their window.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();
  }

  HubOptions options() {
    return options;
  }

  /// An address at the hub.
  ///
  /// @param path that is encoded, and begins with `/`
  URI at(String path) {
    String base = options.hub().toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /// An answer that may be read.
  ///
  /// @param status 200, 206 or 416
  record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        return; // it is not wanted any more
      }
    }
  }

  /// Asks once.
  ///
  /// @throws TransientException if another try may help
  /// @throws RefusedException if not
  /// @throws HubException if it leads nowhere
  Answer get(URI address, Map<String, String> headers) {
    URI at = address;
    boolean withToken = isHub(at) && options.isPrivate();
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpResponse<InputStream> response = send(at, headers, withToken);
      var answer = new Answer(response.statusCode(), response.headers(), response.body());
      if (ANSWERS.contains(answer.status())) {
        return answer;
      }
      try (answer) {
        if (!REDIRECTS.contains(answer.status())) {
          throw failure(answer);
        }
        at = target(at, answer.headers());
        withToken &= isHub(at);
      }
    }
    throw new HubException(address + ": expected a file, found more than 10 redirects");
  }

  /// The JSON that the hub answers with.
  ///
  /// @throws HubException, TransientException, RefusedException as [#get] does
  JsonFields json(URI address) {
    String where = "the hub's answer to " + address;
    try (Answer answer = get(address, Map.of("Accept", "application/json"));
        var watch = new Watch(answer.body(), options.patience())) {
      byte[] bytes = answer.body().readNBytes(MAX_JSON + 1);
      if (watch.expired()) {
        throw new TransientException("the hub is silent");
      }
      if (bytes.length > MAX_JSON) {
        throw new HubException(where + ": expected at most 16 MiB, found more");
      }
      return HubJson.parse(bytes, where);
    } catch (IOException e) {
      throw new TransientException("the hub's answer was cut off", e);
    }
  }

  private HttpResponse<InputStream> send(URI at, Map<String, String> headers, boolean withToken) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at).timeout(options.patience()).header("User-Agent", "sirocco");
    headers.forEach(request::header);
    if (withToken) {
      options.token().ifPresent(t -> request.header("Authorization", t.authorization()));
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new TransientException(at.getHost() + " cannot be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Retries.stopped(at.getHost());
    }
  }

  /// Scheme, host and port are the hub's.
  private boolean isHub(URI at) {
    URI hub = options.hub();
    return hub.getScheme().equals(at.getScheme())
        && hub.getHost().equalsIgnoreCase(at.getHost())
        && port(hub) == port(at);
  }

  private static int port(URI at) {
    int standard = "https".equals(at.getScheme()) ? 443 : 80;
    return at.getPort() == -1 ? standard : at.getPort();
  }

  /// Where a redirect leads.
  private static URI target(URI from, HttpHeaders headers) {
    String location = headers.firstValue("Location").orElse("");
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new HubException(from.getHost() + ": redirects to no address: " + location, e);
    }
    boolean http = Set.of("http", "https").contains(String.valueOf(to.getScheme()));
    boolean weaker = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
    if (location.isEmpty() || !http || weaker || to.getHost() == null) {
      throw new HubException(
          from.getHost() + ": redirects to an address that is not followed: " + location);
    }
    return to;
  }

  private static RuntimeException failure(Answer answer) {
    int status = answer.status();
    if (status == TOO_MANY || status == 408 || status >= 500) {
      String text =
          status == TOO_MANY
              ? "the hub was asked too often (429)"
              : "the hub cannot answer now (" + status + ")";
      return new TransientException(text, retryAfter(answer.headers()));
    }
    return new RefusedException(
        status,
        answer.headers().firstValue("X-Error-Code").orElse(""),
        answer.headers().firstValue("X-Error-Message").orElse(""));
  }

  /// Seconds, or a date.
  private static Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("").strip();
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    return date(value)
        .map(at -> Duration.between(Instant.now(), at))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  private static Optional<Instant> date(String text) {
    try {
      var format = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);
      return Optional.of(ZonedDateTime.parse(text, format).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
