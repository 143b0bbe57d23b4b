package sirocco.server.http;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Why a request is not answered, as OpenAI's API tells it: `{"error": {"message", "type", "param",
/// "code"}}`.
///
/// @param status of HTTP
/// @param type the kind: `invalid_request_error`, `server_error`, …
/// @param message for the person who sent it
/// @param param the field that is wrong, if it is one
/// @param code for programs, if there is one
/// @param retryAfter when it may be worth another try
public record Problem(
    int status,
    String type,
    String message,
    Optional<String> param,
    Optional<String> code,
    Optional<Duration> retryAfter) {
  /// Checked members start their messages with their path.
  private static final Pattern PATH = Pattern.compile("^([A-Za-z_][\\w.\\[\\]-]*): ");

  private static final String INVALID = "invalid_request_error";

  private static Problem of(int status, String type, String code, String message) {
    return new Problem(
        status, type, message, Optional.empty(), Optional.of(code), Optional.empty());
  }

  /// The request makes no sense. A message `a.b: …` names the field `a.b`.
  public static Problem invalid(String message) {
    Matcher path = PATH.matcher(message);
    return new Problem(
        400,
        INVALID,
        message,
        path.find() ? Optional.of(path.group(1)) : Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /// One field makes no sense.
  public static Problem invalid(String param, String message) {
    return new Problem(
        400, INVALID, message, Optional.of(param), Optional.empty(), Optional.empty());
  }

  /// One field makes no sense, in a way that programs know by a code.
  public static Problem invalid(String param, String code, String message) {
    return new Problem(
        400, INVALID, message, Optional.of(param), Optional.of(code), Optional.empty());
  }

  /// No key, or none that is known.
  public static Problem unauthorized(String message) {
    return of(401, INVALID, "invalid_api_key", message);
  }

  /// Not for this sender.
  public static Problem forbidden(String message) {
    return of(403, INVALID, "forbidden", message);
  }

  /// There is no such thing.
  public static Problem notFound(String code, String message) {
    return of(404, INVALID, code, message);
  }

  /// There is, but not for this method.
  public static Problem methodNotAllowed(String message) {
    return of(405, INVALID, "method_not_allowed", message);
  }

  /// The body is too large.
  public static Problem tooLarge(String message) {
    return of(413, INVALID, "request_too_large", message);
  }

  /// The body is not JSON.
  public static Problem unsupportedMediaType(String message) {
    return of(415, INVALID, "unsupported_media_type", message);
  }

  /// The sender asks too often, or everything is busy.
  public static Problem tooMany(String message, Duration retryAfter) {
    return new Problem(
        429,
        "rate_limit_error",
        message,
        Optional.empty(),
        Optional.of("rate_limit_exceeded"),
        Optional.of(retryAfter));
  }

  /// The server cannot answer now.
  public static Problem unavailable(String message, Duration retryAfter) {
    return new Problem(
        503,
        "server_error",
        message,
        Optional.empty(),
        Optional.of("unavailable"),
        Optional.of(retryAfter));
  }

  /// A fault of the server.
  public static Problem fault(String message) {
    return of(500, "server_error", "internal_error", message);
  }

  /// What is sent.
  public ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    ObjectNode error = node.putObject("error");
    error.put("message", message).put("type", type);
    error.put("param", param.orElse(null));
    error.put("code", code.orElse(null));
    return node;
  }
}
