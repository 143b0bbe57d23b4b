package sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The terminal of a chat: editing, history, and Ctrl-C that stops an answer, not the program.
final class ChatTerminal implements AutoCloseable {
  private final Terminal terminal;
  private final LineReader reader;

  private ChatTerminal(Terminal terminal, LineReader reader) {
    this.terminal = terminal;
    this.reader = reader;
  }

  /// @param onInterrupt what Ctrl-C does while no line is being read
  static ChatTerminal open(Runnable onInterrupt) throws IOException {
    Terminal terminal = TerminalBuilder.builder().dumb(true).build();
    terminal.handle(Terminal.Signal.INT, signal -> onInterrupt.run());
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .appName("sirocco")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    historyFile(System.getenv()).ifPresent(f -> builder.variable(LineReader.HISTORY_FILE, f));
    return new ChatTerminal(terminal, builder.build());
  }

  /// One line; empty at the end. Ctrl-C drops the line.
  Optional<String> readLine(String prompt) {
    try {
      return Optional.of(reader.readLine(prompt));
    } catch (UserInterruptException e) {
      return Optional.of("");
    } catch (EndOfFileException e) {
      return Optional.empty();
    }
  }

  /// Where the history is kept: the user's state folder (XDG Base Directory Specification), if it
  /// can be made.
  static Optional<Path> historyFile(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    Path base =
        state.isEmpty()
            ? Path.of(System.getProperty("user.home", ""), ".local", "state")
            : Path.of(state);
    try {
      return Optional.of(Files.createDirectories(base.resolve("sirocco")).resolve("chat-history"));
    } catch (IOException e) {
      return Optional.empty(); // a chat without history is still a chat
    }
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
