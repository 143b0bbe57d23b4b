package sirocco.cli;

import java.util.Optional;
import java.util.function.Function;

/// What a person says in a chat, which may take several lines: a line that ends with a backslash
/// goes on, and everything between two lines that start and end with `"""` is one.
final class ChatInput {
  private static final String FENCE = "\"\"\"";

  private final Function<String, Optional<String>> lines;

  /// @param lines asks for the next line with a prompt; empty at the end
  ChatInput(Function<String, Optional<String>> lines) {
    this.lines = lines;
  }

  /// The next thing said; empty at the end.
  Optional<String> next() {
    Optional<String> first = lines.apply("> ");
    if (first.isEmpty()) {
      return first;
    }
    String line = first.get();
    return Optional.of(
        line.stripLeading().startsWith(FENCE)
            ? fenced(line.stripLeading().substring(FENCE.length()))
            : continued(line));
  }

  private String continued(String first) {
    StringBuilder text = new StringBuilder();
    String line = first;
    while (line.endsWith("\\")) {
      text.append(line, 0, line.length() - 1).append('\n');
      Optional<String> next = lines.apply("... ");
      if (next.isEmpty()) {
        return text.toString();
      }
      line = next.get();
    }
    return text.append(line).toString();
  }

  private String fenced(String first) {
    StringBuilder text = new StringBuilder();
    Optional<String> line = first.isEmpty() ? lines.apply("... ") : Optional.of(first);
    while (line.isPresent()) {
      String part = line.get();
      if (part.stripTrailing().endsWith(FENCE)) {
        String last = part.stripTrailing();
        text.append(last, 0, last.length() - FENCE.length());
        return text.toString().stripTrailing();
      }
      text.append(part).append('\n');
      line = lines.apply("... ");
    }
    return text.toString().stripTrailing();
  }
}
