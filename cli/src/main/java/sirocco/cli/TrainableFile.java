package sirocco.cli;

import java.nio.file.Path;
import java.util.OptionalLong;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.data.Batch;
import sirocco.train.model.Precision;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.Weights;
import sirocco.train.torch.Torch;

/// A model of a file with gradients, in float32.
final class TrainableFile {
  /// Weight and gradient.
  private static final int BYTES_PER_WEIGHT = 2 * Float.BYTES;

  /// Queries whose scores are computed at a time see up to this many keys outside the window.
  private static final int BLOCK = 512;

  private TrainableFile() {}

  /// Reads the weights.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if one is missing or wrong
  static TrainableModel read(Checkpoint checkpoint) {
    int cores = Runtime.getRuntime().availableProcessors();
    Torch.start(cores, cores);
    TrainableModel model = new TrainableModel(checkpoint.config(), Precision.FLOAT32);
    Weights.read(checkpoint, model);
    return model;
  }

  /// Refuses what this machine has no memory for, before any is taken.
  ///
  /// @param file that the batch is from
  /// @throws InputException with the need and what there is
  static void requireMemory(Path file, ModelConfig config, Batch batch) {
    long need = bytes(config, batch);
    OptionalLong available = Machine.here().memoryAvailable();
    if (available.isPresent() && need > available.getAsLong()) {
      throw new InputException(
          file
              + ": the gradients of "
              + batch.tokens()
              + " tokens in "
              + batch.segments()
              + " rows need about "
              + Bytes.show(need)
              + " of memory, found "
              + Bytes.show(available.getAsLong())
              + "; give shorter or fewer rows");
    }
  }

  /// About what the weights, every layer's input and one layer's work take.
  private static long bytes(ModelConfig config, Batch batch) {
    double weights =
        HuggingFaceWriter.weights(config).stream()
            .mapToDouble(weight -> weight.shape().elements())
            .sum();
    double heads =
        (config.numAttentionHeads() + 2.0 * config.numKeyValueHeads()) * config.headDim();
    double inner = (double) config.intermediateSize() * Math.max(1, config.numExpertsPerTok());
    double token = config.hiddenSize() * (config.numHiddenLayers() + 12.0) + 4 * heads + 6 * inner;
    double scores = 0;
    for (int s = 0; s < batch.segments(); s++) {
      double length = batch.starts()[s + 1] - batch.starts()[s];
      double seen = Math.min(length, config.slidingWindow().orElse(batch.tokens()) + BLOCK);
      scores += length * seen * config.numAttentionHeads();
    }
    return (long)
        (weights * BYTES_PER_WEIGHT + (batch.tokens() * token + 1.5 * scores) * Float.BYTES);
  }
}
