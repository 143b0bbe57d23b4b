package sirocco.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ResumeTest {
  private static final int KILLED = 128 + 9;

  @TempDir private Path folder = Path.of("");

  /// The step is another one in every run of this test; a failure names it.
  @Test
  void aRunThatWasKilledEndsWithTheSameBits() throws Exception {
    int step = 1 + new Random().nextInt(19);
    Path whole = TinyRecipe.write(folder.resolve("whole"), 4, 2);
    assertThat(run(whole, "-")).isZero();
    Path killed = TinyRecipe.write(folder.resolve("killed"), 4, 2);
    assertThat(run(killed, "KILL@0:" + step)).isEqualTo(KILLED);
    assertThat(run(killed, "-")).isZero();
    assertThat(TinyRecipe.weights(killed))
        .as("killed after step %d", step)
        .hasSameBinaryContentAs(TinyRecipe.weights(whole));
  }

  private static int run(Path recipe, String fate) throws IOException, InterruptedException {
    return new ProcessBuilder(TrainingProcess.command(recipe, 0, fate))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .waitFor();
  }
}
