package sirocco.train.data;

import java.util.List;
import sirocco.text.Message;

/// Two answers to one prompt, of which one is better.
///
/// @param prompt the conversation up to the user's last message
public record Preference(List<Message> prompt, String chosen, String rejected, String domain)
    implements Item {
  public Preference {
    prompt = List.copyOf(prompt);
  }
}
