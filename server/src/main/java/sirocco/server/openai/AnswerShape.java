package sirocco.server.openai;

import java.util.List;
import sirocco.Event;
import sirocco.engine.TokenEvent;
import tools.jackson.databind.node.ObjectNode;

/// How an answer is written: as chat or as plain completion.
interface AnswerShape {
  /// The beginning of the answer's id.
  String idPrefix();

  /// The member `object` of an answer, or of a piece of one.
  String object(boolean piece);

  /// The first piece of a choice's stream, before anything is said, if there is one.
  List<ObjectNode> opening(int index);

  /// A piece of a choice: what a token completes, or what was held back to the end.
  ///
  /// @param tokens whose probabilities are told with it; none or one
  /// @param offset of the piece in the choice's text
  ObjectNode piece(int index, List<Event.Said> parts, List<TokenEvent> tokens, int offset);

  /// The last piece of a choice.
  ObjectNode closing(Choice choice);

  /// A whole choice.
  ObjectNode whole(Choice choice);
}
