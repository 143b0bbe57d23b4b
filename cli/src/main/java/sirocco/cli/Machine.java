package sirocco.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.memory.SystemMemory;

/// What this computer offers, as its operating system tells.
///
/// @param cores that this process may use
/// @param memoryTotal bytes installed, or the container's limit if that is less; empty if unknown
/// @param memoryAvailable bytes that can be taken without swapping; empty if unknown
/// @param memoryLimit bytes that the container (cgroup) allows; empty for no limit
/// @param vectors the widest vector instructions of the processor
/// @param hugePages how the system gives huge pages
record Machine(
    String os,
    String arch,
    int cores,
    OptionalLong memoryTotal,
    OptionalLong memoryAvailable,
    OptionalLong memoryLimit,
    Vectors vectors,
    String hugePages) {

  /// Vector instructions, the widest first.
  enum Vectors {
    AVX512("avx512f", 512),
    AVX2("avx2", 256),
    AVX("avx", 256),
    SVE("sve", 128),
    NEON("asimd", 128),
    SSE42("sse4_2", 128),
    UNKNOWN("", 0);

    private final String flag;
    private final int bits;

    Vectors(String flag, int bits) {
      this.flag = flag;
      this.bits = bits;
    }

    /// The width of one vector at least; 0 if unknown.
    int bits() {
      return bits;
    }

    /// @param flags as the system lists them, between spaces
    private static Vectors of(String flags) {
      List<String> known = List.of(flags.strip().split(" +"));
      return Arrays.stream(values())
          .filter(v -> known.contains(v.flag))
          .findFirst()
          .orElse(UNKNOWN);
    }
  }

  /// This computer.
  static Machine here() {
    return System.getProperty("os.name", "").startsWith("Mac") ? mac() : linux(Path.of("/"));
  }

  /// Whether standard error is a terminal. The launcher knows; Java alone cannot tell it from
  /// standard output.
  static boolean stderrIsTerminal() {
    String known = System.getProperty("sirocco.stderr.terminal");
    return known == null ? stdoutIsTerminal() : known.equals("true");
  }

  /// Whether standard output is a terminal.
  static boolean stdoutIsTerminal() {
    String known = System.getProperty("sirocco.stdout.terminal");
    return known == null
        ? Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
        : known.equals("true");
  }

  /// Whether standard output shows colours: a terminal that knows them, and nobody has set NO_COLOR
  /// (no-color.org).
  static boolean stdoutShowsColours() {
    String unwanted = System.getenv().getOrDefault("NO_COLOR", "");
    String type = System.getenv().getOrDefault("TERM", "dumb");
    return stdoutIsTerminal() && unwanted.isEmpty() && !type.equals("dumb");
  }

  /// @param root where `/proc` and `/sys` lie
  static Machine linux(Path root) {
    String memory = text(root.resolve("proc/meminfo"));
    SystemMemory found = SystemMemory.linux(root);
    String flags = cpuFlags(root);
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        found.total(),
        found.available(),
        found.limit(),
        Vectors.of(flags),
        hugePages(root, memory));
  }

  private static Machine mac() {
    boolean arm = System.getProperty("os.arch", "").equals("aarch64");
    String flags = arm ? "asimd" : sysctl("machdep.cpu.leaf7_features").toLowerCase(Locale.ROOT);
    return new Machine(
        "macOS " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors(),
        number(sysctl("hw.memsize")),
        macAvailable(output("vm_stat")),
        OptionalLong.empty(),
        Vectors.of(flags),
        "given by the system");
  }

  /// Free, inactive and purgeable pages of `vm_stat`.
  static OptionalLong macAvailable(String vmStat) {
    Matcher page = Pattern.compile("page size of (\\d+) bytes").matcher(vmStat);
    if (!page.find()) {
      return OptionalLong.empty();
    }
    Matcher counts =
        Pattern.compile("(?m)^Pages (?:free|inactive|purgeable|speculative):\\s+(\\d+)")
            .matcher(vmStat);
    long pages = counts.results().mapToLong(r -> Long.parseLong(r.group(1))).sum();
    return OptionalLong.of(pages * Long.parseLong(page.group(1)));
  }

  /// What the processor's maker calls it, or the architecture where the system does not say.
  static String processor() {
    String name =
        System.getProperty("os.name", "").startsWith("Mac")
            ? sysctl("machdep.cpu.brand_string")
            : cpuLine(Path.of("/"), "model name").strip();
    return name.isEmpty() ? System.getProperty("os.arch", "unknown") : name;
  }

  private static String cpuFlags(Path root) {
    String flags = cpuLine(root, "flags");
    return flags.isEmpty() ? cpuLine(root, "Features") : flags;
  }

  /// What the system says of its first processor under this name.
  private static String cpuLine(Path root, String name) {
    return text(root.resolve("proc/cpuinfo"))
        .lines()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1))
        .orElse("");
  }

  private static String hugePages(Path root, String memory) {
    Matcher mode =
        Pattern.compile("\\[(\\w+)]")
            .matcher(text(root.resolve("sys/kernel/mm/transparent_hugepage/enabled")));
    Matcher reserved = Pattern.compile("(?m)^HugePages_Total:\\s+(\\d+)").matcher(memory);
    String transparent = mode.find() ? "transparent: " + mode.group(1) : "transparent: unknown";
    return transparent + ", reserved: " + (reserved.find() ? reserved.group(1) : "0");
  }

  private static OptionalLong number(String text) {
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /// The file's text, or nothing where the system has no such file.
  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String sysctl(String name) {
    return output("sysctl", "-n", name);
  }

  private static String output(String... command) {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(2, TimeUnit.SECONDS) ? text.strip() : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
