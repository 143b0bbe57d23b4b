package sirocco.server.openai;

import java.util.List;
import sirocco.engine.TokenEvent;

/// Takes one answer's tokens for what they mean. It has the state of one answer.
interface AnswerReader {
  /// What this token completes.
  List<Part> read(TokenEvent token);

  /// What was held back, when no token will come.
  default List<Part> end() {
    return List.of();
  }

  /// An answer that is text and nothing else.
  static AnswerReader text() {
    return token -> token.text().isEmpty() ? List.of() : List.of(new Part.Text(token.text()));
  }
}
