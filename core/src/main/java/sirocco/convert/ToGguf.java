package sirocco.convert;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.GgufLayout;
import sirocco.checkpoint.GgufRope;
import sirocco.checkpoint.GgufValue;
import sirocco.checkpoint.GgufVocabulary;
import sirocco.checkpoint.GgufWriter;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.RowOrder;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Writes any checkpoint as a GGUF file in the merged layout: what `convert` does with the types
/// the source has, and `quantize` with smaller ones. One piece of a tensor is in memory at a time;
/// the file appears when it is whole.
public final class ToGguf {
  private final Checkpoint source;
  private final GgufTypes types;
  private final Path target;

  private ToGguf(Checkpoint source, GgufTypes types, Path target) {
    this.source = source;
    this.types = types;
    this.target = target;
  }

  /// Writes `target`.
  ///
  /// @param fileType llama.cpp's number for the mixture, `general.file_type`; empty for the type of
  ///   most numbers
  /// @throws ConvertException if a number cannot be held by its type
  /// @throws sirocco.checkpoint.CheckpointException if a file cannot be read or written
  public static void write(
      Checkpoint source, Path target, GgufTypes types, FileType fileType, Progress progress) {
    new ToGguf(source, types, target).write(fileType, progress);
  }

  /// What `general.file_type` says.
  public sealed interface FileType {
    /// The type that holds the most numbers.
    record OfMost() implements FileType {}

    /// This number.
    record Of(int number) implements FileType {}
  }

  /// Bytes that the file's tensors will take.
  public static long tensorBytes(Checkpoint source, GgufTypes types) {
    return new ToGguf(source, types, source.path()).plan().stream().mapToLong(Planned::bytes).sum();
  }

  /// One tensor of the file.
  private record Planned(GgufLayout.Slot slot, DType dtype) {
    long bytes() {
      return dtype.bytes(slot.shape().elements());
    }
  }

  private List<Planned> plan() {
    List<Planned> plan = new ArrayList<>();
    for (GgufLayout.Slot slot : GgufLayout.of(source.config())) {
      List<Tensor> weights = slot.roles().stream().map(source::weight).toList();
      DType dtype =
          slot.roles().isEmpty() ? DType.F32 : types.of(slot.name(), slot.roles(), weights);
      plan.add(new Planned(slot, dtype));
    }
    return plan;
  }

  private void write(FileType fileType, Progress progress) {
    List<Planned> plan = plan();
    int number =
        switch (fileType) {
          case FileType.OfMost() -> GgufLayout.fileType(most(plan));
          case FileType.Of(int given) -> given;
        };
    List<GgufWriter.Declared> declared = plan.stream().map(p -> p.slot.as(p.dtype)).toList();
    try (GgufWriter writer = GgufWriter.create(target, metadata(plan, number), declared)) {
      for (Planned planned : plan) {
        writer.begin(planned.slot.name());
        if (planned.slot.roles().isEmpty()) {
          appendRopeFactors(writer);
        }
        for (Role role : planned.slot.roles()) {
          RowOrder order =
              RowOrder.of(role, source.config(), source.ropeLayout(), Rope.Layout.NEIGHBOURS);
          new RowStream(planned.slot.name(), source.weight(role), order)
              .send(planned.dtype, writer::append);
        }
        progress.written(planned.bytes(), planned.slot.name());
      }
      writer.commit();
    }
  }

  private SequencedMap<String, GgufValue> metadata(List<Planned> plan, int fileType) {
    String name = String.valueOf(source.path().toAbsolutePath().normalize().getFileName());
    SequencedMap<String, GgufValue> metadata =
        GgufLayout.metadata(source.config(), name.replaceFirst("(?i)\\.gguf$", ""), fileType);
    metadata.putAll(
        source
            .vocabulary()
            .map(v -> GgufVocabulary.write(v, source.chatTemplate(), source.eosTokens()))
            .orElseGet(() -> GgufVocabulary.writeNone(source.bosToken(), source.eosTokens())));
    GgufLayout.putWidened(metadata, widened(plan));
    return metadata;
  }

  /// Tensors that become F32 from a plain type without the user's asking, with that type, so that
  /// the way back can undo it.
  private SequencedMap<String, DType> widened(List<Planned> plan) {
    SequencedMap<String, DType> widened = new LinkedHashMap<>();
    for (Planned planned : plan) {
      if (planned.dtype == DType.F32 && planned.slot.roles().size() == 1) {
        DType before = source.weight(planned.slot.roles().getFirst()).dtype();
        if (before == DType.F16 || before == DType.BF16) {
          widened.put(planned.slot.name(), before);
        }
      }
    }
    return widened;
  }

  private static DType most(List<Planned> plan) {
    Map<DType, Long> elements = new EnumMap<>(DType.class);
    plan.forEach(p -> elements.merge(p.dtype, p.slot.shape().elements(), Long::sum));
    return elements.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
  }

  private void appendRopeFactors(GgufWriter writer) {
    List<Float> factors = GgufRope.factors(source.config());
    float[] values = new float[factors.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = factors.get(i);
    }
    try (Arena arena = Arena.ofConfined()) {
      writer.append(Tensor.copyOf(values, Shape.of(values.length), arena));
    }
  }
}
