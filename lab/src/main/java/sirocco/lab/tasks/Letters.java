package sirocco.lab.tasks;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Questions whose choices are shown with letters, and answered by one.
final class Letters {
  static final String ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private Letters() {}

  /// The first letters of the alphabet.
  static List<String> first(int count) {
    return IntStream.range(0, count).mapToObj(i -> ALL.substring(i, i + 1)).toList();
  }

  /// A question, its choices a line each as `A. …`, and a line that the letter goes on with.
  static Choice choice(
      String id, String group, String question, List<String> texts, String answer, int right) {
    List<String> letters = first(texts.size());
    String lines =
        IntStream.range(0, texts.size())
            .mapToObj(i -> letters.get(i) + ". " + texts.get(i) + "\n")
            .collect(Collectors.joining());
    return Choice.of(id, group, question + "\n" + lines + answer, letters, right);
  }
}
