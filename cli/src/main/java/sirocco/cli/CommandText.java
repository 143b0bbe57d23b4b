package sirocco.cli;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/// A command as it was typed, for reports to repeat.
final class CommandText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:,=@%+-]+");

  private CommandText() {}

  /// The whole line, quoted for a shell.
  static String of(CommandSpec spec) {
    return spec.root().commandLine().getParseResult().originalArgs().stream()
        .map(CommandText::quoted)
        .collect(Collectors.joining(" ", "./sirocco ", ""));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
