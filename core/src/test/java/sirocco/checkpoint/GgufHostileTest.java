package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sirocco.checkpoint.GgufBytes.int64;
import static sirocco.checkpoint.GgufBytes.strings;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One test an attack on the format: files that lie about lengths, places, counts and types. Each
/// is refused with one line that names the file, the place, what was expected and what was found.
@Timeout(20)
final class GgufHostileTest {
  private static final Path NAME = Path.of("model.gguf");
  private static final long HUGE = Long.MAX_VALUE - 7;

  /// Opens a file and everything in it.
  private static void open(byte[] file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, file.length), 64).asSlice(0, file.length);
      memory.copyFrom(MemorySegment.ofArray(file));
      try (var checkpoint = GgufCheckpoint.of(GgufFile.of(NAME, memory))) {
        checkpoint.vocabulary();
        checkpoint.chatTemplate();
        for (GgufLayout.Slot slot : GgufLayout.of(checkpoint.config())) {
          slot.roles().forEach(checkpoint::weight);
        }
      }
    }
  }

  static void refuses(GgufBytes file, String... parts) {
    refuses(file.build(), parts);
  }

  static void refuses(byte[] file, String... parts) {
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(CheckpointException.class)
        .message()
        .startsWith("model.gguf: ")
        .contains(parts)
        .doesNotContain("\n", "\r");
  }

  @Test
  void theUndamagedFilesOpen() {
    open(GgufBytes.tinyMixtral().build());
    open(GgufBytes.tinyLlama().build());
    open(GgufBytes.tinySplitMixtral().build());
    open(GgufBytes.tinyMixtral().version(2).build());
    open(GgufBytes.tinyMixtral().alignment(1).build());
    open(GgufBytes.tinyMixtral().alignment(4096).build());
  }

  @ParameterizedTest
  @CsvSource({
    "0, an empty file",
    "2, a file that begins with 47 47",
    "4, more bytes at byte 4",
    "12, more bytes at byte 8",
    "20, are left",
    "30, are left"
  })
  void truncatedInTheHead(int length, String found) {
    refuses(Arrays.copyOf(GgufBytes.tinyMixtral().build(), length), found);
  }

  @Test
  void truncatedAnywhereBeforeTheLastTensorsEnd() {
    byte[] whole = GgufBytes.tinyMixtral().build();
    for (int length = 0; length < whole.length; length += 97) {
      refuses(Arrays.copyOf(whole, length), "expected", "found");
    }
  }

  @Test
  void otherFilesAreCalledByName() {
    refuses("PK\3\4....".getBytes(StandardCharsets.ISO_8859_1), "expected a GGUF file", "zip");
    refuses("<!DOCTYPE html>".getBytes(StandardCharsets.ISO_8859_1), "a web page");
    refuses("\u0080\2}q\0".getBytes(StandardCharsets.ISO_8859_1), "a Python pickle");
    refuses("version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.UTF_8), "LFS");
    refuses("@\0\0\0\0\0\0\0{\"a\":{}}".getBytes(StandardCharsets.ISO_8859_1), "safetensors");
    refuses("tjgg\1\0\0\0".getBytes(StandardCharsets.ISO_8859_1), "GGJT");
  }

  @ParameterizedTest
  @CsvSource({"1, August 2023", "4, found 4", "50331648, big-endian", "-1, found 4294967295"})
  void versionsThatAreNotRead(int version, String found) {
    refuses(GgufBytes.tinyMixtral().version(version), found);
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000L, HUGE, Long.MIN_VALUE})
  void countsThatCannotBe(long more) {
    refuses(GgufBytes.tinyMixtral().lyingCounts(more, 0), "header", "tensors", "found");
    refuses(GgufBytes.tinyMixtral().lyingCounts(0, more), "header", "metadata keys", "found");
  }

  @Test
  void aCountOneTooHigh() {
    refuses(GgufBytes.tinyMixtral().lyingCounts(1, 0), "tensor");
    refuses(GgufBytes.tinyMixtral().lyingCounts(0, 1), "expected", "found");
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000L, 1L << 61, HUGE, -1})
  void lengthsOfTextsAndArrays(long length) {
    byte[] text = int64(length);
    refuses(GgufBytes.tinyMixtral().raw("k", GgufBytes.STRING, text), "metadata key k", "found");
    for (int element : new int[] {4, 7, 8, 9, 12}) {
      refuses(
          GgufBytes.tinyMixtral().array("k", element, length, new byte[0]),
          "metadata key k",
          "values",
          "found " + Long.toUnsignedString(length));
    }
  }

  @Test
  void aBillionStrings() {
    refuses(
        GgufBytes.tinyMixtral()
            .array("tokenizer.ggml.tokens", GgufBytes.STRING, 1_000_000_000, strings("a")),
        "tokenizer.ggml.tokens",
        "found 1000000000");
  }

  @Test
  void moreElementsThanAVocabularyHas() {
    int many = (1 << 21) + 1;
    refuses(
        GgufBytes.tinyMixtral()
            .array("tokenizer.ggml.scores", GgufBytes.FLOAT32, many, new byte[4 * many]),
        "tokenizer.ggml.scores",
        "expected at most 2097152 elements");
  }

  @Test
  void arraysNestedAThousandDeep() {
    byte[] nest = new byte[12 * 1000];
    for (int i = 0; i < 1000; i++) {
      nest[12 * i] = GgufBytes.ARRAY;
      nest[12 * i + 4] = 1;
    }
    refuses(GgufBytes.tinyMixtral().raw("deep", GgufBytes.ARRAY, nest), "deep", "nested");
  }

  @Test
  void typesThatAreNone() {
    refuses(GgufBytes.tinyMixtral().raw("k", 13, new byte[8]), "metadata key k", "found 13");
    refuses(GgufBytes.tinyMixtral().raw("k", -1, new byte[8]), "found 4294967295");
    refuses(GgufBytes.tinyMixtral().raw("k", GgufBytes.BOOL, new byte[] {2}), "BOOL of 0 or 1");
    refuses(GgufBytes.tinyMixtral().array("k", 99, 1, new byte[8]), "from 0 to 12, found 99");
  }

  @Test
  void textThatIsNotUtf8() {
    byte[] bad = {2, 0, 0, 0, 0, 0, 0, 0, (byte) 0xC3, 0x28};
    refuses(
        GgufBytes.tinyMixtral().raw("general.name", GgufBytes.STRING, bad),
        "general.name",
        "UTF-8");
    refuses(
        GgufBytes.tinyMixtral()
            .array("tokenizer.ggml.tokens", GgufBytes.STRING, 1, bad)
            .without("tokenizer.ggml.bos_token_id")
            .without("tokenizer.ggml.eos_token_id"),
        "tokenizer.ggml.tokens",
        "UTF-8");
  }

  @Test
  void aKeyTwice() {
    byte[] file = GgufBytes.tinyMixtral().uint32("zzzz_one", 1).uint32("zzzz_two", 1).build();
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String twice = text.replace("zzzz_two", "zzzz_one");
    refuses(twice.getBytes(StandardCharsets.ISO_8859_1), "metadata key zzzz_one", "twice");
  }

  @Test
  void aTensorTwice() {
    byte[] file = GgufBytes.tinyMixtral().build();
    String text = new String(file, StandardCharsets.ISO_8859_1);
    String twice = text.replace("blk.0.attn_k.weight", "blk.0.attn_v.weight");
    refuses(twice.getBytes(StandardCharsets.ISO_8859_1), "tensor blk.0.attn_v.weight", "two");
  }

  @Test
  void aNameThatTriesToForgeALineOfOutput() {
    refuses(GgufBytes.tinyMixtral().raw("a\nERROR: b\r", 77, new byte[8]), "a?ERROR: b?");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 1L << 31, (1L << 20) * 2, 0xFFFFFFFFL})
  void alignmentsThatAreNone(long alignment) {
    refuses(GgufBytes.tinyMixtral().alignment(alignment), "general.alignment", "power of two");
  }

  @Test
  void alignmentOfAnotherType() {
    refuses(GgufBytes.tinyMixtral().text("general.alignment", "32"), "general.alignment", "STRING");
  }

  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 1L << 40, HUGE - 24, Long.MIN_VALUE})
  void offsetsOutsideTheFile(long offset) {
    refuses(
        GgufBytes.tinyMixtral().at("blk.0.attn_q.weight", offset),
        "tensor blk.0.attn_q.weight",
        "expected",
        "found");
  }

  @Test
  void offsetsThatOverlap() {
    refuses(
        GgufBytes.tinyMixtral().at("output_norm.weight", 64),
        "tensor output_norm.weight",
        "found 64, inside tensor token_embd.weight");
  }

  @Test
  void offsetsOffTheAlignment() {
    refuses(
        GgufBytes.tinyMixtral().at("output_norm.weight", 2561),
        "tensor output_norm.weight",
        "multiples of 32, found 2561");
  }

  @Test
  void dimensionsThatAreNone() {
    refuses(GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight"), "attn_q", "1 to 4", "found 0");
    refuses(GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight", 32, 2, 2, 2, 2, 2), "found 6");
    refuses(GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight", 32, 0), "attn_q", "found 0");
    refuses(GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight", 32, -32), "attn_q", "found");
    refuses(
        GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight", 1L << 32, 1L << 32),
        "attn_q",
        "2^63");
    refuses(
        GgufBytes.tinyMixtral().reshaped("output_norm.weight", 1L << 31, (1L << 31) - 1),
        "output_norm",
        "pass 2^63 bytes");
  }

  @Test
  void rowsThatDoNotFillBlocks() {
    refuses(
        GgufBytes.tinyMixtral().reshaped("blk.0.attn_q.weight", 16, 64),
        "tensor blk.0.attn_q.weight",
        "Q8_0 blocks of 32",
        "rows of 16");
  }

  @Test
  void filesThatAreNotThere(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("no.gguf");
    assertThatThrownBy(() -> GgufCheckpoint.open(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> GgufCheckpoint.open(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(folder.toString());
    Path empty = Files.createFile(folder.resolve("empty.gguf"));
    assertThatThrownBy(() -> GgufCheckpoint.open(empty))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("an empty file");
  }

  @Test
  void useAfterCloseFailsInJava(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.gguf"), GgufBytes.tinyMixtral().build());
    var checkpoint = GgufCheckpoint.open(path);
    var weight = checkpoint.weight(Role.Global.FINAL_NORM);
    assertThat(weight.data().byteSize()).isEqualTo(128);
    checkpoint.close();
    assertThatThrownBy(() -> weight.getFloat(0)).isInstanceOf(IllegalStateException.class);
    assertThat(checkpoint.vocabulary()).isPresent(); // decoded when the file was opened
  }

  @Test
  void weightsCannotBeWritten(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.gguf"), GgufBytes.tinyMixtral().build());
    try (var checkpoint = GgufCheckpoint.open(path)) {
      var weight = checkpoint.weight(Role.Global.FINAL_NORM);
      assertThatThrownBy(() -> weight.setFloat(0, 1)).isInstanceOf(RuntimeException.class);
    }
  }
}
