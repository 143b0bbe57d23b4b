package sirocco.cli;

import static java.util.stream.Collectors.joining;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `sirocco` command.
@Command(
    name = "sirocco",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Runs sparse mixture-of-experts language models.",
    footer = {
      "",
      "Example: ./sirocco run \"Tell me a story.\"",
      "-m MODEL runs a model of yours: a folder (Hugging Face's or Mistral's own layout)",
      "a .gguf file, or the name of one that `pull` fetched. Without it the tiny one",
      "that comes with Sirocco runs.",
      "`./sirocco COMMAND --help` says more of a command; `./sirocco test` runs all tests."
    })
public final class Main {
  /// Every command, in the order of `--help`.
  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          ChatCommand.class,
          ServeCommand.class,
          PullCommand.class,
          ListCommand.class,
          RmCommand.class,
          BatchCommand.class,
          TokenizeCommand.class,
          InspectCommand.class,
          DoctorCommand.class,
          PerplexityCommand.class,
          FidelityCommand.class,
          EvalCommand.class,
          ReportCommand.class,
          RateCommand.class,
          RoutingCommand.class,
          BenchCommand.class,
          LogitsCommand.class,
          GradCommand.class,
          DpoCheckCommand.class,
          ConvertCommand.class,
          QuantizeCommand.class,
          MergeCommand.class,
          PretrainCommand.class,
          SftCommand.class,
          DpoCommand.class,
          TokenizerTrainCommand.class,
          UpcycleCommand.class,
          DeepenCommand.class,
          AverageCommand.class,
          MergeExpertsCommand.class,
          HelpCommand.class);

  private Main() {}

  public static void main(String[] args) {
    StandardError.restore();
    PrintWriter err = utf8(FileDescriptor.err);
    int status;
    try {
      status = commandLine(needed(args)).setOut(utf8(FileDescriptor.out)).setErr(err).execute(args);
    } catch (VirtualMachineError e) {
      err.println("sirocco: " + describe(e));
      status = CommandLine.ExitCode.SOFTWARE;
    }
    // Not after success: System.exit first loads the logging that Java keeps for exits, 20 ms.
    if (status != 0) {
      System.exit(status);
    }
  }

  /// A model's text is UTF-8 whatever the locale says; Java would write `?` in the C locale.
  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }

  /// The command line with all its commands.
  static CommandLine commandLine() {
    return commandLine(COMMANDS);
  }

  private static CommandLine commandLine(List<Class<?>> commands) {
    CommandLine line = new CommandLine(new Main());
    for (Class<?> command : commands) {
      line.addSubcommand(command);
    }
    line.getSubcommands().values().forEach(Main::configure);
    return line.registerConverter(Path.class, Main::path)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(Main::reportUsage)
        .setExecutionExceptionHandler(Main::report);
  }

  private static void configure(CommandLine command) {
    command.getCommandSpec().versionProvider(new Version());
    // The full one is six lines of what is said again below.
    command.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false);
    command.getSubcommands().values().forEach(Main::configure);
  }

  /// The commands that these arguments may need. Reading the options of all of them would take
  /// longer than the rest of the start.
  private static List<Class<?>> needed(String[] args) {
    if (args.length == 0 || args[0].equals("help")) {
      return COMMANDS;
    }
    if (List.of("--version", "-V").contains(args[0])) {
      return List.of();
    }
    List<Class<?>> named =
        COMMANDS.stream()
            .filter(c -> c.getAnnotation(Command.class).name().equals(args[0]))
            .toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  /// A shell leaves the `~` of `--model=~/mixtral` as it is.
  private static Path path(String text) {
    boolean home = text.equals("~") || text.startsWith("~/");
    Path plain = Path.of(text);
    return home && !Files.exists(plain)
        ? Path.of(System.getProperty("user.home", "~") + text.substring(1))
        : plain;
  }

  /// One line, and where to find the rest. Who names no command sees them all.
  private static int reportUsage(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    if (args.length == 0) {
      command.usage(command.getErr());
      return command.getCommandSpec().exitCodeOnInvalidInput();
    }
    String message = String.valueOf(error.getMessage()).lines().collect(joining(" "));
    if (error instanceof UnmatchedArgumentException unmatched
        && command.getParent() == null
        && !unmatched.isUnknownOption()) {
      message = "there is no command " + unmatched.getUnmatched().getFirst();
    }
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("sirocco: " + message + " (see `" + name + " --help`)");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /// What the user can mend is one line; only a fault of ours shows its trace.
  private static int report(Exception error, CommandLine command, ParseResult parsed) {
    if (isOurFault(error)) {
      error.printStackTrace(command.getErr());
      command
          .getErr()
          .println("sirocco: this is a fault in Sirocco; please report the lines above");
    } else {
      // A template may raise a text of several lines.
      String message = describe(error).lines().collect(joining(" "));
      command.getErr().println("sirocco: " + message);
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /// Sirocco's own exceptions, a refused argument and a file system that fails are expected.
  private static boolean isOurFault(Exception error) {
    StackTraceElement[] trace = error.getStackTrace();
    boolean refused =
        error instanceof IllegalArgumentException
            && trace.length > 0
            && trace[0].getClassName().startsWith("sirocco.");
    return !(refused
        || error.getClass().getName().startsWith("sirocco.")
        || error instanceof IOException
        || error instanceof UncheckedIOException);
  }

  /// What the Java machine gives up for, in one line. Input is bounded before memory is taken, but
  /// a file may still be larger than a small heap allows, or change while it is mapped.
  private static String describe(VirtualMachineError error) {
    return switch (error) {
      case OutOfMemoryError e ->
          "Java's memory of "
              + Bytes.show(Runtime.getRuntime().maxMemory())
              + " is too small for this ("
              + e.getMessage()
              + "); raise it with SIROCCO_JAVA_OPTS=-Xmx4g";
      case InternalError e ->
          "a file that is mapped changed or could not be read (" + e.getMessage() + ")";
      default -> "Java gave up: " + error;
    };
  }

  private static String describe(Exception error) {
    return switch (error) {
      case UncheckedIOException e when e.getCause() != null -> describe(e.getCause());
      case NoSuchFileException e -> e.getFile() + ": no such file or folder";
      case AccessDeniedException e -> e.getFile() + ": access denied";
      case FileSystemException e -> e.getFile() + ": " + e.getReason();
      case IOException e when e.getMessage() == null -> e.getClass().getSimpleName();
      default -> String.valueOf(error.getMessage());
    };
  }

  /// Prints the version that the build wrote into the module's descriptor.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sirocco " + text()};
    }

    /// The number alone.
    static String text() {
      ModuleDescriptor module = Main.class.getModule().getDescriptor();
      return module == null ? "from class files" : module.rawVersion().orElse("unknown");
    }
  }
}
