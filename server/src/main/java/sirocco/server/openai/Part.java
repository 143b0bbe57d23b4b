package sirocco.server.openai;

/// A piece of an answer.
sealed interface Part {
  /// Something said.
  record Text(String text) implements Part {}

  /// A call of a tool begins; what follows of it has the same index.
  ///
  /// @param index among the calls of this answer, from 0
  record Call(int index, String id, String name) implements Part {}

  /// Of a call's arguments, JSON as text.
  record Arguments(int index, String json) implements Part {}
}
