package sirocco.server.openai;

import java.util.Optional;
import java.util.Set;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;
import sirocco.text.grammar.TokenAutomaton;

/// What an answer's text must look like: `response_format`, and `regex` and `grammar`, which are
/// our own.
final class TextForm {
  static final Set<String> NAMES = Set.of("response_format", "regex", "grammar");

  private static final FieldRules SCHEMA =
      new FieldRules(Set.of(), Set.of("name", "description", "schema", "strict"));

  private TextForm() {}

  /// Empty if it is free.
  ///
  /// @throws ProblemException if it is given twice, or cannot be honoured
  static Optional<TokenAutomaton> parse(JsonFields fields, Served served) {
    if (NAMES.stream().filter(fields::has).count() > 1) {
      throw ProblemException.invalid(
          "response_format: give one of response_format, regex and grammar");
    }
    Optional<String> regex = fields.text("regex");
    if (regex.isPresent()) {
      return Optional.of(served.grammars().regex(regex.get()));
    }
    Optional<String> grammar = fields.text("grammar");
    if (grammar.isPresent()) {
      return Optional.of(served.grammars().gbnf(grammar.get()));
    }
    Optional<JsonFields> format = fields.object("response_format");
    return format.isEmpty() ? Optional.empty() : format(format.get(), served);
  }

  private static Optional<TokenAutomaton> format(JsonFields format, Served served) {
    new FieldRules(Set.of(), Set.of("type", "json_schema")).check(format);
    return switch (format.requiredText("type")) {
      case "text" -> Optional.empty();
      case "json_object" -> Optional.of(served.grammars().json());
      case "json_schema" -> {
        JsonFields named = format.requiredObject("json_schema");
        SCHEMA.check(named);
        JsonFields schema = named.requiredObject("schema");
        yield Optional.of(served.grammars().jsonSchema(schema.node().toString()));
      }
      default ->
          throw ProblemException.invalid(
              "response_format.type: expected text, json_object or json_schema");
    };
  }
}
