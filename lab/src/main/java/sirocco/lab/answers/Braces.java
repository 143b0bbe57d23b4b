package sirocco.lab.answers;

import java.util.ArrayDeque;
import java.util.Deque;

/// Groups of LaTeX.
final class Braces {
  private Braces() {}

  /// Where the group ends that starts at each place; 0 where none starts or it is not closed.
  static int[] ends(String text) {
    int[] ends = new int[text.length()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int at = 0; at < text.length(); at++) {
      switch (text.charAt(at)) {
        case '\\' -> at++;
        case '{' -> open.push(at);
        case '}' -> {
          if (!open.isEmpty()) {
            ends[open.pop()] = at;
          }
        }
        default -> {}
      }
    }
    return ends;
  }
}
