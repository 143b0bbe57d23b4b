package sirocco.lab.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import sirocco.lab.sandbox.Outcome.Ending;

/// Runs programs of Python that nobody has read. A program finds itself on a machine of its own: no
/// network, no processes but its own, none of this machine's files but Python and the system's
/// programs and libraries, read-only, and one empty folder to write to, in memory; it is nobody
/// there, has no powers and can gain none, and what it uses is limited. When it ends, all that it
/// started ends, and its folder is gone. What it still has is the kernel: a flaw there could let it
/// out.
///
/// All of it is Linux's own: namespaces, resource limits and a filter of the kernel's calls. Where
/// one of them cannot be had there is no sandbox. For several threads; several programs may run at
/// once.
public final class Sandbox {
  private static final Duration POLL = Duration.ofMillis(20);

  /// Between looks at the program's memory.
  private static final int POLLS_A_LOOK = 2;

  /// 128 and SIGXCPU, which a process gets that used up its time.
  private static final int STATUS_OF_TIME = 128 + 24;

  /// What standard error starts with once nothing is left to do but to start the program.
  private static final String CONFINED = "confined\n";

  private static final Limits OF_PROBE = Limits.ofTime(Duration.ofSeconds(30));
  private static final String ADVICE =
      """
      Programs of a model run only where they are confined. That takes Linux 5.14 or newer on \
      x86_64 or aarch64, with namespaces that this user may make. As a plain user: \
      user.max_user_namespaces above 0, kernel.unprivileged_userns_clone=1 where there is such a \
      setting, and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0 (all by sysctl). In a \
      container: start it so that it may make namespaces and mount (docker run --privileged, or \
      --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined).\
      """;

  private final Enclosure enclosure;
  private final Isolation isolation;

  private Sandbox(Enclosure enclosure) {
    this.enclosure = enclosure;
    Interpreter interpreter = enclosure.interpreter();
    this.isolation =
        new Isolation(
            interpreter.executable(),
            interpreter.version(),
            enclosure.readable(),
            List.of(
                "namespaces of mounts, processes, network, messages and users",
                enclosure.superuser()
                    ? "runs as nobody"
                    : "runs as this user, who owns nothing there",
                "no capabilities, no new privileges",
                "a filter of the kernel's calls",
                "limits of time, memory, processes, files and output"));
  }

  /// The sandbox of this machine, with `python3`.
  ///
  /// @throws SandboxException saying what is missing if programs cannot be confined here
  public static Sandbox find() {
    return find("python3");
  }

  /// The sandbox of this machine. A program was run in it that looked whether it is confined.
  ///
  /// @param python a command or a path
  /// @throws SandboxException saying what is missing if programs cannot be confined here
  public static Sandbox find(String python) {
    if (!System.getProperty("os.name").equals("Linux")) {
      throw new SandboxException("this is " + System.getProperty("os.name") + ". " + ADVICE);
    }
    List<String> missing = Enclosure.missing();
    if (!missing.isEmpty()) {
      throw new SandboxException(
          "no %s in %s; install util-linux and coreutils. %s"
              .formatted(String.join(", ", missing), Enclosure.PATH, ADVICE));
    }
    Sandbox sandbox = new Sandbox(new Enclosure(Interpreter.of(python), isSuperuser()));
    sandbox.probe();
    return sandbox;
  }

  private void probe() {
    Outcome outcome;
    try {
      outcome = run(new Program(Enclosure.resource("probe.py"), OF_PROBE));
    } catch (SandboxException e) {
      throw new SandboxException(e.getMessage() + ". " + ADVICE, e);
    }
    if (!outcome.succeeded()) {
      throw new SandboxException(
          "a program is not confined here: %s (%s, status %d). %s"
              .formatted(outcome.stderr().strip(), outcome.ending(), outcome.status(), ADVICE));
    }
  }

  private static boolean isSuperuser() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new SandboxException("/proc: cannot be read: " + e.getMessage(), e);
    }
  }

  /// What keeps programs in.
  public Isolation isolation() {
    return isolation;
  }

  /// Runs a program to its end; ends it if this thread is interrupted.
  ///
  /// @throws SandboxException if it cannot be started, or this thread was interrupted
  public Outcome run(Program program) {
    byte[] source = program.source().getBytes(StandardCharsets.UTF_8);
    ProcessBuilder builder = new ProcessBuilder(enclosure.command(program.limits(), source.length));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", Enclosure.PATH);
    long start = System.nanoTime();
    try {
      Process process = builder.directory(Path.of("/").toFile()).start();
      feed(process, source, program.stdin().getBytes(StandardCharsets.UTF_8));
      return outcome(process, program.limits(), start);
    } catch (IOException e) {
      throw new SandboxException("unshare: cannot be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("a program was ended: its thread was interrupted", e);
    }
  }

  private static void feed(Process process, byte[] source, byte[] stdin) {
    Thread.ofPlatform()
        .daemon()
        .name("sandbox-input")
        .start(() -> {
          try (OutputStream out = process.getOutputStream()) {
            out.write(source);
            out.write(stdin);
          } catch (IOException e) {
            // It ended without reading all.
          }
        });
  }

  private static Outcome outcome(Process process, Limits limits, long start)
      throws InterruptedException {
    Capture stdout = new Capture(process.getInputStream(), limits.outputBytes());
    Capture stderr =
        new Capture(process.getErrorStream(), CONFINED.length() + limits.outputBytes());
    Ending ending;
    try {
      ending = watched(process, limits, start, stdout, stderr);
    } finally {
      end(process);
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    int status = process.waitFor();
    String errors = stderr.text();
    if (!errors.startsWith(CONFINED)) {
      throw new SandboxException(
          "a program could not be confined: %s (%s, status %d)"
              .formatted(errors.strip(), ending, status));
    }
    errors = errors.substring(CONFINED.length());
    if (ending == Ending.EXITED) {
      ending = ending(status, errors, stdout.tooLong() || stderr.tooLong());
    }
    return new Outcome(ending, status, stdout.text(), errors, wall);
  }

  private static Ending watched(
      Process process, Limits limits, long start, Capture stdout, Capture stderr)
      throws InterruptedException {
    int polls = 0;
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() - start > limits.wall().toNanos()) {
        return Ending.TIME;
      }
      if (stdout.tooLong() || stderr.tooLong()) {
        return Ending.OUTPUT;
      }
      polls++;
      if (polls % POLLS_A_LOOK == 0
          && ProcessTree.residentBytes(process.pid()) > limits.memoryBytes()) {
        return Ending.MEMORY;
      }
    }
    return Ending.EXITED;
  }

  private static Ending ending(int status, String errors, boolean tooLong) {
    if (tooLong) {
      return Ending.OUTPUT;
    }
    if (status == STATUS_OF_TIME) {
      return Ending.TIME;
    }
    String last = errors.lines().reduce("", (before, line) -> line);
    return status == 1 && last.startsWith("MemoryError") ? Ending.MEMORY : Ending.EXITED;
  }

  private static void end(Process process) throws InterruptedException {
    ProcessTree.endBelow(process.toHandle());
    if (!process.waitFor(2, TimeUnit.SECONDS)) {
      // Its first process was told to go with it.
      process.destroyForcibly();
    }
  }
}
