package sirocco.train.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.text.Message;

/// What an item says, for comparing it with others.
final class ItemText {
  private ItemText() {}

  static String of(Item item) {
    return switch (item) {
      case Document document -> document.text();
      case Dialogue dialogue -> said(dialogue.messages());
      case Preference preference ->
          Stream.of(said(preference.prompt()), preference.chosen(), preference.rejected())
              .collect(Collectors.joining("\n"));
    };
  }

  private static String said(List<Message> messages) {
    return messages.stream().map(Message::content).collect(Collectors.joining("\n"));
  }

  /// A hash that does not see case, nor how much space there is where there is some.
  static long hash(String text, long seed) {
    long hash = Hash.mix(seed, 0);
    long length = 0;
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        space = length > 0;
        continue;
      }
      if (space) {
        hash = Hash.next(hash, ' ');
        space = false;
        length++;
      }
      hash = Hash.next(hash, Character.toLowerCase(c));
      length++;
    }
    return Hash.mix(hash + length);
  }
}
