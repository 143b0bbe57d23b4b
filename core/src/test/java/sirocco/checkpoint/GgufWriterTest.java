package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Shared;

/// What is written is read back bit for bit, and what is not finished is not there.
final class GgufWriterTest {
  @TempDir private Path folder;

  private static GgufWriter.Declared declared(String name, long... extents) {
    return new GgufWriter.Declared(name, DType.F32, Shape.of(extents));
  }

  private GgufWriter writer(Path target, GgufWriter.Declared... tensors) {
    return GgufWriter.create(target, new LinkedHashMap<>(), List.of(tensors));
  }

  /// Writes a model as the merged layout has it, an expert at a time.
  private static void rewrite(GgufCheckpoint source, Path target) {
    ModelConfig config = source.config();
    List<GgufLayout.Slot> slots = GgufLayout.of(config);
    var declared =
        slots.stream().map(s -> s.as(source.weight(s.roles().getFirst()).dtype())).toList();
    var metadata = GgufLayout.metadata(config, "copy", GgufLayout.fileType(DType.F16));
    metadata.putAll(
        GgufVocabulary.write(
            source.vocabulary().orElseThrow(), source.chatTemplate(), source.eosTokens()));
    try (var writer = GgufWriter.create(target, metadata, declared)) {
      for (GgufLayout.Slot slot : slots) {
        writer.begin(slot.name());
        slot.roles().forEach(role -> writer.append(source.weight(role)));
      }
      writer.commit();
    }
  }

  private static void assertSame(GgufCheckpoint copy, GgufCheckpoint original) {
    assertThat(copy.config()).isEqualTo(original.config());
    assertThat(copy.vocabulary()).isEqualTo(original.vocabulary());
    assertThat(copy.chatTemplate()).isEqualTo(original.chatTemplate());
    assertThat(copy.eosTokens()).isEqualTo(original.eosTokens());
    assertThat(copy.bosToken()).isEqualTo(original.bosToken());
    for (GgufLayout.Slot slot : GgufLayout.of(original.config())) {
      for (Role role : slot.roles()) {
        Tensor expected = original.weight(role);
        Tensor found = copy.weight(role);
        assertThat(found.dtype()).isEqualTo(expected.dtype());
        assertThat(found.shape()).isEqualTo(expected.shape());
        assertThat(found.data().mismatch(expected.data())).as(role.toString()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gguf-merged-q4_k", "gguf-merged-bf16", "gguf-split-f16"})
  void referenceFilesSurviveRewriting(String golden) {
    Path source = Shared.require("goldens/" + golden + "/model.gguf");
    Path target = folder.resolve("copy.gguf");
    try (var original = GgufCheckpoint.open(source)) {
      rewrite(original, target);
      try (var copy = GgufCheckpoint.open(target)) {
        assertSame(copy, original);
      }
    }
  }

  @Test
  void tinyModelsSurviveRewriting() throws IOException {
    for (GgufBytes bytes : List.of(GgufBytes.tinyMixtral(), GgufBytes.tinyLlama())) {
      Path source = Files.write(folder.resolve("source.gguf"), bytes.build());
      Path target = folder.resolve("copy.gguf");
      try (var original = GgufCheckpoint.open(source)) {
        rewrite(original, target);
        try (var copy = GgufCheckpoint.open(target)) {
          assertSame(copy, original);
        }
      }
    }
  }

  static Stream<ModelConfig> configurations() {
    var plain = new Rope(1e6, new Rope.Scaling.None());
    var linear = new Rope(1e4, new Rope.Scaling.Linear(4));
    var pairs = new Rope(5e5, new Rope.Scaling.PerPair(List.of(1f, 1f, 2f, 3f, 4f, 5f, 6f, 8f)));
    var llama3 = new Rope(123456.5, new Rope.Scaling.Llama3(8, 1.1, 4.3, 64));
    return Stream.of(
        config(ModelConfig.Architecture.LLAMA, 16, 0, llama3, OptionalInt.empty(), true),
        config(ModelConfig.Architecture.MIXTRAL, 16, 4, plain, OptionalInt.empty(), false),
        config(ModelConfig.Architecture.MIXTRAL, 32, 1, plain, OptionalInt.of(8), true),
        config(ModelConfig.Architecture.MISTRAL, 8, 0, linear, OptionalInt.of(4096), false),
        config(ModelConfig.Architecture.MISTRAL, 16, 0, plain, OptionalInt.empty(), false),
        config(ModelConfig.Architecture.LLAMA, 16, 0, pairs, OptionalInt.empty(), true));
  }

  private static ModelConfig config(
      ModelConfig.Architecture family,
      int headDim,
      int experts,
      Rope rope,
      OptionalInt window,
      boolean tied) {
    int used = Math.min(experts, 2);
    return new ModelConfig(
        family, 50, 32, 24, 2, 2, 1, headDim, experts, used, 1e-6f, rope, window, 777, tied);
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void configurationsSurvive(ModelConfig config) {
    Path target = folder.resolve("m.gguf");
    List<GgufLayout.Slot> slots = GgufLayout.of(config);
    var declared = slots.stream().map(s -> s.as(DType.F32)).toList();
    try (Arena arena = Arena.ofConfined();
        var writer = GgufWriter.create(target, GgufLayout.metadata(config, "c", 0), declared)) {
      for (GgufLayout.Slot slot : slots) {
        Tensor tensor = Tensor.floats(slot.shape(), arena);
        List<Float> factors = slot.roles().isEmpty() ? GgufRope.factors(config) : List.of();
        for (int i = 0; i < factors.size(); i++) {
          tensor.setFloat(i, factors.get(i));
        }
        writer.write(slot.name(), tensor);
      }
      writer.commit();
    }
    try (var checkpoint = GgufCheckpoint.open(target)) {
      assertThat(checkpoint.config()).isEqualTo(config);
      assertThat(checkpoint.vocabulary()).isEmpty();
      assertThat(checkpoint.has(Role.Global.HEAD)).isEqualTo(!config.tieWordEmbeddings());
    }
  }

  /// A file whose factors were changed after the rule was noted is believed, not the note.
  @Test
  void factorsThatDoNotFollowFromTheNotedRule() {
    var rule = new Rope.Scaling.Llama3(8, 1, 4, 64);
    var rope = new Rope(5e5, rule);
    var config = config(ModelConfig.Architecture.LLAMA, 16, 0, rope, OptionalInt.empty(), true);
    List<Float> factors = GgufRope.factors(config);
    assertThat(GgufRope.agree(rule, 5e5, factors)).isTrue();
    var changed = new ArrayList<>(factors);
    changed.set(7, 7.9f);
    assertThat(GgufRope.agree(rule, 5e5, changed)).isFalse();
  }

  /// Values of transformers' formula for Llama 3.1 (theta 5e5, d 128, factor 8, 1, 4, 8192).
  @Test
  void llama3FrequenciesBecomeFactors() {
    var rope = new Rope(5e5, new Rope.Scaling.Llama3(8, 1, 4, 8192));
    var config = config(ModelConfig.Architecture.LLAMA, 128, 0, rope, OptionalInt.empty(), false);
    List<Float> factors = GgufRope.factors(config);
    assertThat(factors).hasSize(64);
    assertThat(factors.get(0)).isEqualTo(1);
    assertThat(factors.get(28)).isEqualTo(1);
    assertThat(factors.get(30)).isCloseTo(1.5534146f, offset(1e-5f));
    assertThat(factors.get(34)).isCloseTo(5.2573266f, offset(1e-5f));
    assertThat(factors.get(63)).isEqualTo(8);
  }

  @Test
  void metadataOfEveryTypeSurvives() {
    Path target = folder.resolve("m.gguf");
    var metadata = new LinkedHashMap<String, GgufValue>();
    for (GgufType type : GgufType.values()) {
      if (type.isInteger()) {
        metadata.put("whole." + type, new GgufValue.Whole(type, 101));
      }
    }
    metadata.put("negative", new GgufValue.Whole(GgufType.INT16, -7));
    metadata.put("top", new GgufValue.Whole(GgufType.UINT64, -1));
    metadata.put("float", GgufValue.float32(0.5f));
    metadata.put("double", new GgufValue.Real(GgufType.FLOAT64, Math.PI));
    metadata.put("flag", GgufValue.flag(true));
    metadata.put("text", GgufValue.text("Æ▁"));
    try (var writer = GgufWriter.create(target, metadata, List.of())) {
      writer.commit();
    }
    try (GgufFile file = GgufFile.open(target)) {
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.metadata().values()).isEqualTo(metadata);
    }
  }

  @Test
  void nothingIsLeftWithoutCommit() throws IOException {
    Path target = folder.resolve("m.gguf");
    try (Arena arena = Arena.ofConfined();
        var writer = writer(target, declared("a", 4))) {
      writer.write("a", Tensor.floats(Shape.of(4), arena));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anOldFileStaysUntilCommit() throws IOException {
    Path target = Files.writeString(folder.resolve("m.gguf"), "old");
    try (Arena arena = Arena.ofConfined();
        var writer = writer(target, declared("a", 4))) {
      writer.write("a", Tensor.floats(Shape.of(4), arena));
      assertThat(target).hasContent("old");
      writer.commit();
    }
    try (GgufFile file = GgufFile.open(target)) {
      assertThat(file.tensor("a").shape()).isEqualTo(Shape.of(4));
    }
    assertThat(folder).isDirectoryContaining("glob:**m.gguf");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void tensorsComeInOrderAndWhole() {
    Path target = folder.resolve("m.gguf");
    try (Arena arena = Arena.ofConfined();
        var writer = writer(target, declared("a", 2, 4), declared("b", 4))) {
      Tensor four = Tensor.floats(Shape.of(4), arena);
      refuses(() -> writer.append(four), "begin");
      refuses(() -> writer.begin("b"), "tensor b: expected a");
      writer.begin("a");
      writer.append(four);
      refuses(() -> writer.begin("b"), "tensor a: 16 bytes were not written");
      refuses(writer::commit, "tensor a: 16 bytes");
      refuses(() -> writer.append(Tensor.allocate(DType.F16, Shape.of(4), arena)), "expected F32");
      refuses(() -> writer.append(Tensor.floats(Shape.of(5), arena)), "at most 16 bytes");
      writer.append(four);
      refuses(writer::commit, "tensor b: declared, but not written");
      writer.write("b", four);
      refuses(() -> writer.begin("c"), "tensor c: expected no more tensors");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void declarationsThatCannotBeWritten() {
    Path target = folder.resolve("m.gguf");
    refuses(() -> writer(target, declared("a", 1), declared("a", 1)).close(), "declared twice");
    refuses(() -> writer(target, declared("a", 1, 0)).close(), "tensor a");
    refuses(() -> writer(target, declared("a", 1, 1, 1, 1, 1)).close(), "1 to 4 extents");
    var half = new GgufWriter.Declared("a", DType.Q8_0, Shape.of(4, 16));
    refuses(() -> writer(target, half).close(), "whole blocks of 32");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void foldersThatCannotBeWrittenTo() {
    Path nowhere = folder.resolve("no/such/m.gguf");
    refuses(
        () -> writer(nowhere, declared("a", 1)).close(),
        "cannot be written: there is no such file or folder");
  }

  /// A file moved to the name of a device would replace it.
  @Test
  void onlyFilesAreReplaced() throws IOException {
    Path device = Files.createDirectory(folder.resolve("m.gguf"));
    refuses(() -> writer(device, declared("a", 1)).close(), "expected a regular file or none");
  }

  @Test
  void theChatTemplateIsKept() throws IOException {
    Path source = Files.write(folder.resolve("s.gguf"), GgufBytes.tinyMixtral().build());
    try (var checkpoint = GgufCheckpoint.open(source)) {
      assertThat(checkpoint.chatTemplate()).isEqualTo(Optional.of("{{ bos_token }}"));
    }
  }

  private static void refuses(ThrowingCallable action, String part) {
    assertThatThrownBy(action)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("m.gguf: ")
        .hasMessageContaining(part);
  }
}
