package sirocco.train.data;

import java.util.List;
import sirocco.json.JsonFields;

/// Checks that several parts of a recipe have in common.
final class Known {
  private Known() {}

  /// Refuses members that mean nothing here: a misspelt one would be ignored in silence.
  static void check(JsonFields fields, List<String> known) {
    fields.asObject();
    for (String name : fields.names()) {
      if (!known.contains(name)) {
        throw fields.error(name + ": unknown field; expected one of " + known);
      }
    }
  }

  static double positive(JsonFields fields, String name, double otherwise) {
    double value = fields.real(name, otherwise);
    if (!(value > 0)) {
      throw fields.get(name).orElse(fields).bad("a positive number");
    }
    return value;
  }
}
