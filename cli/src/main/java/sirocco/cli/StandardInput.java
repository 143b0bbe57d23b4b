package sirocco.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What stands at the other end of standard input.
final class StandardInput {
  private StandardInput() {}

  /// Whether a person sits at both ends; a prompt is then not waited for.
  static boolean isInteractive() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  /// All of standard input as UTF-8, without the line end that `echo` puts last.
  static String readInput() throws IOException {
    String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    int end = text.length();
    if (text.endsWith("\n")) {
      end -= text.endsWith("\r\n") ? 2 : 1;
    }
    return text.substring(0, end);
  }
}
