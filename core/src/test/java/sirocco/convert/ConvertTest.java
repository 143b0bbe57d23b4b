package sirocco.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.RowOrder;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Workspace;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// Round trips between formats lose nothing: every weight comes back to the bit, and the logits on
/// the way are the same.
class ConvertTest {
  private static final List<ModelConfig> CONFIGS =
      List.of(
          Configs.mixtral(5, 2),
          Configs.mistral(OptionalInt.of(7)),
          Configs.mistral(OptionalInt.empty()));
  private static final List<DType> TYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final Progress SILENT = (_, _) -> {};

  @TempDir Path folder;

  @Test
  void huggingFaceToGgufAndBackIsBitIdentical() {
    for (ModelConfig config : CONFIGS) {
      for (DType dtype : TYPES) {
        Path source = folder("hf");
        try (var random = new RandomCheckpoint(config, 1)) {
          TinyModels.huggingFace(source, random, dtype);
        }
        Path gguf = source.resolveSibling("model.gguf");
        Path back = source.resolveSibling("back");
        toGguf(source, gguf);
        toHuggingFace(gguf, back, ToHuggingFace.SHARD_BYTES);
        assertSameWeights(source, back);
        assertSameLogits(gguf, source);
        assertSameLogits(back, source);
      }
    }
  }

  @Test
  void everyLayoutMakesTheSameModel() {
    ModelConfig config = Configs.mixtral(4, 2);
    try (var random = new RandomCheckpoint(config, 2)) {
      Path plain = TinyModels.huggingFace(folder("plain"), random, DType.BF16);
      List<Path> layouts =
          List.of(
              TinyModels.fused(folder("fused"), random, DType.BF16),
              TinyModels.sharded(folder("sharded"), random, DType.BF16, 3),
              TinyModels.consolidated(folder("consolidated"), random, DType.BF16));
      for (Path layout : layouts) {
        assertSameLogits(layout, plain);
        Path converted = layout.resolveSibling("converted");
        toHuggingFace(layout, converted, 4000);
        assertThat(converted.resolve("model.safetensors.index.json")).exists();
        assertSameWeights(plain, converted);
        Path gguf = layout.resolveSibling("converted.gguf");
        toGguf(layout, gguf);
        assertSameLogits(gguf, plain);
      }
    }
  }

  @Test
  void quantisedWeightsKeepTheirBytesInGgufAndTheirValuesInSafetensors() {
    ModelConfig config = wide();
    Path source = folder("hf");
    try (var random = new RandomCheckpoint(config, 3)) {
      TinyModels.huggingFace(source, random, DType.F32);
    }
    Path quantised = source.resolveSibling("q8.gguf");
    try (Checkpoint checkpoint = Checkpoints.open(source)) {
      GgufTypes types =
          (_, roles, _) -> GgufTypes.alwaysFloat(roles.getFirst()) ? DType.F32 : DType.Q8_0;
      ToGguf.write(checkpoint, quantised, types, new ToGguf.FileType.OfMost(), SILENT);
    }
    try (Checkpoint checkpoint = Checkpoints.open(quantised)) {
      var twice = new MixtureTypes(QuantizationMixture.Q4_0, config, false);
      Path refused = source.resolveSibling("refused.gguf");
      assertThatThrownBy(
              () -> ToGguf.write(checkpoint, refused, twice, new ToGguf.FileType.OfMost(), SILENT))
          .isInstanceOf(ConvertException.class)
          .hasMessageContaining("is Q8_0 already");
      var consent = new MixtureTypes(QuantizationMixture.Q4_0, config, true);
      ToGguf.write(checkpoint, refused, consent, new ToGguf.FileType.OfMost(), SILENT);
    }
    Path again = source.resolveSibling("again.gguf");
    toGguf(quantised, again);
    Path decoded = source.resolveSibling("decoded");
    toHuggingFace(quantised, decoded, ToHuggingFace.SHARD_BYTES);
    assertSameLogits(again, quantised);
    assertSameLogits(decoded, quantised);
    assertThat(difference(quantised, source)).isGreaterThan(1e-3);
    try (Checkpoint a = Checkpoints.open(quantised);
        Checkpoint b = Checkpoints.open(again)) {
      Role.Expert role = new Role.Expert(1, 2, Part.DOWN);
      assertThat(a.weight(role).dtype()).isEqualTo(DType.Q8_0);
      assertThat(b.weight(role).data().mismatch(a.weight(role).data())).isEqualTo(-1);
    }
  }

  @Test
  void doublesThatAreNoFloatsAreRefusedAndNothingIsLeftBehind() throws IOException {
    Path source = folder("hf");
    try (var random = new RandomCheckpoint(Configs.mixtral(2, 1), 4)) {
      TinyModels.huggingFace(source, random, DType.F64);
    }
    Path target = source.resolveSibling("model.gguf");
    toGguf(source, target); // floats in doubles pass
    assertThat(target).exists();
    spoil(source);
    Path refused = source.resolveSibling("refused.gguf");
    assertThatThrownBy(() -> toGguf(source, refused))
        .hasMessageContaining("which float32 cannot hold")
        .hasMessageContaining("token_embd.weight");
    try (Stream<Path> left = Files.list(source.resolveSibling("."))) {
      assertThat(left.filter(p -> !p.endsWith("hf") && !p.equals(target)).toList())
          .allSatisfy(p -> assertThat(p.getFileName()).hasToString("model.gguf"));
    }
  }

  @Test
  void aFolderThatIsThereIsNotTouched() {
    Path source = folder("hf");
    try (var random = new RandomCheckpoint(Configs.mixtral(2, 1), 5)) {
      TinyModels.huggingFace(source, random, DType.F32);
    }
    assertThatThrownBy(() -> toHuggingFace(source, source, ToHuggingFace.SHARD_BYTES))
        .isInstanceOf(ConvertException.class)
        .hasMessageEndingWith("is there already; name a folder that is not");
  }

  @Test
  void rowOrdersUndoEachOther() {
    for (int headDim : new int[] {2, 6, 128}) {
      RowOrder there = new RowOrder.ToNeighbours(headDim);
      RowOrder back = new RowOrder.ToHalves(headDim);
      for (long row = 0; row < 3L * headDim; row++) {
        assertThat(there.source(back.source(row))).isEqualTo(row);
        assertThat(back.source(there.source(row))).isEqualTo(row);
      }
    }
    assertThat(new RowOrder.ToNeighbours(8).source(9)).isEqualTo(12);
    assertThat(new RowOrder.ToHalves(8).source(12)).isEqualTo(9);
  }

  /// Makes one number a double that is no float.
  private static void spoil(Path source) throws IOException {
    Path file = source.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 8] ^= 1;
    String header = new String(bytes, 8, 2000, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = header.indexOf("\"model.embed_tokens.weight\"");
    int offsets = header.indexOf("\"data_offsets\":[", at) + "\"data_offsets\":[".length();
    int begin = Integer.parseInt(header.substring(offsets, header.indexOf(',', offsets)));
    int headerLength = (bytes[0] & 255) | (bytes[1] & 255) << 8 | (bytes[2] & 255) << 16;
    bytes[8 + headerLength + begin] ^= 1;
    Files.write(file, bytes);
  }

  private static ModelConfig wide() {
    ModelConfig c = Configs.mixtral(4, 2);
    return new ModelConfig(
        c.architecture(),
        c.vocabSize(),
        64,
        32,
        2,
        4,
        2,
        16,
        4,
        2,
        1e-5f,
        c.rope(),
        c.slidingWindow(),
        256,
        false);
  }

  private Path folder(String name) {
    try {
      return Files.createDirectory(Files.createTempDirectory(folder, "case").resolve(name));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void toGguf(Path source, Path target) {
    try (Checkpoint checkpoint = Checkpoints.open(source)) {
      ToGguf.write(checkpoint, target, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), SILENT);
    }
  }

  private static void toHuggingFace(Path source, Path target, long shardBytes) {
    try (Checkpoint checkpoint = Checkpoints.open(source)) {
      ToHuggingFace.write(checkpoint, target, shardBytes, SILENT);
    }
  }

  private static void assertSameWeights(Path expected, Path actual) {
    try (Checkpoint a = Checkpoints.open(expected);
        Checkpoint b = Checkpoints.open(actual)) {
      assertThat(b.config()).isEqualTo(a.config());
      List<Role> roles = new ArrayList<>(Roles.of(a.config()).toList());
      for (Role role : roles) {
        Tensor one = a.weight(role);
        Tensor other = b.weight(role);
        assertThat(other.dtype()).as("%s", role).isEqualTo(one.dtype());
        assertThat(other.data().mismatch(one.data())).as("%s", role).isEqualTo(-1);
      }
    }
  }

  /// Query and key rows in another order are summed in another order.
  private static void assertSameLogits(Path actual, Path expected) {
    assertThat(difference(actual, expected)).as("%s and %s", actual, expected).isLessThan(1e-5);
  }

  private static double difference(Path one, Path other) {
    float[] a = logits(one);
    float[] b = logits(other);
    assertThat(a).hasSameSizeAs(b);
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  private static float[] logits(Path path) {
    try (Checkpoint checkpoint = Checkpoints.open(path);
        Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      try (KvCache cache = model.newCache(16, KvCache.Precision.F32)) {
        int[] tokens = {1, 17, 4, 9, 30, 41, 2, 2, 8, 49, 0, 5};
        return model
            .forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace)
            .logits()
            .toFloats();
      }
    }
  }
}
