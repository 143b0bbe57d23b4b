package sirocco.train.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Workspace;
import sirocco.tensor.DType;
import sirocco.tensor.ScalarBackend;
import sirocco.testkit.Configs;
import sirocco.testkit.Goldens;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.train.data.Batch;

/// The trainer and the runtime are the same model: equal logits from the same checkpoint.
final class TrainEqualsCoreTest {
  static Stream<ModelConfig> configs() {
    ModelConfig dense = Configs.mistral(OptionalInt.empty());
    return Stream.of(
        Configs.mixtral(5, 2),
        Configs.mixtral(1, 1),
        Configs.mixtral(7, 7),
        dense,
        Configs.mistral(OptionalInt.of(7)),
        Configs.mistral(OptionalInt.of(1)),
        llama(dense, new Rope.Scaling.None()),
        llama(dense, new Rope.Scaling.Linear(4)),
        llama(dense, new Rope.Scaling.Llama3(8, 1, 4, 64)));
  }

  private static ModelConfig llama(ModelConfig c, Rope.Scaling scaling) {
    return new ModelConfig(
        Architecture.LLAMA,
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.numHiddenLayers(),
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        0,
        0,
        c.rmsNormEps(),
        new Rope(5e5, scaling),
        OptionalInt.empty(),
        c.maxPositionEmbeddings(),
        true);
  }

  static List<Goldens.Case> committed() {
    return Goldens.committed();
  }

  @ParameterizedTest
  @MethodSource("configs")
  void randomModels(ModelConfig config) {
    try (var checkpoint = new RandomCheckpoint(config, 21)) {
      compare(checkpoint);
    }
  }

  /// Every layout, type and quantisation that the runtime reads.
  @ParameterizedTest
  @MethodSource("committed")
  void files(Goldens.Case golden) {
    try (Checkpoint checkpoint = Checkpoints.open(golden.model())) {
      compare(checkpoint);
    }
  }

  /// Longer than the blocks that attention and the head work in.
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 600})
  void longTexts(int window) {
    OptionalInt seen = window == 0 ? OptionalInt.empty() : OptionalInt.of(window);
    try (var checkpoint = new RandomCheckpoint(Configs.mistral(seen), 24)) {
      compare(checkpoint, 1100);
    }
  }

  @Test
  void rotaryPairsOfNeighbours(@TempDir Path folder) {
    try (var source = new RandomCheckpoint(Configs.mixtral(3, 2), 22)) {
      TinyModels.consolidated(folder, source, DType.F32);
    }
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      assertThat(checkpoint.ropeLayout()).isEqualTo(Rope.Layout.NEIGHBOURS);
      compare(checkpoint);
    }
  }

  private static void compare(Checkpoint checkpoint) {
    compare(checkpoint, 40);
  }

  private static void compare(Checkpoint checkpoint, int tokens) {
    int vocabulary = checkpoint.config().vocabSize();
    Batch batch = Batch.of(Fixtures.examples(vocabulary, 23, tokens));
    float[] trained = Fixtures.logits(Fixtures.model(checkpoint, Precision.FLOAT32), batch);
    float[] run = core(checkpoint, batch.ids());
    assertThat(trained).hasSameSizeAs(run);
    for (int i = 0; i < run.length; i++) {
      assertThat(Math.abs(trained[i] - run[i])).as("logit %s", i).isLessThan(1e-4f);
    }
  }

  private static float[] core(Checkpoint checkpoint, int[] ids) {
    try (Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT, new ScalarBackend().open());
      try (KvCache cache = model.newCache(ids.length, KvCache.Precision.F32)) {
        return model
            .forward(
                sirocco.model.Batch.prompt(cache, ids, sirocco.model.Batch.Rows.ALL), workspace)
            .logits()
            .toFloats();
      }
    }
  }
}
