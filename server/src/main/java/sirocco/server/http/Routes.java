package sirocco.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Which endpoint answers which path. A path that ends in `*` stands for all that start so; the
/// exact one goes first, then the longest.
public final class Routes {
  private final Map<String, Map<String, Endpoint>> byPath = new LinkedHashMap<>();

  /// Adds an endpoint for reading.
  public Routes get(String path, Endpoint endpoint) {
    return add(path, "GET", endpoint);
  }

  /// Adds an endpoint for JSON.
  public Routes post(String path, Endpoint endpoint) {
    return add(path, "POST", endpoint);
  }

  private Routes add(String path, String method, Endpoint endpoint) {
    byPath.computeIfAbsent(path, p -> new TreeMap<>()).put(method, endpoint);
    return this;
  }

  /// The path as it was added; empty if there is none. For logs and metrics, as what clients ask
  /// for has no bounds.
  public String pattern(String path) {
    if (byPath.containsKey(path)) {
      return path;
    }
    return byPath.keySet().stream()
        .filter(p -> p.endsWith("*") && path.startsWith(p.substring(0, p.length() - 1)))
        .max((a, b) -> Integer.compare(a.length(), b.length()))
        .orElse("");
  }

  /// What answers.
  ///
  /// @throws ProblemException 404 if nothing does, 405 if only other methods are answered
  public Endpoint find(String method, String path) {
    Map<String, Endpoint> byMethod = byPath.getOrDefault(pattern(path), Map.of());
    if (byMethod.isEmpty()) {
      throw new ProblemException(
          Problem.notFound("unknown_url", "there is nothing at this address"));
    }
    if (!byMethod.containsKey(method)) {
      throw new ProblemException(
          Problem.methodNotAllowed(
              "this address answers " + String.join(", ", byMethod.keySet()) + " only"));
    }
    return byMethod.getOrDefault(method, e -> {});
  }
}
