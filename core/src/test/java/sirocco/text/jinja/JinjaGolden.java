package sirocco.text.jinja;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Python's jinja2 made of the templates of tools/goldens/jinja_goldens.py.
public final class JinjaGolden {
  public static final JsonNode FILE = read();
  public static final Clock NOW =
      Clock.fixed(Instant.parse(FILE.get("now").stringValue()), ZoneOffset.UTC);

  private JinjaGolden() {}

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(
            JinjaGolden.class.getResourceAsStream("/sirocco/text/jinja-golden.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The names of an object as a template's variables.
  public static Map<String, Value> variables(JsonNode object) {
    Map<String, Value> variables = new HashMap<>();
    object
        .properties()
        .forEach(field -> variables.put(field.getKey(), Json.read(field.getValue().toString())));
    return variables;
  }

  /// Every template's source, those of the probes too.
  public static List<String> sources() {
    List<String> sources = new ArrayList<>();
    FILE.get("templates")
        .properties()
        .forEach(field -> sources.add(field.getValue().stringValue()));
    FILE.get("probes").forEach(probe -> sources.add(probe.get("source").stringValue()));
    return sources;
  }

  /// The text that a case must give; empty if it must fail.
  public static Optional<String> text(JsonNode golden) {
    return golden.optional("text").map(JsonNode::stringValue);
  }
}
