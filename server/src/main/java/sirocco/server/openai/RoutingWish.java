package sirocco.server.openai;

import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;

/// Of which tokens a client wants to see the experts: the field `routing`.
enum RoutingWish {
  /// `false`
  NONE,
  /// `true`: of the answer's
  ANSWER,
  /// `"all"`: of the prompt's too, as far as they were not in the cache
  ALL;

  static RoutingWish parse(JsonFields fields, Served served) {
    Optional<JsonFields> value = fields.get("routing");
    if (value.isEmpty()) {
      return NONE;
    }
    RoutingWish wish =
        switch (value.get().node().toString()) {
          case "true" -> ANSWER;
          case "false" -> NONE;
          case "\"all\"" -> ALL;
          default -> throw value.get().bad("true, false or \"all\"");
        };
    if (wish != NONE && !served.engine().model().config().isMixture()) {
      throw ProblemException.invalid("routing", "routing: this model is dense, it has no experts");
    }
    return wish;
  }
}
