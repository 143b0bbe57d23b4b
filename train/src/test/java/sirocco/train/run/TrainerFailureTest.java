package sirocco.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.CheckpointException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs that are killed, that diverge and whose disk is full.
class TrainerFailureTest {
  @TempDir private Path folder;

  private Path out() {
    return folder.resolve("out");
  }

  private List<String> names(Path in) throws IOException {
    try (Stream<Path> entries = Files.list(in)) {
      return entries.map(e -> e.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aKilledRunEndsAsOneThatWasNot() throws IOException {
    Path whole = TinyRun.recipe(Files.createDirectory(folder.resolve("whole")), TinyRun.RECIPE);
    try (Trainer trainer = TinyRun.open(whole)) {
      TinyRun.train(trainer, 4);
      trainer.export();
    }
    Path killed = TinyRun.recipe(folder, TinyRun.RECIPE);
    try (Trainer trainer = TinyRun.open(killed)) {
      TinyRun.train(trainer, 3);
    }
    Files.writeString(
        out().resolve("metrics.jsonl"), "{\"st", java.nio.file.StandardOpenOption.APPEND);
    try (Trainer trainer = TinyRun.open(killed)) {
      assertThat(trainer.step()).isEqualTo(2);
      TinyRun.train(trainer, 4);
      trainer.export();
    }
    Path expected = folder.resolve("whole/out");
    assertThat(out().resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(expected.resolve("model/model.safetensors"));
    assertThat(timeless(out())).isEqualTo(timeless(expected)).hasSize(6);
    assertThat(names(out()))
        .containsExactly(
            ".lock", "metrics.jsonl", "model", "report.html", "step-000002", "step-000004");
  }

  private static List<String> timeless(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceFirst("\"tokens_per_second\":\\d+", ""))
        .toList();
  }

  @Test
  void aRunKilledBeforeItsFirstCheckpointBeginsAnew() throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    for (int i = 0; i < 2; i++) {
      try (Trainer trainer = TinyRun.open(recipe)) {
        assertThat(trainer.step()).isZero();
        TinyRun.train(trainer, 1);
      }
    }
    assertThat(Files.readAllLines(out().resolve("metrics.jsonl"))).hasSize(1);
  }

  @Test
  void theFirstLossThatIsNotFiniteStops() throws IOException {
    Path recipe =
        TinyRun.recipe(
            folder,
            TinyRun.RECIPE
                .replace("learning_rate: 0.01", "learning_rate: 0.9\n  weight_decay: 1e38")
                .replace("checkpoint_steps: 2", "checkpoint_steps: 1")
                .replace("steps: 4", "steps: 9"));
    try (Trainer trainer = TinyRun.open(recipe)) {
      Throwable failure = catchThrowable(() -> TinyRun.train(trainer, 9));
      int failed = trainer.step() + 1;
      assertThat(failed).isBetween(2, 8);
      Path saved = out().resolve("not-finite-step-" + failed + ".json");
      assertThat(failure)
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("step " + failed + ": the loss is ")
          .hasMessageContaining(saved.toString());
      JsonNode batches = JsonMapper.shared().readTree(saved).path("micro_batches");
      assertThat(batches).hasSize(2);
      assertThat(batches.get(0).path("ids")).isNotEmpty();
      assertThat(new RunFolder(out()).latest())
          .contains(out().resolve("step-%06d".formatted(trainer.step())));
      assertThat(timeless(out())).hasSameSizeAs(new int[trainer.step() + trainer.step() / 2]);
    }
  }

  @Test
  void aFullDiskLeavesTheLastCheckpoint() throws IOException, InterruptedException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE.replace("steps: 4", "steps: 99"));
    Files.createDirectory(out());
    assumeTrue(
        done("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", out().toString()),
        "needs the right to mount");
    try (Trainer trainer = TinyRun.open(recipe)) {
      assertThatThrownBy(() -> TinyRun.train(trainer, 99))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining(out().toString())
          .hasMessageContaining("No space left on device");
      Path latest = new RunFolder(out()).latest().orElseThrow();
      assertThat(names(latest))
          .contains("model.safetensors", "optimizer.safetensors", "state.json");
      assertThat(names(out())).noneMatch(name -> name.endsWith(".partial"));
    } finally {
      assertThat(done("umount", out().toString())).isTrue();
    }
  }

  private static boolean done(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void aFolderOfAnotherRecipeIsRefused() throws IOException {
    try (Trainer trainer = TinyRun.open(TinyRun.recipe(folder, TinyRun.RECIPE))) {
      TinyRun.train(trainer, 2);
    }
    Path other =
        TinyRun.recipe(folder, TinyRun.RECIPE.replace("hidden_size: 16", "hidden_size: 32"));
    assertThatThrownBy(() -> TinyRun.open(other))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("step-000002: this run was started with another recipe");
  }

  @Test
  void aFolderThatIsTrainedInIsRefused() {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    try (Trainer trainer = TinyRun.open(recipe)) {
      assertThatThrownBy(() -> TinyRun.open(recipe))
          .isInstanceOf(TrainingException.class)
          .hasMessage(
              out()
                  + ": another process trains in this folder; wait for it or choose another"
                  + " output");
      TinyRun.train(trainer, 2);
    }
  }

  @Test
  void whatAKilledRunLeftIsSweptAway() throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    for (String left : List.of("step-000010.partial", "model.replaced", "notes.partial")) {
      Files.createDirectories(out().resolve(left));
      Files.writeString(out().resolve(left).resolve("file"), "");
    }
    try (Trainer trainer = TinyRun.open(recipe)) {
      assertThat(trainer.step()).isZero();
    }
    assertThat(names(out())).containsExactly(".lock", "model", "notes.partial");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "state.json            |''",
        "state.json            |{\"step\": 2,",
        "state.json            |[1]",
        "state.json            |{\"step\": 2}",
        "state.json            |{\"step\": -2, \"tokens\": 1}",
        "state.json            |{\"step\": 2, \"tokens\": 1.5}",
        "state.json            |{\"step\": 2, \"tokens\": 9, \"position\": []}",
        "optimizer.safetensors |''",
        "optimizer.safetensors |nonsense",
        "model.safetensors     |nonsense",
      })
  void damagedFilesAreNamed(String file, String content) throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    try (Trainer trainer = TinyRun.open(recipe)) {
      TinyRun.train(trainer, 2);
    }
    Path damaged = out().resolve("step-000002").resolve(file);
    Files.writeString(damaged, content);
    assertThatThrownBy(() -> TinyRun.open(recipe))
        .isInstanceOfAny(TrainingException.class, CheckpointException.class)
        .hasMessageContaining(damaged.toString());
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    Path recipe = TinyRun.recipe(folder, TinyRun.RECIPE);
    try (Trainer trainer = TinyRun.open(recipe)) {
      TinyRun.train(trainer, 2);
    }
    for (String file : List.of("model.safetensors", "optimizer.safetensors", "state.json")) {
      Path missing = out().resolve("step-000002").resolve(file);
      Files.delete(missing);
      assertThatThrownBy(() -> TinyRun.open(recipe))
          .isInstanceOfAny(TrainingException.class, CheckpointException.class)
          .hasMessageContaining("step-000002");
    }
  }

  @Test
  void checkpointsAreOrderedByNumber() throws IOException {
    for (String name : List.of("step-999999", "step-1000000", "step-x", "step-2000000.partial")) {
      Files.createDirectories(out().resolve(name));
    }
    Files.writeString(out().resolve("step-3000000"), "");
    assertThat(new RunFolder(out()).latest()).contains(out().resolve("step-1000000"));
  }
}
