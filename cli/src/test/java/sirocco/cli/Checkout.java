package sirocco.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A checkout with the real launcher in a world of its own: Java and Maven are scripts that say how
/// they were called, PATH has only the tools that the launcher needs. Every path has a space in it.
final class Checkout {
  private static final List<String> TOOLS =
      List.of("cat date find head mkdir mv readlink rm rmdir sed tail touch".split(" "));

  /// Prints its own path and its arguments, one a line; makes the AOT cache when asked to.
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      for a; do
        case $a in
          -version) echo 'openjdk version "@VERSION@" 2026-04-21' >&2; exit ;;
          -XX:AOTCacheOutput=*) : >"${a#-XX:AOTCacheOutput=}"; exit ;;
        esac
      done
      echo "$0"
      for a; do echo "<$a>"; done
      """;

  /// Builds an application of one file, or fetches one library, and counts its calls.
  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      root=${2%/pom.xml}
      echo "$JAVA_HOME $*" >>"$root/calls"
      [ -e "$root/maven-hangs" ] && { echo $$ >"$root/maven-runs"; exec sleep 999; }
      [ -e "$root/maven-fails" ] && { cat "$root/maven-fails"; exit 7; }
      sleep 5
      case $* in
        *-Dnatives*)
          mkdir -p "$root/natives/target/quick/natives"
          echo jar >"$root/natives/target/quick/natives/torch.jar"
          exit
          ;;
      esac
      mkdir -p "$root/cli/target/quick/application"
      echo jar >"$root/cli/target/quick/application/sirocco.jar"
      """;

  final Path root;
  final Path system;
  final Path home;
  private final Path tools;
  private final Map<String, String> environment = new TreeMap<>();

  Checkout(Path folder) throws IOException {
    root = Files.createDirectories(folder.resolve("my checkout"));
    system = Files.createDirectories(folder.resolve("system root"));
    home = Files.createDirectories(folder.resolve("home folder"));
    tools = Files.createDirectories(folder.resolve("tool folder"));
    for (String tool : TOOLS) {
      script(tools.resolve(tool), "#!/bin/sh\nexec " + find(tool) + " \"$@\"\n");
    }
    // Seconds would only make the test slow.
    script(tools.resolve("sleep"), "#!/bin/sh\nexec " + find("sleep") + " \"0.0$1\"\n");
    script(root.resolve("sirocco"), Files.readString(repository().resolve("sirocco")));
    Files.createDirectories(root.resolve("cli/src/main/java"));
    Files.writeString(
        root.resolve("pom.xml"),
        """
        <project>
          <pytorch.version>2.10</pytorch.version>
          <duckdb.version>2.0</duckdb.version>
        </project>
        """);
    Files.writeString(root.resolve("cli/src/main/java/Main.java"), "class Main {}");
    environment.put("PATH", tools.toString());
    environment.put("HOME", home.toString());
    environment.put("SIROCCO_SYSTEM_ROOT", system.toString());
    environment.put("LANG", "C");
  }

  /// The folder of this project.
  static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("sirocco"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no folder above this one holds the launcher");
    }
    return folder;
  }

  /// Puts an application there, so that nothing has to be built.
  Checkout built() throws IOException {
    Path launcher = Files.createDirectories(root.resolve("target/launcher"));
    Files.createDirectories(launcher.resolve("application-1"));
    Files.writeString(launcher.resolve("current"), "application-1\n");
    return this;
  }

  Checkout withMaven() throws IOException {
    script(tools.resolve("mvn"), FAKE_MAVEN);
    return this;
  }

  /// Installs a Java with a `release` file and a compiler.
  Path jdk(Path folder, String version) throws IOException {
    jre(folder, version);
    script(folder.resolve("bin/javac"), "#!/bin/sh\n");
    return folder;
  }

  /// Installs a Java without a compiler.
  Path jre(Path folder, String version) throws IOException {
    javaWithoutRelease(folder, version);
    Files.writeString(
        folder.resolve("release"),
        "IMPLEMENTOR=\"X = Y\"\nJAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base\"\n");
    return folder;
  }

  /// Installs a Java that only tells its version when it is run.
  Path javaWithoutRelease(Path folder, String version) throws IOException {
    Files.createDirectories(folder.resolve("bin"));
    script(folder.resolve("bin/java"), FAKE_JAVA.replace("@VERSION@", version));
    return folder;
  }

  Checkout set(String variable, Object value) {
    environment.put(variable, value.toString());
    return this;
  }

  /// The folder that PATH names.
  Path tools() {
    return tools;
  }

  /// How often Maven was called, and how.
  List<String> mavenCalls() throws IOException {
    Path calls = root.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /// Runs `./sirocco` with these arguments.
  Result run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(root.resolve("sirocco").toString()));
    command.addAll(List.of(arguments));
    return finish(start(root, command));
  }

  Process start(Path folder, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  static Result finish(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the launcher hangs");
    }
    return new Result(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), UTF_8).strip(),
        new String(process.getErrorStream().readAllBytes(), UTF_8).strip());
  }

  static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path find(String tool) {
    return List.of("/usr/bin", "/bin").stream()
        .map(folder -> Path.of(folder, tool))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this system has no " + tool));
  }

  record Result(int status, String out, String err) {
    /// The Java that was started.
    String java() {
      return out.lines().findFirst().orElse("");
    }

    /// What Java was given, in brackets.
    List<String> arguments() {
      return out.lines().skip(1).toList();
    }
  }
}
