package sirocco.lab.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Python of this machine.
///
/// @param executable which finds its own packages by where it is
/// @param folders all that it needs beside the system's own folders
record Interpreter(Path executable, String version, List<Path> folders) {
  private static final String QUESTION =
      """
      import os, platform, sys
      print(sys.executable)
      print(platform.python_version())
      for folder in (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix,
          os.path.dirname(os.path.realpath(sys.executable))):
        print(folder)
      """;

  /// @throws SandboxException if it is none
  static Interpreter of(String command) {
    List<String> answer = answer(command).lines().toList();
    if (answer.size() != 7 || !Files.isExecutable(Path.of(answer.get(0)))) {
      throw new SandboxException(
          command + ": expected a Python 3, found something that says " + answer);
    }
    Path home = Path.of(System.getProperty("user.home")).toAbsolutePath();
    List<Path> folders = answer.stream().skip(2).map(Path::of).distinct().sorted().toList();
    for (Path folder : folders) {
      if (home.startsWith(folder)) {
        throw new SandboxException(
            "%s: it is installed right in %s, which programs could then read; use another"
                .formatted(command, folder));
      }
    }
    return new Interpreter(Path.of(answer.get(0)), answer.get(1), outermost(folders));
  }

  private static List<Path> outermost(List<Path> sorted) {
    return sorted.stream()
        .filter(folder ->
            Stream.concat(Stream.of(Path.of("/usr"), Path.of("/bin")), sorted.stream())
                .noneMatch(other -> !other.equals(folder) && folder.startsWith(other)))
        .filter(folder -> !folder.equals(Path.of("/usr")) && !folder.equals(Path.of("/bin")))
        .toList();
  }

  private static String answer(String command) {
    Process process;
    try {
      process =
          new ProcessBuilder(command, "-I", "-c", QUESTION)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new SandboxException(
          command + ": no such Python; install python3 or name another: " + e.getMessage(), e);
    }
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new SandboxException(command + ": expected a Python 3, found it to hang");
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new SandboxException(command + ": cannot be asked: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new SandboxException(command + ": interrupted", e);
    }
  }
}
