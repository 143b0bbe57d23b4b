package sirocco.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Walks the fields of one protobuf message (protobuf.dev, "Encoding"). Every length is checked
/// against what is left before anything is made of it.
final class ProtobufReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final byte[] data;
  private final int end;
  private int at;
  private int field;
  private int wire;

  ProtobufReader(byte[] data) {
    this(data, 0, data.length);
  }

  private ProtobufReader(byte[] data, int from, int to) {
    this.data = data;
    this.at = from;
    this.end = to;
  }

  /// Goes to the next field; false at the end. The field's value must be taken before the next
  /// call.
  boolean next() {
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw bad("a field number from 1 to 2^29", Long.toString(tag >>> 3));
    }
    return true;
  }

  int field() {
    return field;
  }

  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> take(8);
      case BYTES -> take(length());
      case FIXED32 -> take(4);
      // Groups (3 and 4) went out of use before SentencePiece was written.
      default -> throw bad("a wire type 0, 1, 2 or 5", Integer.toString(wire));
    }
  }

  long number() {
    expect(VARINT);
    return varint();
  }

  boolean flag() {
    return number() != 0;
  }

  float float32() {
    expect(FIXED32);
    int from = take(4);
    return ByteBuffer.wrap(data, from, 4).order(ByteOrder.LITTLE_ENDIAN).getFloat();
  }

  String string() {
    expect(BYTES);
    int length = length();
    int from = take(length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(data, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TokenizerException(
          "field " + field + " at byte " + from + ": expected UTF-8 text, found other bytes", e);
    }
  }

  byte[] bytes() {
    expect(BYTES);
    int length = length();
    int from = take(length);
    return Arrays.copyOfRange(data, from, from + length);
  }

  ProtobufReader message() {
    expect(BYTES);
    int length = length();
    int from = take(length);
    return new ProtobufReader(data, from, from + length);
  }

  private void expect(int wanted) {
    if (wire != wanted) {
      throw bad("wire type " + wanted, Integer.toString(wire));
    }
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw bad("at most " + (end - at) + " bytes", Long.toUnsignedString(length));
    }
    return (int) length;
  }

  private int take(int count) {
    if (count > end - at) {
      throw bad(count + " bytes", Integer.toString(end - at));
    }
    int from = at;
    at += count;
    return from;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = data[take(1)];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw bad("a number of at most 10 bytes", "a longer one");
  }

  private TokenizerException bad(String expected, String found) {
    return new TokenizerException(
        "field " + field + " at byte " + at + ": expected " + expected + ", found " + found);
  }
}
