package sirocco.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class ResumeTest {
  private static final int KILLED = 128 + 9;

  /// A probe has numbers of its own to keep.
  private static final String GUIDED =
      """
      guidance:
        guides:
          - {look: previous-token, layer: 0, heads: [1]}
          - {look: sentence-start, layer: 1, heads: [0], probes: 1}
      """;

  @TempDir private Path folder = Path.of("");

  /// The step is another one in every run of this test; a failure names it.
  @ParameterizedTest
  @CsvSource({"adamw, ''", "muon, ''", "muon, '" + GUIDED + "'"})
  void aRunThatWasKilledEndsWithTheSameBits(String optimizer, String more) throws Exception {
    int step = 1 + new Random().nextInt(19);
    Path whole = recipe("whole", optimizer, more);
    assertThat(run(whole, "-")).isZero();
    Path killed = recipe("killed", optimizer, more);
    assertThat(run(killed, "KILL@0:" + step)).isEqualTo(KILLED);
    assertThat(run(killed, "-")).isZero();
    assertThat(TinyRecipe.weights(killed))
        .as("killed after step %d", step)
        .hasSameBinaryContentAs(TinyRecipe.weights(whole));
  }

  private Path recipe(String name, String optimizer, String more) throws IOException {
    Path recipe = TinyRecipe.write(folder.resolve(name), 4, 2);
    String precision = "precision: float32";
    return Files.writeString(
        recipe,
        Files.readString(recipe).replace(precision, precision + "\n  optimizer: " + optimizer)
            + more);
  }

  private static int run(Path recipe, String fate) throws IOException, InterruptedException {
    return new ProcessBuilder(TrainingProcess.command(recipe, 0, fate))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .waitFor();
  }
}
