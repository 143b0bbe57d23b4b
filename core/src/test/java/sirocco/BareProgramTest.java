package sirocco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// What a program need not have, and what it does not pay for unless it asks.
@Timeout(60)
final class BareProgramTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void answersWithoutMicrometerAndWithoutWakingTheFlightRecorder()
      throws IOException, InterruptedException {
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
    String output = run("-Xlog:class+load");
    assertThat(output)
        .contains("answered [", "sirocco.engine.FlightEvents source:", "sirocco.engine.Scheduler")
        .doesNotContain(
            "io.micrometer", "sirocco.metrics", "sirocco.engine.FlightEvents$", "jdk.jfr.internal");
    assertThat(run("-XX:StartFlightRecording", "-Xlog:class+load"))
        .contains("answered [", "sirocco.engine.FlightEvents$Step source:");
  }

  private String run(String... options) throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("micrometer"))
            .collect(Collectors.joining(File.pathSeparator));
    var command =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.command().addAll(Arrays.asList(options));
    command.command().add("--enable-native-access=ALL-UNNAMED");
    command
        .command()
        .addAll(List.of("-cp", classPath, BareProgram.class.getName(), folder.toString()));
    Process process = command.directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
