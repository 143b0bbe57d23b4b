package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which Java `./sirocco` starts, and how.
class LauncherTest {
  private Checkout checkout;

  @BeforeEach
  void checkout(@TempDir Path folder) throws IOException {
    checkout = new Checkout(folder).built();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr/lib/jvm/temurin-25",
        "usr/lib64/jvm/java-25",
        "opt/java/openjdk",
        "opt/jdk-25",
        "usr/java/latest",
        "usr/local/jdk25",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home"
      })
  void findsTheSystemsJava(String place) throws Exception {
    Path jdk = checkout.jdk(checkout.system.resolve(place), "25.0.3");
    assertStarts(jdk);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".sdkman/candidates/java/25.0.3-tem",
        ".asdf/installs/java/temurin-25.0.3",
        ".local/share/mise/installs/java/temurin-25.0.3",
        ".jenv/versions/25.0",
        ".jdks/temurin-25.0.3",
        ".gradle/jdks/adoptium-25",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home"
      })
  void findsTheUsersJava(String place) throws Exception {
    Path jdk = checkout.jdk(checkout.home.resolve(place), "25.0.4");
    assertStarts(jdk);
  }

  @Test
  void findsTheJavaOfPathThroughLinks() throws Exception {
    Path jdk = checkout.jdk(checkout.home.resolve("elsewhere/jdk"), "25.0.3");
    Path alternative = checkout.home.resolve("alternative");
    Files.createSymbolicLink(alternative, Path.of("elsewhere/jdk/bin/java"));
    Files.createSymbolicLink(checkout.tools().resolve("java"), alternative);
    Checkout.Result result = checkout.run("--version");
    assertThat(Path.of(result.java()).toRealPath()).isEqualTo(jdk.resolve("bin/java"));
  }

  @Test
  void passesOverAnOldJavaHomeAndAnOldJavaOfPath() throws Exception {
    checkout.set("JAVA_HOME", checkout.jdk(checkout.home.resolve("jdk17"), "17.0.15"));
    Files.createSymbolicLink(
        checkout.tools().resolve("java"), checkout.home.resolve("jdk17/bin/java"));
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-17"), "17.0.15");
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-21"), "21.0.8");
    assertStarts(checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3"));
  }

  @Test
  void prefersItsOwnVariableThenJavaHome() throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    Path javaHome = checkout.jdk(checkout.home.resolve("by JAVA_HOME"), "25.0.3");
    checkout.set("JAVA_HOME", javaHome);
    assertStarts(javaHome);
    Path own = checkout.jdk(checkout.home.resolve("by own"), "25.0.5");
    checkout.set("SIROCCO_JAVA_HOME", own);
    assertStarts(own);
  }

  @ParameterizedTest
  @CsvSource({
    "25.0.3, true",
    "25.0.3.1, true",
    "25.0.10, true",
    "25.0.2, false",
    "25.0.2.1, false",
    "25.0.1, false",
    "25, false",
    "25-ea, false",
    "26, false",
    "26.0.3, false",
    "250.0.3, false",
    "17.0.15, false",
    "1.8.0_402, false",
  })
  void knowsWhichVersionsWillDo(String version, boolean accepted) throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java"), version);
    assertThat(checkout.run("--version").status()).isEqualTo(accepted ? 0 : 1);
    // A second one that tells its version only when it is run.
    checkout.set(
        "SIROCCO_JAVA_HOME", checkout.javaWithoutRelease(checkout.home.resolve("j"), version));
    assertThat(checkout.run("--version").status()).isEqualTo(accepted ? 0 : 1);
  }

  @Test
  void saysInOneSentenceThatNoJavaWasFound() throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-17"), "17.0.15");
    assertFails(
        "sirocco: no Java 25 (25.0.3 or later, before 26) was found; install a JDK 25, for instance"
            + " Temurin from https://adoptium.net, and set JAVA_HOME or SIROCCO_JAVA_HOME to its"
            + " folder if it lies in an unusual place.");
  }

  @Test
  void saysInOneSentenceThatItsVariableIsWrong() throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    Path old = checkout.jdk(checkout.home.resolve("jdk17"), "17.0.15");
    checkout.set("SIROCCO_JAVA_HOME", old);
    assertFails(
        "sirocco: SIROCCO_JAVA_HOME is "
            + old
            + ", a Java 17.0.15, but Sirocco needs Java 25 (25.0.3 or later, before 26).");
    checkout.set("SIROCCO_JAVA_HOME", "/no/such folder");
    assertFails(
        "sirocco: SIROCCO_JAVA_HOME is /no/such folder, where there is no bin/java; set it to the"
            + " folder of a JDK 25.");
  }

  @Test
  void startsTheModuleWithTheCacheAndHandsEveryArgumentOn() throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    checkout.set("SIROCCO_JAVA_OPTS", "-Xmx5g -Dx=y");
    Checkout.Result result = checkout.run("run", "Once  upon a", "", "*", "$HOME");
    String application = checkout.root.resolve("target/launcher/application-1").toString();
    assertThat(result.arguments())
        .contains("<-XX:+UseSerialGC>", "<-XX:AOTCache=" + application + "/startup.aot>")
        .containsSubsequence("<-Xmx2g>", "<-Xmx5g>", "<-Dx=y>", "<-p>", "<" + application + ">")
        .endsWith(
            "<-m>",
            "<sirocco.cli/sirocco.cli.Main>",
            "<run>",
            "<Once  upon a>",
            "<>",
            "<*>",
            "<$HOME>");
    assertThat(result.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "run sft, false",
    "sft recipe.yaml, true",
    "sft recipe.yaml -h, false",
    "sft --help, false",
    "help sft, false",
    "tokenizer-train -i text.jsonl -o folder, false",
    "tokenizer-train -i text.parquet -o folder, true",
    "tokenizer-train -o folder -i text.parquet, true",
    "routing analyze --corpus texts -o folder, false",
    "routing analyze --parquet --corpus texts -o folder, true",
    "routing ablate --corpus a.parquet b.parquet --k 1, true",
  })
  void addsTheLibrariesForTrainingWhereTheyAreNeeded(String arguments, boolean added)
      throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    Path launcher = checkout.root.resolve("target/launcher");
    Path natives = Files.createDirectories(launcher.resolve("natives-2.10-2.0"));
    String application = launcher.resolve("application-1").toString();
    Checkout.Result result = checkout.run(arguments.split(" "));
    assertThat(result.err()).isEmpty();
    assertThat(result.arguments())
        .containsSequence("<-p>", "<" + application + (added ? ":" + natives : "") + ">");
    assertThat(result.arguments().contains("<--add-modules=ALL-MODULE-PATH>")).isEqualTo(added);
  }

  @ParameterizedTest
  @CsvSource({
    "eval, <--add-modules=vader.sentiment.analyzer>",
    "serve, <--add-modules=sirocco.server>"
  })
  void addsTheModulesThatACommandNeeds(String command, String option) throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    assertThat(checkout.run(command).arguments()).contains(option);
    assertThat(checkout.run("run").arguments()).doesNotContain(option);
  }

  @Test
  void saysThatItsVariableNamesNoLibraries() throws Exception {
    checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    checkout.set("SIROCCO_NATIVES", "tpu");
    assertThat(checkout.run("grad").err())
        .isEqualTo("sirocco: SIROCCO_NATIVES is tpu, which is none of cpu, mkl and gpu.");
  }

  @Test
  void worksFromAnotherFolderAndThroughLinks() throws Exception {
    Path jdk = checkout.jdk(checkout.system.resolve("usr/lib/jvm/java-25"), "25.0.3");
    Path far = checkout.home.resolve("far");
    Files.createSymbolicLink(far, checkout.root.resolve("sirocco"));
    Path near = checkout.home.resolve("near");
    Files.createSymbolicLink(near, Path.of("far"));
    for (List<String> command :
        List.of(List.of(near.toString()), List.of("./near"), List.of("/bin/sh", "far"))) {
      Checkout.Result result = Checkout.finish(checkout.start(checkout.home, command));
      assertThat(result.java()).as("%s: %s", command, result).isEqualTo(jdk + "/bin/java");
    }
  }

  private void assertStarts(Path jdk) throws Exception {
    Checkout.Result result = checkout.run("--version");
    assertThat(result.java()).as("%s", result).isEqualTo(jdk + "/bin/java");
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
  }

  private void assertFails(String sentence) throws Exception {
    Checkout.Result result = checkout.run("--version");
    assertThat(result.err()).isEqualTo(sentence);
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(1);
  }
}
