package sirocco.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The web page and what belongs to it: the resources of this module under `/web`, and nothing
/// else.
public final class WebFiles implements Endpoint {
  private static final String FOLDER = "/web";
  private static final String INDEX = "/index.html";

  /// No dot but before the ending, so no way up and no hidden file.
  private static final Pattern NAME = Pattern.compile("(/[A-Za-z0-9_-]+)+(\\.[a-z0-9]+)+");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/vnd.microsoft.icon",
          "woff2", "font/woff2",
          "yaml", "application/yaml");

  /// The page loads what comes from here and talks to here; nothing may frame it.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  @Override
  public void answer(Exchange exchange) {
    String path = exchange.path().equals("/") ? INDEX : exchange.path();
    Optional<byte[]> file = read(path);
    if (file.isEmpty()) {
      throw new ProblemException(
          Problem.notFound("unknown_url", "there is nothing at this address"));
    }
    exchange.header("Content-Security-Policy", POLICY);
    exchange.header("Cache-Control", "no-cache");
    exchange.send(200, TYPES.getOrDefault(ending(path), ""), file.get());
  }

  private static Optional<byte[]> read(String path) {
    if (!NAME.matcher(path).matches() || !TYPES.containsKey(ending(path))) {
      return Optional.empty();
    }
    try (InputStream in = WebFiles.class.getResourceAsStream(FOLDER + path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
