package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.Mutations;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// Thousands of damaged files: each is read or refused with a [CheckpointException], never anything
/// else.
class SafetensorsFuzzTest {
  /// What JSON and file lengths go wrong on.
  private static final List<String> HARD =
      List.of(
          "-1",
          "0",
          "9223372036854775807",
          "18446744073709551616",
          "1e999",
          "NaN",
          "null",
          "[]",
          "{}",
          "\"\"",
          "true",
          "-",
          "\"\\ud800\"",
          "[[[[",
          "4294967296",
          "1e-400",
          "2147483648",
          "{\"a\":{\"a\":",
          ",",
          ":",
          "\u0000",
          "1.5");

  @TempDir Path folder;

  /// @return how many mutants were refused
  private static int fuzz(byte[] original, int count, long seed, Consumer<byte[]> read) {
    var mutations = new Mutations(original, seed).withWords(HARD.toArray(String[]::new));
    int refused = 0;
    for (int i = 0; i < count; i++) {
      try {
        read.accept(mutations.next());
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1200);
        refused++;
      } catch (RuntimeException | Error e) {
        fail("mutant " + i + ": " + mutations.last(), e);
      }
    }
    return refused;
  }

  private byte[] model() throws IOException {
    try (var source = new RandomCheckpoint(Configs.mixtral(2, 1), 3)) {
      TinyModels.huggingFace(folder, source, DType.F16);
    }
    return Files.readAllBytes(folder.resolve("model.safetensors"));
  }

  @Test
  void headers() throws IOException {
    byte[] whole = model();
    int header = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    byte[] start = Arrays.copyOf(whole, Math.min(header, whole.length));
    byte[] data = Arrays.copyOfRange(whole, header, whole.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(whole.length + 4096L, 8);
      int refused =
          fuzz(
              start,
              16_000,
              1,
              bytes -> {
                // Native memory of exactly the mutant's size, as a mapped file is.
                MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
                MemorySegment.copy(
                    data, 0, memory, ValueLayout.JAVA_BYTE, bytes.length, data.length);
                SafetensorsHeader.parse(
                    folder, memory.asSlice(0, (long) bytes.length + data.length));
              });
      assertThat(refused).isBetween(8_000, 15_999);
    }
  }

  @Test
  void wholeFolders() throws IOException {
    byte[] whole = model();
    Path file = folder.resolve("model.safetensors");
    int refused =
        fuzz(
            whole,
            1_500,
            50_000,
            bytes -> {
              write(file, bytes);
              try (Checkpoint opened = Checkpoints.open(folder)) {
                Roles.of(opened.config()).forEach(opened::weight);
              }
            });
    assertThat(refused).isBetween(300, 1_499);
  }

  @Test
  void configurations() throws IOException {
    model();
    byte[] config = Files.readAllBytes(folder.resolve("config.json"));
    int refused =
        fuzz(
            config,
            6_000,
            100_000,
            bytes -> HuggingFaceConfig.parse(JsonFile.parse(folder, bytes)));
    assertThat(refused).isBetween(2_000, 5_999);
    byte[] params =
        "{\"dim\":24,\"n_layers\":2,\"head_dim\":6,\"hidden_dim\":20,\"n_heads\":4,\"vocab_size\":50,\"sliding_window\":[4,4],\"moe\":{\"num_experts\":4,\"num_experts_per_tok\":2}}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(
            fuzz(
                params,
                3_000,
                200_000,
                bytes -> ConsolidatedConfig.parse(JsonFile.parse(folder, bytes))))
        .isBetween(1_000, 2_999);
  }

  @Test
  void indexesAndTemplates() throws IOException {
    try (var source = new RandomCheckpoint(Configs.mixtral(2, 1), 3)) {
      TinyModels.sharded(folder, source, DType.F16, 2);
    }
    byte[] index = Files.readAllBytes(folder.resolve("model.safetensors.index.json"));
    assertThat(
            fuzz(
                index,
                3_000,
                300_000,
                bytes -> SafetensorsIndex.parse(folder, JsonFile.parse(folder, bytes))))
        .isBetween(500, 2_999);
    byte[] tokenizer =
        "{\"chat_template\":[{\"name\":\"default\",\"template\":\"x\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(
            fuzz(
                tokenizer,
                2_000,
                400_000,
                bytes -> HuggingFaceTemplate.parse(JsonFile.parse(folder, bytes))))
        .isBetween(400, 1_999);
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
