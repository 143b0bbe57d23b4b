package sirocco.defaultmodel;

import java.util.List;
import java.util.regex.Pattern;
import sirocco.text.Message;

/// What a model is asked, and how a right answer is told from a wrong one.
///
/// @param kind under which it is counted
/// @param conversation its last message is the user's
/// @param expected one of these makes the answer right
/// @param whole whether the answer is one of them, or only has one of them in it as whole words
record Question(String kind, List<Message> conversation, List<String> expected, boolean whole) {
  Question {
    conversation = List.copyOf(conversation);
    expected = List.copyOf(expected);
  }

  /// A question whose answer has one of these words in it.
  static Question of(String kind, String prompt, List<String> expected) {
    return new Question(kind, List.of(new Message.User(prompt)), expected, false);
  }

  boolean isAnsweredBy(String answer) {
    return expected.stream()
        .anyMatch(e -> whole ? e.strip().equals(answer.strip()) : holds(answer, e));
  }

  private static boolean holds(String answer, String words) {
    return Pattern.compile(
            "(?<![\\p{L}\\p{N}])" + Pattern.quote(words) + "(?![\\p{L}\\p{N}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(answer)
        .find();
  }

  /// The end of the last message, for a report.
  String shown() {
    String text = conversation.getLast().content();
    return text.length() > 300 ? "..." + text.substring(text.length() - 300) : text;
  }
}
