package sirocco.lab.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command that starts a program in namespaces of its own, by the tools of util-linux and
/// coreutils.
///
/// @param superuser whether this process is root: then a user who owns nothing is put on before the
///   program starts
record Enclosure(Interpreter interpreter, boolean superuser) {
  /// Where the tools are; nothing of this process's environment is handed on.
  static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  static final List<String> TOOLS =
      List.of(
          "unshare",
          "mount",
          "umount",
          "pivot_root",
          "setsid",
          "setpriv",
          "prlimit",
          "sh",
          "head",
          "timeout",
          "env");

  private static final List<String> SYSTEM =
      List.of(
          "/usr",
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/etc/ld.so.cache",
          "/etc/alternatives");

  /// Whom all systems have, to own nothing.
  private static final String NOBODY = "65534";

  /// Within which a program is ended from inside if this process is gone.
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final int OPEN_FILES = 128;

  /// Tools that are not here.
  static List<String> missing() {
    return TOOLS.stream()
        .filter(tool ->
            Stream.of(PATH.split(":", -1))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
        .toList();
  }

  List<Path> readable() {
    return Stream.concat(SYSTEM.stream().map(Path::of), interpreter.folders().stream())
        .filter(Files::exists)
        .toList();
  }

  /// @param sourceBytes of the program, which comes first on standard input
  List<String> command(Limits limits, int sourceBytes) {
    List<String> command = new ArrayList<>(List.of("unshare"));
    if (!superuser) {
      command.addAll(List.of("--user", "--map-root-user"));
    }
    command.addAll(List.of("--mount", "--pid", "--net", "--ipc", "--uts"));
    // A session of its own: signals to a group of processes reach nobody outside.
    command.addAll(List.of("--fork", "--kill-child=KILL", "setsid", "sh", "-c"));
    command.addAll(List.of(resource("enter.sh"), "enter.sh", resource("inner.sh")));
    command.add(superuser ? NOBODY : "");
    command.add(Long.toString(seconds(limits.wall().plus(GRACE))));
    command.add(Long.toString(limits.fileBytes()));
    command.add(Integer.toString(sourceBytes));
    command.add(readable().stream().map(Path::toString).collect(Collectors.joining(":")));
    command.addAll(resources(limits));
    command.add("--");
    command.addAll(powerless());
    String python = interpreter.executable().toString();
    command.addAll(List.of(python, "-I", "-S", "-c", resource("launch.py")));
    command.addAll(List.of(python, "/program/program.py"));
    return command;
  }

  private static List<String> resources(Limits limits) {
    long seconds = seconds(limits.cpu());
    return List.of(
        // The signal at the first tells why it ended; nothing survives the second.
        "--cpu=%d:%d".formatted(seconds, seconds + 1),
        "--as=" + limits.memoryBytes(),
        "--nproc=" + limits.processes(),
        "--fsize=" + limits.fileBytes(),
        "--nofile=" + OPEN_FILES,
        "--core=0",
        "--msgqueue=0",
        "--memlock=0");
  }

  private static List<String> powerless() {
    return List.of(
        "setpriv",
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--ambient-caps=-all",
        "--securebits=+noroot,+noroot_locked",
        "--no-new-privs",
        "env",
        "-i",
        "PATH=/usr/bin:/bin",
        "HOME=/work",
        "TMPDIR=/work",
        "LANG=C.UTF-8",
        // Dictionaries and sets come out the same each time.
        "PYTHONHASHSEED=0");
  }

  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }

  static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Enclosure.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("sirocco-lab: its own " + name, e);
    }
  }
}
