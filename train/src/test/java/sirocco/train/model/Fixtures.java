package sirocco.train.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.testkit.RandomCheckpoint;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;
import sirocco.train.torch.Torch;

/// Small models to train, batches for them, and their gradients as numbers.
public final class Fixtures {
  private Fixtures() {}

  public static TrainableModel model(Checkpoint checkpoint, Precision precision) {
    Torch.start(2, 1);
    TrainableModel model = new TrainableModel(checkpoint.config(), precision);
    Weights.read(checkpoint, model);
    return model;
  }

  public static TrainableModel random(ModelConfig config, long seed) {
    try (var checkpoint = new RandomCheckpoint(config, seed)) {
      return model(checkpoint, Precision.FLOAT32);
    }
  }

  /// Sequences of these lengths, in which every third token is not learned.
  public static List<Example> examples(int vocabulary, long seed, int... lengths) {
    var random = new SplittableRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      int[] ids = new int[length];
      boolean[] learned = new boolean[length];
      for (int t = 0; t < length; t++) {
        ids[t] = random.nextInt(vocabulary);
        learned[t] = t > 0 && t % 3 != 0;
      }
      examples.add(new Example(ids, learned, "test"));
    }
    return examples;
  }

  /// Rows of equal length of which everything is learned.
  public static Batch rows(int[] ids, int length) {
    List<Example> rows = new ArrayList<>();
    for (int at = 0; at < ids.length; at += length) {
      boolean[] learned = new boolean[length];
      Arrays.fill(learned, 1, length, true);
      rows.add(new Example(Arrays.copyOfRange(ids, at, at + length), learned, "test"));
    }
    return Batch.of(rows);
  }

  public static Gradients.Totals totals(Batch... batches) {
    return new Gradients.Totals(
        Arrays.stream(batches).mapToLong(Batch::learned).sum(),
        Arrays.stream(batches).mapToLong(Batch::tokens).sum());
  }

  /// Every gradient under its weight's name in a Hugging Face folder.
  public static Map<String, float[]> gradients(TrainableModel model) {
    Map<Role, String> names = new LinkedHashMap<>();
    HuggingFaceWriter.weights(model.config()).forEach(w -> names.put(w.role(), w.name()));
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (var _ = new PointerScope()) {
      for (Parameter parameter : model.parameters()) {
        for (Parameter.Part part : parameter.parts()) {
          gradients.put(names.get(part.role()), Torch.toFloats(Weights.gradient(parameter, part)));
        }
      }
    }
    return gradients;
  }

  /// `|a - b| / |b|`; `|a - b|` where b is nothing.
  public static double distance(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < b.length; i++) {
      difference += Math.pow(a[i] - (double) b[i], 2);
      size += Math.pow(b[i], 2);
    }
    return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
  }

  /// The norm of all gradients.
  public static double norm(TrainableModel model) {
    double sum = 0;
    for (float[] gradient : gradients(model).values()) {
      for (float g : gradient) {
        sum += (double) g * g;
      }
    }
    return Math.sqrt(sum);
  }

  /// One step of gradient descent; the gradients are zero after it.
  public static void descend(TrainableModel model, double rate) {
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (Parameter parameter : model.parameters()) {
        parameter.value().sub_(parameter.value().grad(), new Scalar(rate));
        parameter.value().grad().zero_();
      }
    }
  }

  /// [T, V] of a batch.
  public static float[] logits(TrainableModel model, Batch batch) {
    try (var _ = new PointerScope()) {
      return Torch.toFloats(model.logits(model.hidden(batch)));
    }
  }
}
