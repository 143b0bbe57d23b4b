package sirocco.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.text.Message;

/// Conversations as HH-RLHF writes them (Bai et al. 2022): one text, its turns opened by `Human:`
/// and `Assistant:` after a blank line.
final class Transcript {
  private static final Pattern TURN = Pattern.compile("(?:^|\n\n)(Human|Assistant):");

  private Transcript() {}

  /// The turns, without the space around them; none if the text does not open with one. Turns of
  /// one speaker in a row are one.
  static List<Message> parse(String text) {
    List<Message> messages = new ArrayList<>();
    Matcher turn = TURN.matcher(text);
    if (!turn.lookingAt()) {
      return List.of();
    }
    boolean more = true;
    while (more) {
      String speaker = turn.group(1);
      int from = turn.end();
      more = turn.find();
      String said = text.substring(from, more ? turn.start() : text.length()).strip();
      add(messages, speaker.equals("Human") ? new Message.User(said) : new Message.Assistant(said));
    }
    return messages;
  }

  private static void add(List<Message> messages, Message message) {
    if (!messages.isEmpty() && messages.getLast().role().equals(message.role())) {
      Message before = messages.removeLast();
      String joined = before.content() + "\n\n" + message.content();
      messages.add(Message.of(message.role(), joined));
    } else {
      messages.add(message);
    }
  }
}
