package sirocco.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.train.run.Ranks;

@Timeout(120)
final class JobTest {
  private static final String NONE = "-";

  @TempDir private Path folder = Path.of("");

  /// The same recipe in one process and in two; then in two of which one is killed, and once more.
  @Test
  void twoProcessesTrainAsOneAndGoOnAfterAKill() throws Exception {
    Path one = TinyRecipe.write(folder.resolve("one"), 4, 2);
    TrainingProcess.train(one, Ranks.ALONE, NONE);
    Path two = TinyRecipe.write(folder.resolve("two"), 4, 2);
    assertThat(run(two, 60, NONE)).isZero();
    assertThat(largestDifference(one, two)).isBetween(1e-12, 1e-5);

    Path killed = TinyRecipe.write(folder.resolve("killed"), 4, 2);
    assertThatExceptionOfType(RanksException.class)
        .isThrownBy(() -> run(killed, 60, "KILL@1:13"))
        .withMessageMatching(
            "rank 1 was killed by signal 9; the job was ended at step 1[23]; the same command goes on"
                + " from the last checkpoint");
    assertThat(sinceTheSignal(killed)).isLessThan(10_000);
    assertThat(run(killed, 60, NONE)).isZero();
    assertThat(TinyRecipe.weights(killed)).hasSameBinaryContentAs(TinyRecipe.weights(two));
  }

  /// 16 tokens choose 8 experts: some get none.
  @Test
  void expertsWithoutTokensAreAddedUpToo() throws Exception {
    Path one = TinyRecipe.write(folder.resolve("one"), 8, 1);
    TrainingProcess.train(one, Ranks.ALONE, NONE);
    Path two = TinyRecipe.write(folder.resolve("two"), 8, 1);
    assertThat(run(two, 60, NONE)).isZero();
    assertThat(largestDifference(one, two)).isLessThan(1e-5);
  }

  @Test
  void aProcessThatIsStoppedIsNotWaitedForWithoutEnd() throws Exception {
    Path recipe = TinyRecipe.write(folder, 4, 2);
    assertThatExceptionOfType(RanksException.class)
        .isThrownBy(() -> run(recipe, 3, "STOP@1:2"))
        .withMessageStartingWith("rank 1 did not answer the others; the job was ended at step 2;");
    assertThat(sinceTheSignal(recipe)).isLessThan(20_000);
  }

  @Test
  void aProcessThatFailsIsNamed() {
    Path missing = folder.resolve("missing.yaml");
    assertThatExceptionOfType(RanksException.class)
        .isThrownBy(() -> run(missing, 5, NONE))
        .withMessageMatching("rank [01] ended with status 1; the job was ended at step 0;.*");
  }

  private static int run(Path recipe, int seconds, String fate) {
    return Job.run(TrainingProcess.command(recipe, seconds, fate), 2, System.err, System.err);
  }

  private static long sinceTheSignal(Path recipe) throws IOException {
    String at = Files.readString(recipe.resolveSibling("signalled"));
    return System.currentTimeMillis() - Long.parseLong(at);
  }

  /// The largest difference of a weight, as a share of the largest weight of its tensor.
  private static double largestDifference(Path one, Path two) {
    double largest = 0;
    try (var a = SafetensorsFile.open(TinyRecipe.weights(one));
        var b = SafetensorsFile.open(TinyRecipe.weights(two))) {
      for (String name : a.entries().stream().map(Checkpoint.Entry::name).toList()) {
        float[] x = a.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        float[] y = b.tensor(name).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        double size = 0;
        double difference = 0;
        for (int i = 0; i < x.length; i++) {
          size = Math.max(size, Math.abs(x[i]));
          difference = Math.max(difference, Math.abs((double) x[i] - y[i]));
        }
        largest = Math.max(largest, difference / size);
      }
    }
    return largest;
  }
}
