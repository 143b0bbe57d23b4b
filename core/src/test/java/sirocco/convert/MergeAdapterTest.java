package sirocco.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.LowRank;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import sirocco.tensor.quant.Formats;
import sirocco.testkit.Configs;
import sirocco.testkit.GoldenAdapters;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// A merged folder holds `W + scale B A` in the asked type, and the rest as it was.
class MergeAdapterTest {
  private static final Role QUERY = new Role.Layer(1, Part.QUERY);
  private static final Role EXPERT = new Role.Expert(0, 2, Part.DOWN);

  @TempDir Path folder;

  /// A base of one type and an adapter for two of its weights.
  private void make(DType dtype, float size) throws IOException {
    try (var random = new RandomCheckpoint(Configs.mixtral(3, 2), 5)) {
      TinyModels.huggingFace(Files.createDirectories(folder.resolve("base")), random, dtype);
      Map<Role, LowRank> pairs = new LinkedHashMap<>();
      for (Role role : List.of(QUERY, EXPERT)) {
        Shape shape = Roles.shape(role, random.config());
        pairs.put(
            role,
            new LowRank(
                ramp(random, size, 2, shape.extent(1)), ramp(random, 1, shape.extent(0), 2), 0.5f));
      }
      AdapterWriter.write(
          folder.resolve("lora"), random.config(), "base", pairs, AdapterWriter.Experts.SINGLE);
    }
  }

  private static Tensor ramp(RandomCheckpoint owner, float size, long rows, long columns) {
    Tensor tensor = Tensor.floats(Shape.of(rows, columns), owner.arena());
    for (int i = 0; i < rows * columns; i++) {
      tensor.setFloat(i, size * ((i * 7 % 11) - 5) / 8f);
    }
    return tensor;
  }

  @ParameterizedTest
  @CsvSource({"F32,", "BF16,", "F16,", "F32,BF16", "BF16,F32", "BF16,F16"})
  void adaptedWeightsAreSumsAndTheRestIsUnchanged(DType stored, DType asked) throws IOException {
    make(stored, 1);
    Path merged = merge(folder.resolve("base"), Optional.ofNullable(asked));
    try (Checkpoint before = Checkpoints.open(folder.resolve("base"));
        Adapter adapter = Adapter.open(folder.resolve("lora"), before);
        Checkpoint after = Checkpoints.open(merged)) {
      DType type = asked == null ? stored : asked;
      for (Role role : Roles.of(before.config()).toList()) {
        float[] expected = floats(before.weight(role));
        adapter.find(role).ifPresent(pair -> add(expected, before.weight(role), pair));
        Tensor rounded =
            TinyModels.encode(
                Tensor.copyOf(expected, after.weight(role).shape(), Arena.ofAuto()), type);
        assertThat(after.weight(role).dtype()).isEqualTo(type);
        assertThat(floats(after.weight(role))).as("%s", role).isEqualTo(floats(rounded));
      }
      assertThat(floats(after.weight(QUERY))).isNotEqualTo(floats(before.weight(QUERY)));
    }
  }

  @Test
  void aGgufBaseGivesTheSameFolder() throws IOException {
    make(DType.F32, 1);
    Path gguf = folder.resolve("base.gguf");
    try (Checkpoint base = Checkpoints.open(folder.resolve("base"))) {
      ToGguf.write(base, gguf, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), (_, _) -> {});
    }
    Path one = merge(folder.resolve("base"), Optional.empty());
    Path other = merge(gguf, Optional.empty());
    assertThat(other.resolve("model.safetensors"))
        .hasSameBinaryContentAs(one.resolve("model.safetensors"));
  }

  @Test
  void quantisedWeightsNeedAType() {
    GoldenAdapters.Case golden = GoldenAdapters.of("experts");
    Path gguf = folder.resolve("base.gguf");
    GgufTypes types =
        (_, roles, sources) ->
            GgufTypes.alwaysFloat(roles.getFirst()) || sources.getFirst().columns() % 32 != 0
                ? DType.F32
                : DType.Q8_0;
    try (Checkpoint base = Checkpoints.open(golden.base())) {
      ToGguf.write(base, gguf, types, new ToGguf.FileType.OfMost(), (_, _) -> {});
    }
    try (Checkpoint base = Checkpoints.open(gguf);
        Adapter adapter = Adapter.open(golden.folder(), base)) {
      Path target = folder.resolve("refused");
      assertThatThrownBy(() -> write(base, adapter, Optional.empty(), target))
          .isInstanceOf(ConvertException.class)
          .hasMessageContaining("its weights are quantised (Q8_0)")
          .hasMessageContaining("or name the type to write");
      assertThatThrownBy(() -> write(base, adapter, Optional.of(DType.Q4_0), target))
          .isInstanceOf(ConvertException.class)
          .hasMessageContaining("holds F32, F16, BF16 or F64, asked for Q4_0");
      assertThat(target).doesNotExist();
      write(base, adapter, Optional.of(DType.BF16), target);
      try (Checkpoint merged = Checkpoints.open(target)) {
        assertThat(merged.weight(QUERY).dtype()).isEqualTo(DType.BF16);
      }
    }
  }

  @Test
  void aSumThatTheTypeCannotHoldLeavesNothing() throws IOException {
    make(DType.F16, 1e6f);
    Path target = folder.resolve("merged");
    assertThatThrownBy(() -> merge(folder.resolve("base"), Optional.empty()))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("w2.weight, row ")
        .hasMessageContaining("which is no F16");
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    assertThatThrownBy(() -> merge(folder.resolve("lora"), Optional.empty()))
        .hasMessageContaining("expected config.json");
  }

  private Path merge(Path model, Optional<DType> dtype) {
    Path target = folder.resolve("merged" + model.getFileName());
    try (Checkpoint base = Checkpoints.open(model);
        Adapter adapter = Adapter.open(folder.resolve("lora"), base)) {
      write(base, adapter, dtype, target);
    }
    return target;
  }

  private static void write(Checkpoint base, Adapter adapter, Optional<DType> dtype, Path target) {
    var told = new ArrayList<Long>();
    MergeAdapter.write(
        base, adapter, dtype, target, ToHuggingFace.SHARD_BYTES, (bytes, _) -> told.add(bytes));
    assertThat(told.stream().mapToLong(Long::longValue).sum())
        .isEqualTo(MergeAdapter.tensorBytes(base, dtype));
  }

  private static void add(float[] values, Tensor weight, LowRank pair) {
    float[] a = floats(pair.a());
    float[] b = floats(pair.b());
    int columns = (int) weight.columns();
    for (int i = 0; i < values.length; i++) {
      float sum = 0;
      for (int k = 0; k < pair.rank(); k++) {
        sum += b[i / columns * pair.rank() + k] * a[k * columns + i % columns];
      }
      values[i] += pair.scale() * sum;
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    Formats.of(tensor.dtype()).decode(tensor.data(), 0, values, 0, values.length);
    return values;
  }
}
