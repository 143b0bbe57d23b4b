package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;

/// Reads the head of a GGUF file from front to back. Every length is held against the bytes that
/// are left before anything is sized by it.
final class GgufCursor {
  /// Longest text that is decoded: chat templates have some tens of kilobytes.
  private static final long MAX_TEXT_BYTES = 1 << 22;

  /// Most bytes of all texts that are decoded. A file with holes can claim any number of long ones.
  private static final long MAX_TEXTS_BYTES = 1 << 24;

  private final Path file;
  private final MemorySegment bytes;
  private long position;
  private long decoded;
  private String place = "header";

  GgufCursor(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// Names what is being read, for messages.
  void enter(String newPlace) {
    place = newPlace;
  }

  long position() {
    return position;
  }

  long remaining() {
    return bytes.byteSize() - position;
  }

  CheckpointException error(String message) {
    return new CheckpointException(file, place + ": " + message);
  }

  CheckpointException error(TensorException cause) {
    return new CheckpointException(file, place + ": " + cause.getMessage(), cause);
  }

  int uint8() {
    return Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, take(1)));
  }

  int uint16() {
    return Short.toUnsignedInt(bytes.get(Tensor.SHORT, take(Short.BYTES)));
  }

  int int32() {
    return bytes.get(Tensor.INT, take(Integer.BYTES));
  }

  long int64() {
    return bytes.get(Tensor.LONG, take(Long.BYTES));
  }

  float float32() {
    return bytes.get(Tensor.FLOAT, take(Float.BYTES));
  }

  double float64() {
    return bytes.get(Tensor.DOUBLE, take(Double.BYTES));
  }

  /// A count of things that take at least `smallest` bytes each.
  long count(String what, long smallest) {
    long count = int64();
    if (count < 0 || count > remaining() / smallest) {
      throw error(
          "expected at most "
              + remaining() / smallest
              + " "
              + what
              + " in the "
              + remaining()
              + " bytes that are left, found "
              + Long.toUnsignedString(count));
    }
    return count;
  }

  /// A text of at most `limit` bytes.
  String text(String what, long limit) {
    long length = count("bytes of " + what, 1);
    if (length > Math.min(limit, MAX_TEXT_BYTES)) {
      throw error(
          what
              + ": expected at most "
              + Math.min(limit, MAX_TEXT_BYTES)
              + " bytes, found "
              + length);
    }
    decoded += length;
    if (decoded > MAX_TEXTS_BYTES) {
      throw error("expected at most " + MAX_TEXTS_BYTES + " bytes of text in all, found more");
    }
    long start = take(length);
    byte[] utf8 = bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          file, place + ": " + what + " at byte " + start + ": expected UTF-8 text", e);
    }
  }

  /// A text of any length up to the cap.
  String text(String what) {
    return text(what, MAX_TEXT_BYTES);
  }

  /// Passes over one string without decoding it.
  void skipText() {
    take(count("bytes of text", 1));
  }

  /// Passes over `length` bytes.
  void skip(long length) {
    take(length);
  }

  MemorySegment since(long start) {
    return bytes.asSlice(start, position - start);
  }

  private long take(long length) {
    if (length < 0 || length > remaining()) {
      throw error(
          "expected "
              + length
              + " more bytes at byte "
              + position
              + ", found the end of the file at byte "
              + bytes.byteSize()
              + " (truncated?)");
    }
    long start = position;
    position += length;
    return start;
  }

  /// `text` fit for a one-line message: control characters replaced, long texts cut.
  static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}|[\\u2028\\u2029\\x{D800}-\\x{DFFF}]", "?");
  }
}
