package sirocco.server.openai;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;
import tools.jackson.databind.JsonNode;

/// Which fields a request may have. One that means something and is not honoured here is refused by
/// name; a client must not believe that it worked.
final class FieldRules {
  /// They change nothing of an answer: who asks, and hints at caches.
  private static final Set<String> NEUTRAL =
      Set.of("user", "safety_identifier", "prompt_cache_key", "metadata");

  /// The one value of a field that asks for what is done anyway.
  private static final Map<String, Predicate<JsonNode>> FIXED =
      Map.of(
          "store", node -> node.isBoolean() && !node.booleanValue(),
          "service_tier", node -> node.isString() && isDefaultTier(node.stringValue()),
          "modalities", node -> node.toString().equals("[\"text\"]"),
          "reasoning_effort", node -> node.isString() && node.stringValue().equals("none"));

  private final Set<String> honoured;

  FieldRules(Set<String> common, Set<String> own) {
    Set<String> all = new HashSet<>(common);
    all.addAll(own);
    this.honoured = Set.copyOf(all);
  }

  private static boolean isDefaultTier(String tier) {
    return tier.equals("auto") || tier.equals("default");
  }

  /// @throws ProblemException naming the first field that is not honoured as it is meant
  void check(JsonFields request) {
    for (Map.Entry<String, JsonFields> member : request.members()) {
      String name = member.getKey();
      JsonNode value = member.getValue().node();
      boolean fits =
          value.isNull()
              || honoured.contains(name)
              || NEUTRAL.contains(name)
              || FIXED.getOrDefault(name, node -> false).test(value);
      if (!fits) {
        String where = member.getValue().where();
        throw ProblemException.invalid(
            where,
            where
                + ": "
                + (FIXED.containsKey(name)
                    ? "this value is not supported here"
                    : "this field is not supported here; take it out"));
      }
    }
  }
}
