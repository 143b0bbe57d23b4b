package sirocco.engine;

import java.util.List;
import sirocco.text.Message;

/// Turns a conversation into the ids that ask a model for the next turn.
@FunctionalInterface
public interface PromptFormat {
  /// The ids, the opening token included.
  int[] encode(List<Message> conversation);
}
