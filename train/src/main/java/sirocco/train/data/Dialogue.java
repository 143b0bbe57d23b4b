package sirocco.train.data;

import java.util.List;
import sirocco.text.Message;

/// A conversation, its answers included: as a rule its last message is the assistant's.
public record Dialogue(List<Message> messages, String domain) implements Item {
  public Dialogue {
    messages = List.copyOf(messages);
  }
}
