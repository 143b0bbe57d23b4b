package sirocco;

/// What an answer's text must look like. The model is held to it token by token.
public sealed interface Form {
  /// Anything.
  record Free() implements Form {}

  /// Any JSON object.
  record Json() implements Form {}

  /// JSON that a schema allows ([sirocco.text.grammar.Grammar#jsonSchema] says what of schemas is
  /// honoured).
  ///
  /// @param schema as text
  record JsonSchema(String schema) implements Form {}

  /// A text that matches a regular expression as a whole ([sirocco.text.grammar.Grammar#regex]).
  record Regex(String pattern) implements Form {}

  /// A text that a grammar in llama.cpp's notation allows ([sirocco.text.grammar.Grammar#gbnf]).
  record Gbnf(String source) implements Form {}
}
