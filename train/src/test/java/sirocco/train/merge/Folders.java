package sirocco.train.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.convert.Progress;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Workspace;

/// Models in folders, and what they say.
final class Folders {
  static final Progress SILENT = (_, _) -> {};

  private Folders() {}

  static Path make(Path folder) {
    try {
      return Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Logits of a text of twelve tokens below 20.
  static float[] logits(Checkpoint checkpoint) {
    try (Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      try (KvCache cache = model.newCache(16, KvCache.Precision.F32)) {
        int[] tokens = {1, 17, 4, 9, 13, 11, 2, 2, 8, 19, 0, 5};
        return model
            .forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace)
            .logits()
            .toFloats();
      }
    }
  }

  static double difference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  /// The same configuration in another family or with another rotary embedding.
  static ModelConfig changed(ModelConfig c, Architecture architecture, Rope rope) {
    return new ModelConfig(
        architecture,
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.numHiddenLayers(),
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        c.numLocalExperts(),
        c.numExpertsPerTok(),
        c.rmsNormEps(),
        rope,
        c.slidingWindow(),
        c.maxPositionEmbeddings(),
        c.tieWordEmbeddings());
  }
}
