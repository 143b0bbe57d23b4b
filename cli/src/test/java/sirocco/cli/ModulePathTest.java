package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sirocco starts on the module path, without a word from Java.
class ModulePathTest {
  private static final Pattern NATIVES = Pattern.compile("bytedeco.*-(x86_64|arm64)|duckdb_jdbc");

  @Test
  void everyModuleResolves() throws Exception {
    Checkout.Result result = java("--validate-modules", "-m", "sirocco.cli");
    assertThat(result.status()).as(result.toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "--help", "doctor", "doctor --json"})
  void startsWithoutWarnings(String arguments) throws Exception {
    var command =
        Stream.concat(
            Stream.of("-m", "sirocco.cli/sirocco.cli.Main"), Arrays.stream(arguments.split(" ")));
    Checkout.Result result = java(command.toArray(String[]::new));
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isNotEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void theRunThatTrainsTheCacheEndsWell() throws Exception {
    Checkout.Result result = java("-m", "sirocco.cli/sirocco.cli.StartupTraining");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
  }

  /// Runs Java on the module path with what this test's class path has, but for the tests and the
  /// libraries for training: most commands start without those.
  private static Checkout.Result java(String... arguments) throws Exception {
    String modules =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
            .filter(entry -> !NATIVES.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    var command =
        Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=sirocco.core",
                "-p",
                modules),
            Stream.of(arguments));
    return Checkout.finish(new ProcessBuilder(List.copyOf(command.toList())).start());
  }
}
