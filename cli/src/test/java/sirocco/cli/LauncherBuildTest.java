package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When and how `./sirocco` builds.
class LauncherBuildTest {
  private Checkout checkout;
  private Path jdk;

  @BeforeEach
  void checkout(@TempDir Path folder) throws IOException {
    checkout = new Checkout(folder).withMaven();
    jdk = checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
  }

  @Test
  void buildsOnFirstUseOnly() throws Exception {
    Checkout.Result first = checkout.run("--version");
    assertThat(first.err()).isEqualTo("sirocco: building, about a minute on first use");
    assertThat(first.java()).isEqualTo(jdk + "/bin/java");
    assertThat(checkout.mavenCalls())
        .containsExactly(
            jdk
                + " -f "
                + checkout.root
                + "/pom.xml -B -ntp -Dquick -Dmaven.test.skip=true -pl cli -am package");
    assertThat(checkout.run("--version").err()).isEmpty();
    assertThat(checkout.mavenCalls()).hasSize(1);
    assertThat(application().resolve("sirocco.jar")).exists();
    assertThat(application().resolve("startup.aot")).exists();
    assertThat(checkout.root.resolve("target/launcher/lock")).doesNotExist();
  }

  @Test
  void buildsAgainWhenASourceIsNewerOrGone() throws Exception {
    checkout.run("--version");
    Path former = application();
    Path source = checkout.root.resolve("cli/src/main/java/Main.java");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    checkout.run("--version");
    assertThat(checkout.mavenCalls()).hasSize(2);
    assertThat(application()).isNotEqualTo(former);
    assertThat(former).as("the former application may be running").exists();

    Files.delete(source);
    checkout.run("--version");
    assertThat(checkout.mavenCalls()).hasSize(3);
    assertThat(former).doesNotExist();
  }

  @Test
  void anExampleIsNoReasonToBuild() throws Exception {
    checkout.run("--version");
    Path example =
        Files.createDirectories(checkout.root.resolve("examples/one/src/main/java"))
            .resolve("One.java");
    Files.createFile(example);
    Files.setLastModifiedTime(example, FileTime.from(Instant.now().plusSeconds(5)));
    checkout.run("--version");
    assertThat(checkout.mavenCalls()).hasSize(1);
  }

  @Test
  void showsMavensErrorsOnceWhenItFails() throws Exception {
    Files.writeString(
        checkout.root.resolve("maven-fails"),
        """
        [INFO] Scanning for projects...
        [ERROR] COMPILATION ERROR :\s
        [ERROR] Main.java:[3,5] cannot find symbol
          symbol: variable x
        [INFO] BUILD FAILURE
        [ERROR] Failed to execute goal compile on project sirocco-core: failure -> [Help 1]
        [ERROR] Main.java:[3,5] cannot find symbol
        [ERROR]\s
        [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
        [ERROR] [Help 1] http://example.org
        [ERROR]   mvn <args> -rf :sirocco-core
        """);
    Checkout.Result result = checkout.run("--version");
    assertThat(result.status()).isEqualTo(7);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly(
            "sirocco: building, about a minute on first use",
            "Main.java:[3,5] cannot find symbol",
            "Failed to execute goal compile on project sirocco-core: failure",
            "sirocco: the build failed; all that Maven said is in "
                + checkout.root
                + "/target/launcher/build.log");
    Files.writeString(checkout.root.resolve("maven-fails"), "mvn: out of luck\n");
    assertThat(checkout.run("--version").err()).contains("\nmvn: out of luck\n");
    Files.delete(checkout.root.resolve("maven-fails"));
    assertThat(checkout.run("--version").status()).isZero();
  }

  @Test
  void buildsOnceWhenStartedManyTimesAtOnce() throws Exception {
    List<Process> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      starts.add(checkout.start(checkout.root, List.of("./sirocco", "--version")));
    }
    for (Process start : starts) {
      assertThat(Checkout.finish(start).java()).isEqualTo(jdk + "/bin/java");
    }
    assertThat(checkout.mavenCalls()).hasSize(1);
  }

  @Test
  void anInterruptedBuildLeavesNothingBehind() throws Exception {
    Files.createFile(checkout.root.resolve("maven-hangs"));
    Process start = checkout.start(checkout.root, List.of("./sirocco", "--version"));
    Path runs = checkout.root.resolve("maven-runs");
    Instant deadline = Instant.now().plus(Duration.ofSeconds(30));
    while (!Files.exists(runs) || Files.size(runs) == 0) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(20);
    }
    start.destroy();
    assertThat(start.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(start.exitValue()).isEqualTo(143);
    assertThat(checkout.root.resolve("target/launcher/current")).doesNotExist();
    assertThat(checkout.root.resolve("target/launcher/lock")).doesNotExist();
    long maven = Long.parseLong(Files.readString(runs).strip());
    assertThat(ProcessHandle.of(maven).filter(ProcessHandle::isAlive)).isEmpty();

    Files.delete(checkout.root.resolve("maven-hangs"));
    assertThat(checkout.run("--version").java()).isEqualTo(jdk + "/bin/java");
  }

  @Test
  void takesOverTheLockOfAProcessThatDied() throws Exception {
    Process dead = new ProcessBuilder("/bin/sh", "-c", ":").start();
    dead.waitFor();
    Path lock = Files.createDirectories(checkout.root.resolve("target/launcher/lock"));
    Files.writeString(lock.resolve("owner"), dead.pid() + "\n");
    assertThat(checkout.run("--version").status()).isZero();
    assertThat(checkout.mavenCalls()).hasSize(1);
  }

  @Test
  void needsACompilerAndMavenToBuildButNotToRun() throws Exception {
    checkout.run("--version");
    Path jre = checkout.jre(checkout.home.resolve("jre"), "25.0.3");
    checkout.set("SIROCCO_JAVA_HOME", jre);
    Files.delete(checkout.tools().resolve("mvn"));
    assertThat(checkout.run("--version").java()).isEqualTo(jre + "/bin/java");

    Files.delete(checkout.root.resolve("target/launcher/current"));
    assertThat(checkout.run("--version").err())
        .isEqualTo(
            "sirocco: SIROCCO_JAVA_HOME is "
                + jre
                + ", a Java without the compiler that the build needs; set it to the folder of a JDK"
                + " 25.");
    checkout.set("SIROCCO_JAVA_HOME", jdk);
    Checkout.Result result = checkout.run("--version");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("sirocco: the build needs Maven 3.8 or later")
        .hasLineCount(1);
  }

  @Test
  void writesNothingOnceItIsBuilt() throws Exception {
    checkout.run("--version");
    List<String> before = listing();
    checkout.run("--version");
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void saysThatItCannotWrite() throws Exception {
    Files.createFile(checkout.root.resolve("target"));
    Checkout.Result result = checkout.run("--version");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .isEqualTo(
            "sirocco: cannot write to "
                + checkout.root
                + "/target/launcher, and the application has to be built there.");
  }

  @Test
  void fetchesTheLibrariesForTrainingOnce() throws Exception {
    checkout.run("sft", "--help");
    assertThat(checkout.mavenCalls()).hasSize(1);
    Checkout.Result first = checkout.run("sft", "recipe.yaml");
    assertThat(first.err())
        .isEqualTo("sirocco: fetching libtorch and DuckDB to train with, 190 MB, once");
    assertThat(checkout.mavenCalls())
        .hasSize(2)
        .last()
        .asString()
        .endsWith(" -Dquick -Dnatives -pl natives package");
    Path natives = checkout.root.resolve("target/launcher/natives-2.10-2.0");
    assertThat(natives.resolve("torch.jar")).exists();
    assertThat(first.arguments())
        .contains("<" + application() + ":" + natives + ">", "<--add-modules=ALL-MODULE-PATH>");
    assertThat(checkout.run("sft", "recipe.yaml").err()).isEmpty();
    assertThat(checkout.mavenCalls()).hasSize(2);

    checkout.set("SIROCCO_NATIVES", "gpu").run("sft", "recipe.yaml");
    assertThat(checkout.mavenCalls())
        .last()
        .asString()
        .endsWith(" -Dquick -Dnatives -Dgpu -pl natives package");
    assertThat(natives.resolveSibling("natives-2.10-2.0-gpu/torch.jar")).exists();

    Checkout.Result mkl = checkout.set("SIROCCO_NATIVES", "mkl").run("sft", "recipe.yaml");
    assertThat(checkout.mavenCalls())
        .last()
        .asString()
        .endsWith(" -Dquick -Dnatives -Dmkl -pl natives package");
    assertThat(mkl.arguments()).contains("<-Dorg.bytedeco.openblas.load=mkl_rt>");
  }

  @Test
  void saysThatTheLibrariesCannotBeFetched() throws Exception {
    checkout.run("--version");
    Files.writeString(checkout.root.resolve("maven-fails"), "[ERROR] no network -> [Help 1]\n");
    Checkout.Result result = checkout.run("grad", "-m", "model");
    assertThat(result.status()).isEqualTo(7);
    assertThat(result.err().lines().skip(1))
        .containsExactly(
            "no network",
            "sirocco: libtorch and DuckDB could not be fetched; all that Maven said is in "
                + checkout.root
                + "/target/launcher/natives.log");
    Files.delete(checkout.root.resolve("maven-fails"));
    assertThat(checkout.run("grad", "-m", "model").java()).isEqualTo(jdk + "/bin/java");
  }

  @Test
  void testRunsTheWholeOfMavensVerify() throws Exception {
    Checkout.Result result = checkout.run("test", "-Dtest=One");
    assertThat(result.status()).isZero();
    assertThat(checkout.mavenCalls())
        .containsExactly(jdk + " -f " + checkout.root + "/pom.xml -B -ntp verify -Dtest=One");
    Files.createFile(checkout.root.resolve("maven-fails"));
    assertThat(checkout.run("test").status()).isEqualTo(7);
  }

  private List<String> listing() throws IOException {
    try (var files = Files.walk(checkout.root)) {
      List<String> lines = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        lines.add(file + " " + Files.getLastModifiedTime(file));
      }
      return lines;
    }
  }

  private Path application() throws IOException {
    Path launcher = checkout.root.resolve("target/launcher");
    return launcher.resolve(Files.readString(launcher.resolve("current")).strip());
  }
}
