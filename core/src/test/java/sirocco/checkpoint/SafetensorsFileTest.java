package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Goldens;
import sirocco.testkit.Shared;
import sirocco.testkit.TinyModels;

class SafetensorsFileTest {
  private static final List<DType> TYPES =
      List.of(
          DType.F16, DType.I8, DType.F64, DType.F32, DType.BF16, DType.I16, DType.I32, DType.I64);

  @TempDir Path folder;

  private static Tensor random(DType dtype, SplittableRandom random, long... extents) {
    Tensor tensor = Tensor.allocate(dtype, Shape.of(extents), Arena.ofAuto());
    for (long i = 0; i < tensor.data().byteSize(); i++) {
      tensor.data().set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
    return tensor;
  }

  private static Map<String, Tensor> everyType() {
    var random = new SplittableRandom(7);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (DType dtype : TYPES) {
      tensors.put(dtype + ".scalar", random(dtype, random));
      tensors.put(dtype + ".empty", random(dtype, random, 3, 0));
      tensors.put(dtype + ".odd \"é\"", random(dtype, random, 3, 1, 5));
    }
    return tensors;
  }

  @Test
  void whatIsWrittenIsReadBackInEveryType() {
    Path path = folder.resolve("all.safetensors");
    Map<String, Tensor> written = everyType();
    TinyModels.save(path, written);
    try (var file = SafetensorsFile.open(path)) {
      assertThat(file.entries()).hasSize(written.size());
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      written.forEach((name, tensor) -> {
        Tensor read = file.tensor(name);
        assertThat(read.dtype()).isEqualTo(tensor.dtype());
        assertThat(read.shape()).isEqualTo(tensor.shape());
        assertThat(read.data().mismatch(tensor.data())).isEqualTo(-1);
      });
    }
  }

  @Test
  void tensorsAreNativeReadOnlyAlignedAndDeadAfterClose() {
    Path path = folder.resolve("all.safetensors");
    TinyModels.save(path, everyType());
    Tensor tensor;
    try (var file = SafetensorsFile.open(path)) {
      tensor = file.tensor("F32.odd \"é\"");
      assertThat(tensor.data().isNative()).isTrue();
      assertThat(tensor.data().isMapped()).as("a plain native segment").isFalse();
      assertThat(tensor.data().isReadOnly()).isTrue();
      assertThat(tensor.data().address() % 4).isZero();
      assertThatThrownBy(() -> file.tensor("nothing"))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(path + ": tensor nothing is missing");
    }
    assertThatThrownBy(() -> tensor.getFloat(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theSameTensorsGiveTheSameBytesInAnyOrderAndInPieces() throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Map<String, Tensor> tensors = everyType();
    TinyModels.save(whole, tensors);
    Path pieces = folder.resolve("pieces.safetensors");
    List<Declaration> declarations =
        tensors.entrySet().stream()
            .map(e -> new Declaration(e.getKey(), e.getValue().dtype(), e.getValue().shape()))
            .toList();
    try (var writer = SafetensorsWriter.create(pieces, declarations)) {
      for (String name : List.copyOf(tensors.keySet()).reversed()) {
        MemorySegment data =
            tensors.getOrDefault(name, random(DType.I8, new SplittableRandom(1))).data();
        long half = data.byteSize() / 2;
        writer.write(name, data.asSlice(0, half));
        writer.write(name, data.asSlice(half));
      }
      writer.commit();
    }
    assertThat(Files.mismatch(whole, pieces)).isEqualTo(-1);
    assertThat(Files.size(whole) % 8).isZero();
  }

  @Test
  void nothingAppearsUnlessCommitted() throws IOException {
    Path path = folder.resolve("m.safetensors");
    Files.writeString(path, "old");
    var declarations = List.of(new Declaration("a", DType.F32, Shape.of(4)));
    try (var writer = SafetensorsWriter.create(path, declarations)) {
      writer.write("a", random(DType.F32, new SplittableRandom(1), 2).data());
      assertThatThrownBy(() -> writer.write("b", MemorySegment.NULL))
          .hasMessage(path + ": tensor b: was not declared");
      assertThatThrownBy(
              () -> writer.write("a", random(DType.F32, new SplittableRandom(1), 3).data()))
          .hasMessage(path + ": tensor a: expected at most 8 more bytes, found 12");
      assertThatThrownBy(writer::commit)
          .hasMessage(path + ": tensor a: 8 bytes were never written");
    }
    assertThat(Files.readString(path)).isEqualTo("old");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(path);
    }
  }

  @Test
  void declarationsThatMakeNoSenseAreRefused() {
    Path path = folder.resolve("m.safetensors");
    var a = new Declaration("a", DType.F32, Shape.of(1));
    var reserved = new Declaration("__metadata__", DType.F32, Shape.of(1));
    var quantized = new Declaration("q", DType.Q4_0, Shape.of(32));
    assertThatThrownBy(() -> SafetensorsWriter.create(path, List.of(a, a)))
        .hasMessageContaining("tensor a: is declared twice");
    assertThatThrownBy(() -> SafetensorsWriter.create(path, List.of(reserved)))
        .hasMessageContaining("reserved name");
    assertThatThrownBy(() -> SafetensorsWriter.create(path, List.of(quantized)))
        .hasMessage(path + ": tensor q: type Q4_0 has no safetensors name");
    assertThatThrownBy(
            () -> SafetensorsWriter.create(folder.resolve("no/such.safetensors"), List.of(a)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("cannot be written");
    assertThat(path).doesNotExist();
  }

  @Test
  void referenceFilesAreReadAndWrittenBackBitForBit() throws IOException {
    for (Path reference :
        List.of(
            Shared.require("goldens/mixtral-small/model.safetensors"),
            Shared.require("data/tiny-weights/stories260K-hf/model.safetensors"))) {
      Path copy = folder.resolve("copy.safetensors");
      var tensors = new LinkedHashMap<String, Tensor>();
      try (var file = SafetensorsFile.open(reference)) {
        file.entries().forEach(e -> tensors.put(e.name(), file.tensor(e.name())));
        TinyModels.save(copy, tensors);
      }
      assertThat(Files.mismatch(reference, copy)).isEqualTo(-1);
    }
  }

  @Test
  void expectedValuesOfTheGoldensAreReadable() {
    Goldens.Case golden = Goldens.of("mixtral-small");
    try (var file = SafetensorsFile.open(golden.expected())) {
      assertThat(file.tensor("logits").shape()).isEqualTo(Shape.of(golden.ids().size(), 320));
      assertThat(file.tensor("greedy").dtype()).isEqualTo(DType.I32);
    }
  }
}
