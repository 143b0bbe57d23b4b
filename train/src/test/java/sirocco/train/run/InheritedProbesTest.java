package sirocco.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.SafetensorsFile;

/// A run that starts at a checkpoint of another goes on with its probes.
final class InheritedProbesTest {
  private static final String KEPT = "previous-token in layer 0, probe";
  private static final String NEW = "sentence-start in layer 1, probe";
  private static final String FIRST =
      """
      guidance:
        guides:
          - {look: previous-token, layer: 0, heads: [1], probes: 1}
      """;

  /// The guide stands in another place.
  private static final String SECOND =
      """
      guidance:
        guides:
          - {look: sentence-start, layer: 1, heads: [0], probes: 1}
          - {look: previous-token, layer: 0, heads: [1], probes: 1}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void aCheckpointsProbesAreKeptByName() throws IOException {
    float[] learned = run("first", TinyRun.RECIPE + FIRST, KEPT);
    String still =
        TinyRun.RECIPE
            .replace("learning_rate: 0.01", "learning_rate: 1.0e-30\n  weight_decay: 0")
            .replaceAll("(?s)model:.*?training:", "start: START\ntraining:");
    String checkpoint = still.replace("START", "../first/out/step-000004");
    assertThat(run("kept", checkpoint + SECOND, KEPT)).isEqualTo(learned);
    assertThat(run("beside", checkpoint + SECOND, NEW)).isNotEqualTo(learned);
    String result = still.replace("START", "../first/out/model");
    assertThat(run("new", result + SECOND, KEPT)).isNotEqualTo(learned);
  }

  /// A probe's numbers at a run's end.
  private float[] run(String name, String yaml, String probe) throws IOException {
    Path recipe = TinyRun.recipe(Files.createDirectories(folder.resolve(name)), yaml);
    try (Trainer trainer = TinyRun.open(recipe)) {
      TinyRun.train(trainer, 4);
      trainer.export();
    }
    Path file = recipe.resolveSibling("out/step-000004/probes.safetensors");
    try (var probes = SafetensorsFile.open(file)) {
      return probes.tensor(probe).toFloats();
    }
  }
}
