package sirocco.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ResumeTest {
  private static final int KILLED = 128 + 9;

  @TempDir private Path folder = Path.of("");

  /// The step is another one in every run of this test; a failure names it.
  @ParameterizedTest
  @ValueSource(strings = {"adamw", "muon"})
  void aRunThatWasKilledEndsWithTheSameBits(String optimizer) throws Exception {
    int step = 1 + new Random().nextInt(19);
    Path whole = recipe("whole", optimizer);
    assertThat(run(whole, "-")).isZero();
    Path killed = recipe("killed", optimizer);
    assertThat(run(killed, "KILL@0:" + step)).isEqualTo(KILLED);
    assertThat(run(killed, "-")).isZero();
    assertThat(TinyRecipe.weights(killed))
        .as("killed after step %d", step)
        .hasSameBinaryContentAs(TinyRecipe.weights(whole));
  }

  private Path recipe(String name, String optimizer) throws IOException {
    Path recipe = TinyRecipe.write(folder.resolve(name), 4, 2);
    String precision = "precision: float32";
    return Files.writeString(
        recipe,
        Files.readString(recipe).replace(precision, precision + "\n  optimizer: " + optimizer));
  }

  private static int run(Path recipe, String fate) throws IOException, InterruptedException {
    return new ProcessBuilder(TrainingProcess.command(recipe, 0, fate))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .waitFor();
  }
}
