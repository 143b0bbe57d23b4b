package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.util.List;
import picocli.CommandLine;

/// The run from which the launcher makes the AOT cache: what it loads and links, later starts find
/// ready. It runs the cheap commands and then loads the classes of Sirocco's own modules.
public final class StartupTraining {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--version"),
          List.of("--help"),
          List.of("doctor"),
          List.of("doctor", "--json"),
          // The cache also keeps what the interpreter learnt of each method, so that the compiler
          // starts on a later run's first tokens at once.
          List.of("run", "-n", "96", "--temperature", "0", "Tell me a story about a cat."),
          List.of("bench", "-p", "256", "-n", "32", "-r", "1", "--warm-up", "0"));

  /// Classes for which the application lacks a library that is optional, and the flight recorder's
  /// events: no cache takes them, and loading one wakes the recorder.
  private static final List<String> LEFT_OUT =
      List.of("sirocco/metrics/", "sirocco/engine/FlightEvents$");

  private StartupTraining() {}

  public static void main(String[] args) throws IOException, ClassNotFoundException {
    StandardError.copy(2, 2); // changes nothing but links the call
    for (List<String> command : COMMANDS) {
      CommandLine commandLine = Main.commandLine();
      commandLine.setOut(new PrintWriter(Writer.nullWriter()));
      commandLine.setErr(new PrintWriter(Writer.nullWriter()));
      commandLine.execute(command.toArray(String[]::new));
    }
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      if (module.name().startsWith("sirocco.")) {
        load(module);
      }
    }
  }

  private static void load(ResolvedModule module) throws IOException, ClassNotFoundException {
    try (ModuleReader reader = module.reference().open();
        var names = reader.list()) {
      for (String name : names.filter(n -> n.endsWith(".class")).toList()) {
        if (!name.endsWith("-info.class") && LEFT_OUT.stream().noneMatch(name::startsWith)) {
          String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          // Initialised, as only linked classes enter the cache; our initialisers only fill tables.
          Class.forName(type, true, StartupTraining.class.getClassLoader());
        }
      }
    }
  }
}
