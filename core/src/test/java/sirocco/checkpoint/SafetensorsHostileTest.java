package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One test an attack: a damaged or hostile file gives one line, never a crash.
class SafetensorsHostileTest {
  @TempDir Path folder;

  private String refusal(byte[] bytes) throws IOException {
    Path path = folder.resolve("bad.safetensors");
    Files.write(path, bytes);
    return refusal(path);
  }

  private static String refusal(Path path) {
    var failure =
        assertThatExceptionOfType(CheckpointException.class)
            .isThrownBy(() -> SafetensorsFile.open(path).close())
            .actual();
    String message = String.valueOf(failure.getMessage());
    assertThat(message).startsWith(path + ": ").doesNotContain("\n", "\r").hasSizeLessThan(1100);
    return message.substring((path + ": ").length());
  }

  private static byte[] file(long length, byte[] header, int data) {
    return ByteBuffer.allocate(8 + header.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }

  private static byte[] file(String header, int data) {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    return file(bytes.length, bytes, data);
  }

  private static String tensor(String name, String type, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, type, shape, offsets);
  }

  private String refusal(int data, String... tensors) throws IOException {
    return refusal(file("{" + String.join(",", tensors) + "}", data));
  }

  @Test
  void emptyAndCutShort() throws IOException {
    assertThat(refusal(new byte[0]))
        .isEqualTo("expected 8 bytes of header length, found a file of 0");
    assertThat(refusal(new byte[7])).endsWith("found a file of 7");
    byte[] whole = file("{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 8);
    for (int length = 0; length < whole.length; length++) {
      assertThat(refusal(java.util.Arrays.copyOf(whole, length))).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,18446744073709551615", "9223372036854775807,9223372036854775807", "0,0", "1,1"})
  void headerLengthsFarOff(long length, String shown) throws IOException {
    assertThat(refusal(file(length, "{}".getBytes(StandardCharsets.UTF_8), 0)))
        .isEqualTo("header length: expected 2 to 100000000, found " + shown);
  }

  @Test
  void headerLengthPastTheEnd() throws IOException {
    assertThat(refusal(file(1000, "{}".getBytes(StandardCharsets.UTF_8), 0)))
        .isEqualTo("header length 1000 passes the end of the file (10 bytes): truncated?");
  }

  @Test
  void headerThatIsNoStrictJson() throws IOException {
    assertThat(refusal(file("[]", 0))).isEqualTo("header: expected a JSON object");
    assertThat(refusal(file(" {}", 0))).isEqualTo("header: expected a JSON object");
    assertThat(refusal(file("{}{}", 0))).isEqualTo("text after the end of the JSON object");
    assertThat(refusal(file("{\"a", 0))).contains("bad JSON");
    assertThat(refusal(file("{\"a\":NaN}", 0))).contains("bad JSON");
    assertThat(refusal(file(3, new byte[] {'{', 0, '}'}, 0))).contains("bad JSON");
    assertThat(refusal(file("{" + "\"a\":{".repeat(100_000), 0))).contains("tensor a: ");
    assertThat(refusal(file("{\"a\":{\"shape\":" + "[".repeat(100_000), 0))).contains("tensor a: ");
  }

  @Test
  void headerThatIsNotUtf8() throws IOException {
    byte[] overlong = {'{', '"', (byte) 0xc0, (byte) 0xaf, '"', ':', '1', '}'};
    assertThat(refusal(file(overlong.length, overlong, 0)))
        .isEqualTo("header: expected UTF-8 text");
  }

  @Test
  void oneNameTwice() throws IOException {
    String a = tensor("a", "F32", "[1]", "[0,4]");
    assertThat(refusal(4, a, a)).contains("bad JSON").containsIgnoringCase("duplicate");
  }

  @Test
  void unknownType() throws IOException {
    assertThat(refusal(4, tensor("a", "F8_E4M3", "[4]", "[0,4]")))
        .startsWith("tensor a: type F8_E4M3 is not supported");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[-1];[0,4]",
        "[1.5];[0,4]",
        "[\"1\"];[0,4]",
        "[null];[0,4]",
        "[[1]];[0,4]",
        "1;[0,4]",
        "[9223372036854775808];[0,4]",
        "[1e3];[0,4]",
        "[1];[0]",
        "[1];[0,2,4]",
        "[1];[-4,0]",
        "[1];{}",
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1];[0,4]",
      })
  void shapesAndOffsetsOfTheWrongKind(String shape, String offsets) throws IOException {
    assertThat(refusal(4, tensor("a", "F32", shape, offsets))).startsWith("tensor a: ");
  }

  @Test
  void sizesThatOverflow() throws IOException {
    String huge = "[4294967296,4294967296]";
    assertThat(refusal(4, tensor("a", "F32", huge, "[0,4]")))
        .startsWith("tensor a: ")
        .contains("more than 2^63");
    assertThat(refusal(4, tensor("a", "F64", "[2305843009213693952]", "[0,4]")))
        .startsWith("tensor a: ")
        .contains("2^63");
  }

  @Test
  void offsetsOutsideTheFile() throws IOException {
    assertThat(refusal(4, tensor("a", "F32", "[2]", "[0,8]")))
        .isEqualTo("tensor a: data_offsets [0, 8] do not lie in the file's 4 bytes of data");
    assertThat(refusal(4, tensor("a", "F32", "[1]", "[9223372036854775803,9223372036854775807]")))
        .contains("do not lie in");
    assertThat(refusal(4, tensor("a", "F32", "[1]", "[4,0]"))).contains("do not lie in");
  }

  @Test
  void sizeThatIsNotTheShapes() throws IOException {
    assertThat(refusal(8, tensor("a", "F32", "[1]", "[0,8]")))
        .isEqualTo("tensor a: F32[1] takes 4 bytes, data_offsets give 8");
  }

  @Test
  void overlapsHolesAndTails() throws IOException {
    String a = tensor("a", "F32", "[2]", "[0,8]");
    assertThat(refusal(12, a, tensor("b", "F32", "[2]", "[4,12]")))
        .isEqualTo("tensor b: overlaps the tensor before it: expected to begin at 8, found 4");
    assertThat(refusal(8, a, tensor("b", "F32", "[2]", "[0,8]"))).contains("overlaps");
    assertThat(refusal(20, a, tensor("b", "F32", "[2]", "[12,20]"))).contains("leaves a hole");
    assertThat(refusal(8, a, tensor("b", "F32", "[0]", "[4,4]"))).contains("overlaps");
    assertThat(refusal(9, a)).isEqualTo("expected 8 bytes of data, found 9: damaged download?");
  }

  @Test
  void incompleteAndUnknownKeys() throws IOException {
    assertThat(refusal(0, "\"a\":{\"dtype\":\"F32\",\"shape\":[0]}"))
        .isEqualTo("tensor a: expected dtype, shape and data_offsets");
    assertThat(refusal(0, "\"a\":{\"dtype\":1}")).contains("dtype: expected a string");
    assertThat(refusal(0, "\"a\":{\"stride\":[1]}")).contains("unknown key stride");
    assertThat(refusal(0, "\"a\":7")).isEqualTo("tensor a: expected an object");
    assertThat(refusal(0, "\"__metadata__\":{\"format\":1}")).contains("__metadata__.format");
    assertThat(refusal(0, "\"__metadata__\":[]")).contains("__metadata__");
  }

  @Test
  void namesThatForgeLinesOrFillTheScreen() throws IOException {
    assertThat(refusal(0, tensor("a\\nmodel: all is well\\u001b[2J\\u2028", "F32", "[1]", "[0,0]")))
        .startsWith("tensor a\\u000amodel: all is well\\u001b[2J\\u2028: ");
    assertThat(refusal(0, tensor("x".repeat(4000), "F32", "[1]", "[0,0]"))).hasSizeLessThan(400);
    assertThat(refusal(0, tensor("x".repeat(5000), "F32", "[1]", "[0,0]"))).contains("bad JSON");
  }

  @Test
  void aHeaderOfMillionsOfTensorsIsBounded() throws IOException {
    var header = new StringBuilder("{");
    for (int i = 0; i <= SafetensorsHeader.MAX_TENSORS; i++) {
      header.append(i == 0 ? "" : ",").append(tensor("t" + i, "I8", "[0]", "[0,0]"));
    }
    assertThat(refusal(file(header.append("}").toString(), 0)))
        .isEqualTo("more than 262144 tensors");
  }

  @Test
  void aSparseFileOfAThousandGigabytesIsRefusedAtOnce() throws IOException {
    Path path = folder.resolve("huge.safetensors");
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(file("{" + tensor("a", "F32", "[1]", "[0,4]") + "}", 4));
      file.setLength(1L << 40);
    }
    assertThat(refusal(path)).contains("damaged download?");
  }

  @Test
  void whatIsNoFile() throws IOException {
    assertThat(refusal(folder)).isEqualTo("expected a regular file");
    assertThat(refusal(folder.resolve("none"))).isEqualTo("no such file");
    Path loop = folder.resolve("loop.safetensors");
    Files.createSymbolicLink(loop, loop);
    assertThat(refusal(loop)).isEqualTo("is a link to nothing");
    assertThat(refusal(Path.of("/dev/zero"))).isEqualTo("expected a regular file");
  }
}
