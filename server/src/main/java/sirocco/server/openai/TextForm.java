package sirocco.server.openai;

import java.util.Optional;
import java.util.Set;
import sirocco.Form;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;

/// What an answer's text must look like: `response_format`, and `regex` and `grammar`, which are
/// our own.
final class TextForm {
  static final Set<String> NAMES = Set.of("response_format", "regex", "grammar");

  private static final FieldRules SCHEMA =
      new FieldRules(Set.of(), Set.of("name", "description", "schema", "strict"));

  private TextForm() {}

  /// What was asked for.
  ///
  /// @throws ProblemException if it is given twice
  static Form parse(JsonFields fields) {
    if (NAMES.stream().filter(fields::has).count() > 1) {
      throw ProblemException.invalid(
          "response_format: give one of response_format, regex and grammar");
    }
    Optional<String> regex = fields.text("regex");
    if (regex.isPresent()) {
      return new Form.Regex(regex.get());
    }
    Optional<String> grammar = fields.text("grammar");
    if (grammar.isPresent()) {
      return new Form.Gbnf(grammar.get());
    }
    Optional<JsonFields> format = fields.object("response_format");
    return format.isEmpty() ? new Form.Free() : format(format.get());
  }

  private static Form format(JsonFields format) {
    new FieldRules(Set.of(), Set.of("type", "json_schema")).check(format);
    return switch (format.requiredText("type")) {
      case "text" -> new Form.Free();
      case "json_object" -> new Form.Json();
      case "json_schema" -> {
        JsonFields named = format.requiredObject("json_schema");
        SCHEMA.check(named);
        JsonFields schema = named.requiredObject("schema");
        yield new Form.JsonSchema(schema.node().toString());
      }
      default ->
          throw ProblemException.invalid(
              "response_format.type: expected text, json_object or json_schema");
    };
  }
}
