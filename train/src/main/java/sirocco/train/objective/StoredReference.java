package sirocco.train.objective;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.train.data.Batch;
import sirocco.train.model.LowRankTerms;
import sirocco.train.model.Surprisals;
import sirocco.train.model.TrainableModel;

/// Reference log-probabilities that the starting model computed once for every pair, and the file
/// that keeps them: safetensors with `pairs` [N, 32] (SHA-256 of a pair's ids and targets),
/// `reference_chosen` and `reference_rejected` `[N]` float64, and in its metadata the SHA-256 of
/// the model's weights and that of all pairs. A pair is found by its content, so neither order nor
/// packing matters.
///
/// @param model SHA-256 of the reference's weights
/// @param pairs log-probabilities of chosen and rejected answer, by the pair's SHA-256
public record StoredReference(String model, Map<String, Answers> pairs) implements Reference {
  private static final String MODEL = "sirocco.model.sha256";
  private static final String DATA = "sirocco.data.sha256";
  private static final int HASH_BYTES = 32;

  /// Sums over the targets of each answer, in nats.
  public record Answers(double chosen, double rejected) {}

  public StoredReference {
    pairs = Map.copyOf(pairs);
  }

  /// The log-probabilities of all pairs of `batches` by `model` as it is now, without its adapter.
  /// Those that the file has are taken from it; if some were missing it is written anew.
  ///
  /// @param file where they are kept, whether it is there yet or not
  /// @param progress is told how many pairs each batch had
  /// @throws ObjectiveException if the file belongs to another model
  public static StoredReference of(
      Path file, TrainableModel model, Iterable<Batch> batches, LongConsumer progress) {
    String fingerprint = Fingerprint.of(model);
    Map<String, Answers> known = new TreeMap<>();
    if (Files.exists(file)) {
      StoredReference stored = read(file);
      if (!stored.model.equals(fingerprint)) {
        throw new ObjectiveException(
            file
                + ": reference log-probabilities of another model: expected SHA-256 "
                + fingerprint
                + ", found "
                + stored.model
                + "; delete it to have them computed anew");
      }
      known.putAll(stored.pairs);
    }
    int before = known.size();
    LowRankTerms adapter = model.adapter();
    model.adapt(LowRankTerms.NONE);
    try {
      for (Batch batch : batches) {
        complete(known, model, batch);
        progress.accept(batch.segments() / 2);
      }
    } finally {
      model.adapt(adapter);
    }
    StoredReference reference = new StoredReference(fingerprint, known);
    if (known.size() > before) {
      reference.write(file);
    }
    return reference;
  }

  private static void complete(Map<String, Answers> known, TrainableModel model, Batch batch) {
    List<String> keys = keys(batch);
    if (known.keySet().containsAll(keys)) {
      return;
    }
    double[] computed = Surprisals.logProbabilities(model, batch);
    for (int p = 0; p < keys.size(); p++) {
      known.put(keys.get(p), new Answers(computed[2 * p], computed[2 * p + 1]));
    }
  }

  private static List<String> keys(Batch batch) {
    if (batch.segments() % 2 != 0) {
      throw new ObjectiveException(
          "a batch of preferences has two answers a pair, found " + batch.segments() + " segments");
    }
    return IntStream.range(0, batch.segments() / 2)
        .mapToObj(p -> Fingerprint.ofPair(batch, 2 * p))
        .toList();
  }

  @Override
  public double[] logProbabilities(Batch batch) {
    double[] found = new double[batch.segments()];
    List<String> keys = keys(batch);
    for (int p = 0; p < keys.size(); p++) {
      Answers answers = pairs.get(keys.get(p));
      if (answers == null) {
        throw new ObjectiveException(
            "reference: has no log-probabilities for pair "
                + p
                + " of the batch: they were computed from other data; delete the file to have"
                + " them computed anew");
      }
      found[2 * p] = answers.chosen();
      found[2 * p + 1] = answers.rejected();
    }
    return found;
  }

  /// Reads a file.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it is damaged
  /// @throws ObjectiveException if it is another kind of file
  public static StoredReference read(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Tensor keys = opened.tensor("pairs");
      Tensor chosen = opened.tensor("reference_chosen");
      Tensor rejected = opened.tensor("reference_rejected");
      long count = chosen.shape().elements();
      boolean fits =
          keys.dtype() == DType.I8
              && keys.shape().equals(Shape.of(count, HASH_BYTES))
              && chosen.dtype() == DType.F64
              && rejected.dtype() == DType.F64
              && rejected.shape().equals(chosen.shape());
      Map<String, Answers> pairs = new TreeMap<>();
      for (long p = 0; fits && p < count; p++) {
        byte[] key = keys.data().asSlice(p * HASH_BYTES, HASH_BYTES).toArray(ValueLayout.JAVA_BYTE);
        pairs.put(
            HexFormat.of().formatHex(key),
            new Answers(
                chosen.data().get(Tensor.DOUBLE, p * Double.BYTES),
                rejected.data().get(Tensor.DOUBLE, p * Double.BYTES)));
      }
      String data = opened.metadata().getOrDefault(DATA, "");
      if (!fits || !Fingerprint.ofAll(pairs.keySet()).equals(data)) {
        throw new ObjectiveException(
            file + ": not a file of reference log-probabilities, or changed since it was written");
      }
      return new StoredReference(opened.metadata().getOrDefault(MODEL, ""), pairs);
    }
  }

  private void write(Path file) {
    var sorted = new TreeMap<>(pairs);
    long count = sorted.size();
    List<Declaration> declared =
        List.of(
            new Declaration("reference_chosen", DType.F64, Shape.of(count)),
            new Declaration("reference_rejected", DType.F64, Shape.of(count)),
            new Declaration("pairs", DType.I8, Shape.of(count, HASH_BYTES)));
    Map<String, String> metadata = Map.of(MODEL, model, DATA, Fingerprint.ofAll(sorted.keySet()));
    try (Arena arena = Arena.ofConfined();
        var writer = new SafetensorsWriter(file, declared, metadata)) {
      double[] chosen = sorted.values().stream().mapToDouble(Answers::chosen).toArray();
      double[] rejected = sorted.values().stream().mapToDouble(Answers::rejected).toArray();
      writer.write("reference_chosen", arena.allocateFrom(Tensor.DOUBLE, chosen));
      writer.write("reference_rejected", arena.allocateFrom(Tensor.DOUBLE, rejected));
      for (String key : sorted.keySet()) {
        writer.write("pairs", MemorySegment.ofArray(HexFormat.of().parseHex(key)));
      }
      writer.commit();
    }
  }
}
