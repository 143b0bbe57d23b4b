package sirocco.convert;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.RowOrder;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.tensor.DType;
import sirocco.text.TokenizerFolder;

/// Writes any checkpoint as a Hugging Face folder: plain types as they are, quantised ones decoded
/// to F32, which loses nothing. One piece of a tensor is in memory at a time; the folder appears
/// when it is whole.
public final class ToHuggingFace {
  /// What a shard holds at most, unless one tensor alone is larger: transformers' own default.
  public static final long SHARD_BYTES = 5_000_000_000L;

  private final Checkpoint source;
  private final Optional<Adapter> adapter;
  private final Optional<DType> dtype;
  private final Path folder;
  private final List<Planned> plan;

  private ToHuggingFace(
      Checkpoint source, Optional<Adapter> adapter, Optional<DType> dtype, Path folder) {
    this.source = source;
    this.adapter = adapter;
    this.dtype = dtype;
    this.folder = folder;
    this.plan = HuggingFaceWriter.weights(source.config()).stream().map(this::planned).toList();
  }

  /// Writes `target`, which must not exist.
  ///
  /// @param shardBytes the largest file of weights
  /// @throws ConvertException if the target is there already
  /// @throws sirocco.checkpoint.CheckpointException if a file cannot be read or written, or the
  ///   configuration cannot be said in `config.json`
  public static void write(Checkpoint source, Path target, long shardBytes, Progress progress) {
    write(source, Optional.empty(), Optional.empty(), target, shardBytes, progress);
  }

  /// Writes `target` with what an adapter adds, all weights in one type if one is given.
  static void write(
      Checkpoint source,
      Optional<Adapter> adapter,
      Optional<DType> dtype,
      Path target,
      long shardBytes,
      Progress progress) {
    if (Files.exists(target)) {
      throw new ConvertException(target + ": is there already; name a folder that is not");
    }
    try (PartialFolder partial = PartialFolder.beside(target)) {
      var to = new ToHuggingFace(source, adapter, dtype, partial.path());
      to.writeWeights(shardBytes, progress);
      to.writeTexts();
      partial.commit();
    }
  }

  /// Bytes that the weights will take.
  public static long tensorBytes(Checkpoint source) {
    return tensorBytes(source, Optional.empty());
  }

  static long tensorBytes(Checkpoint source, Optional<DType> dtype) {
    return bytes(new ToHuggingFace(source, Optional.empty(), dtype, source.path()).plan);
  }

  /// One tensor of the folder.
  private record Planned(Role role, SafetensorsWriter.Declaration declaration) {
    String name() {
      return declaration.name();
    }

    long bytes() {
      return declaration.dtype().bytes(declaration.shape().elements());
    }
  }

  private Planned planned(HuggingFaceWriter.Named weight) {
    DType before = source.typeBefore(weight.role());
    DType type = dtype.orElse(before.isQuantized() ? DType.F32 : before);
    return new Planned(
        weight.role(), new SafetensorsWriter.Declaration(weight.name(), type, weight.shape()));
  }

  private void writeWeights(long shardBytes, Progress progress) {
    List<List<Planned>> shards = shards(shardBytes);
    SequencedMap<String, String> index = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String file =
          shards.size() == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      writeShard(folder.resolve(file), shards.get(i), progress);
      shards.get(i).forEach(p -> index.put(p.name(), file));
    }
    if (shards.size() > 1) {
      HuggingFaceWriter.writeIndex(folder, index, bytes(plan));
    }
  }

  /// The plan cut, in its order, where a file would pass `shardBytes`.
  private List<List<Planned>> shards(long shardBytes) {
    List<List<Planned>> shards = new ArrayList<>();
    List<Planned> shard = new ArrayList<>();
    for (Planned planned : plan) {
      if (!shard.isEmpty() && bytes(shard) + planned.bytes() > shardBytes) {
        shards.add(shard);
        shard = new ArrayList<>();
      }
      shard.add(planned);
    }
    shards.add(shard);
    return shards;
  }

  private void writeShard(Path file, List<Planned> shard, Progress progress) {
    var declarations = shard.stream().map(Planned::declaration).toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations)) {
      for (Planned planned : shard) {
        RowOrder order =
            RowOrder.of(planned.role(), source.config(), source.ropeLayout(), Rope.Layout.HALVES);
        Optional<LowRankSum> sum =
            adapter.flatMap(a -> a.find(planned.role())).map(LowRankSum::new);
        new RowStream(planned.name(), source.weight(planned.role()), order, sum)
            .send(
                planned.declaration().dtype(), piece -> writer.write(planned.name(), piece.data()));
        progress.written(planned.bytes(), planned.name());
      }
      writer.commit();
    }
  }

  private void writeTexts() {
    HuggingFaceWriter.writeConfig(
        folder, source.config(), most(), source.bosToken(), source.eosTokens());
    if (Files.isDirectory(source.path())) {
      TokenizerFolder.copy(source.path(), folder);
    } else {
      source
          .vocabulary()
          .ifPresent(
              vocabulary -> TokenizerFolder.write(folder, vocabulary, source.chatTemplate()));
    }
  }

  /// The type that holds the most numbers.
  private DType most() {
    Map<DType, Long> elements = new EnumMap<>(DType.class);
    plan.forEach(
        p -> elements.merge(p.declaration.dtype(), p.declaration.shape().elements(), Long::sum));
    return elements.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private static long bytes(List<Planned> tensors) {
    return tensors.stream().mapToLong(Planned::bytes).sum();
  }
}
