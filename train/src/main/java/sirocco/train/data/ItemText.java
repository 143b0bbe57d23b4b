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
    StringBuilder normal = new StringBuilder(text.length());
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        space = !normal.isEmpty();
        continue;
      }
      if (space) {
        normal.append(' ');
        space = false;
      }
      normal.append(Character.toLowerCase(c));
    }
    return Hash.of(normal, seed);
  }
}
