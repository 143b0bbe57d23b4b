package sirocco.lab.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.sandbox.Outcome.Ending;

class SandboxTest {
  private static final Limits LIMITS = Limits.ofTime(Duration.ofSeconds(20));
  private static Sandbox sandbox;

  @BeforeAll
  static void find() {
    sandbox = Sandboxes.require();
  }

  private static Outcome run(String source) {
    return sandbox.run(new Program(source, LIMITS));
  }

  @Test
  void programsReadWriteAndEnd() {
    Outcome outcome =
        sandbox.run(
            new Program(
                """
                import sys
                print(sys.stdin.read() * 2)
                print("späť", file=sys.stderr)
                open("/tmp/a", "w").write("here")
                print(open("/work/a").read())
                sys.exit(3)
                """,
                "ab\n",
                LIMITS));
    assertThat(outcome.ending()).isEqualTo(Ending.EXITED);
    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.succeeded()).isFalse();
    assertThat(outcome.stdout()).isEqualTo("ab\nab\n\nhere\n");
    assertThat(outcome.stderr()).isEqualTo("späť\n");
    assertThat(run("").succeeded()).isTrue();
  }

  @Test
  void errorsAndSignalsAreTold() {
    assertThat(run("1/0").stderr()).endsWith("ZeroDivisionError: division by zero\n");
    assertThat(run("import os; os.kill(os.getpid(), 11)").status()).isEqualTo(128 + 11);
    assertThat(run("def f(:").status()).isEqualTo(1);
  }

  @Test
  void processorTimeIsLimitedByItself() {
    Limits second = Limits.ofTime(Duration.ofSeconds(1)).within(Duration.ofSeconds(60));
    Outcome outcome = sandbox.run(new Program("while True: pass", second));
    assertThat(outcome.ending()).isEqualTo(Ending.TIME);
    assertThat(outcome.wall()).isLessThan(Duration.ofSeconds(40));
    String waits = "import time; time.sleep(1.5); print(1)";
    assertThat(sandbox.run(new Program(waits, second)).stdout()).isEqualTo("1\n");
  }

  @Test
  void setsComeOutTheSameEachTime() {
    String source = "print({str(i) for i in range(50)})";
    assertThat(run(source).stdout()).isEqualTo(run(source).stdout());
  }

  @Test
  void libraryWorks() {
    Outcome outcome =
        run(
            """
            import ctypes, collections, decimal, hashlib, heapq, itertools, json, math, re, sqlite3
            import subprocess, tempfile, threading, typing, multiprocessing
            done = []
            thread = threading.Thread(target=lambda: done.append(1))
            thread.start()
            thread.join()
            with tempfile.TemporaryFile() as file:
                file.write(b"x")
            back = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 7)
            said = subprocess.run(["echo", "hi"], capture_output=True).stdout
            print(done, back(), said, hashlib.md5(b"").hexdigest()[:4])
            """);
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).isEqualTo("[1] 7 b'hi\\n' d41d\n");
  }

  @Test
  void severalRunAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (int at = 0; at < 24; at++) {
        String source =
            """
            import os, time
            open("mine", "w").write("%d")
            children = [os.fork() for _ in range(3)]
            time.sleep(0.2)
            if all(children):
                print(open("mine").read(), os.listdir("."))
            """
                .formatted(at);
        outcomes.add(threads.submit(() -> run(source)));
      }
      for (int at = 0; at < outcomes.size(); at++) {
        assertThat(outcomes.get(at).get().stdout()).isEqualTo(at + " ['mine']\n");
      }
    }
  }

  @Test
  void anInterruptEndsAProgram() throws Exception {
    Set<Long> before = Sandboxes.inOtherNamespaces();
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                run("import time\nwhile True: time.sleep(1)");
              } catch (SandboxException e) {
                thrown.add(e);
              }
            });
    Thread.sleep(500);
    thread.interrupt();
    assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
    assertThat(thrown).hasSize(1);
    Set<Long> left = Sandboxes.inOtherNamespaces();
    left.removeAll(before);
    assertThat(left).isEmpty();
  }

  @Test
  void saysWhatItIs() {
    Isolation isolation = sandbox.isolation();
    assertThat(isolation.version()).startsWith("3.");
    assertThat(isolation.python()).isExecutable();
    assertThat(isolation.readable()).contains(Path.of("/usr")).doesNotContain(Path.of("/"));
    assertThat(isolation.means()).hasSizeGreaterThan(3);
  }

  @Test
  void aVirtualEnvironmentWorks(@TempDir Path folder) throws Exception {
    Process made =
        new ProcessBuilder("python3", "-m", "venv", "--without-pip", folder.resolve("v").toString())
            .start();
    assertThat(made.waitFor()).isZero();
    Sandbox of = Sandbox.find(folder.resolve("v/bin/python3").toString());
    Outcome outcome = of.run(new Program("import sys; print(sys.prefix)", LIMITS));
    assertThat(outcome.stdout().strip()).isEqualTo(folder.resolve("v").toString());
    // JUnit warns of a link that leads out of the folder it clears.
    try (Stream<Path> links = Files.list(folder.resolve("v/bin"))) {
      for (Path link : links.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void whatIsNoPythonIsRefused(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Sandbox.find(folder.resolve("none").toString()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("install python3");
    assertThatThrownBy(() -> Sandbox.find("/bin/echo"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("expected a Python 3");
    // It would show the home folder to programs.
    Path home = Path.of(System.getProperty("user.home"));
    Path fake = folder.resolve("python3");
    Files.writeString(
        fake,
        "#!/bin/sh\nfor i in /bin/sh 3 %1$s %1$s %1$s %1$s %1$s; do echo $i; done\n"
            .formatted(home));
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> Sandbox.find(fake.toString()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining(home.toString());
  }

  @Test
  void anInterpreterThatIsNotConfinedIsRefused(@TempDir Path folder) throws IOException {
    // What it says it is does not do what it is told.
    Path fake = folder.resolve("python3");
    Files.writeString(
        fake, "#!/bin/sh\nfor i in /bin/true 3.9 /usr /usr /usr /usr /usr; do echo $i; done\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(() -> Sandbox.find(fake.toString()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("could not be confined")
        .hasMessageContaining("sysctl");
  }
}
