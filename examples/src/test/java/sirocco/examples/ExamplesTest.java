package sirocco.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The projects of this folder run by the command that their READMEs give.
class ExamplesTest {
  private static final Path TARGET = Path.of(System.getProperty("sirocco.target")).toAbsolutePath();

  /// What Java says by itself where the vector module is in use.
  private static final String INCUBATES = "WARNING: Using incubator modules: jdk.incubator.vector";

  private static final String SLOWER =
      "sirocco: slower kernels are used, as the module jdk.incubator.vector is not there; start"
          + " Java with --add-modules jdk.incubator.vector";

  @BeforeAll
  static void fillTheRepository() throws IOException {
    MavenRepository.fill(TARGET.resolve("repository")).settings();
  }

  @Test
  void fiveLinesAnswerOnTheClassPath() throws Exception {
    Run run = run("five-lines");
    assertThat(run.out()).as(run.toString()).containsPattern("\\d\\d");
    assertThat(run.said()).containsExactly(INCUBATES);
  }

  @Test
  void withoutTheVectorModuleOneSentenceSaysWhatIsMissing() throws Exception {
    Run run = run("five-lines", "-Dflags=--enable-native-access=ALL-UNNAMED");
    assertThat(run.out()).as(run.toString()).containsPattern("\\d\\d");
    // Java's logger puts the time and the place into a line before it.
    assertThat(run.said()).hasSize(2).last().isEqualTo("WARNING: " + SLOWER);
  }

  @Test
  void withoutAnyFlagItAnswersToo() throws Exception {
    Run run = run("five-lines", "-Dflags=");
    assertThat(run.out()).as(run.toString()).containsPattern("\\d\\d");
    assertThat(run.err()).containsOnlyOnce(SLOWER);
  }

  @Test
  void aModuleAnswersOnTheModulePath() throws Exception {
    Run run = run("module-path");
    assertThat(run.out()).as(run.toString()).containsPattern("\\d\\d");
    assertThat(run.said()).containsExactly(INCUBATES);
  }

  @Test
  void aSpringApplicationAnswersOverHttp() throws Exception {
    Run run = run("spring-boot");
    assertThat(run.out()).as(run.toString()).containsPattern("\\d\\d");
  }

  @Test
  void langChain4jCallsToolsAndFindsDocuments() throws Exception {
    Run run = run("langchain4j");
    assertThat(run.out()).as(run.toString()).isNotBlank();
  }

  /// Runs the command of an example's README.
  ///
  /// @param more words for Maven
  private static Run run(String example, String... more) throws Exception {
    Path folder = Path.of(example).toAbsolutePath();
    String command =
        Files.readAllLines(folder.resolve("README.md")).stream()
            .filter(line -> line.startsWith("mvn "))
            .findFirst()
            .orElseThrow();
    var words = new ArrayList<>(List.of(command.split(" ")));
    words.set(0, Path.of(System.getProperty("maven.home"), "bin", "mvn").toString());
    words.addAll(List.of("-s", TARGET.resolve("settings.xml").toString()));
    words.addAll(List.of(more));
    Path out = TARGET.resolve(example + ".out");
    Path err = TARGET.resolve(example + ".err");
    var builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("MAVEN_ARGS");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // Maven's own libraries would have Java 25 warn of them.
    builder
        .environment()
        .put(
            "MAVEN_OPTS",
            "--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED");
    // Where the default model is unpacked to.
    builder.environment().put("XDG_CACHE_HOME", TARGET.resolve("cache").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(5, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(example + " hangs");
    }
    Run run =
        new Run(process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    assertThat(run.status()).as(run.toString()).isZero();
    return run;
  }

  private record Run(int status, String out, String err) {
    /// Lines of standard error, but for the colours with which Maven ends.
    List<String> said() {
      return err.replaceAll("\u001B\\[[0-9;]*m", "").lines().filter(l -> !l.isBlank()).toList();
    }
  }
}
