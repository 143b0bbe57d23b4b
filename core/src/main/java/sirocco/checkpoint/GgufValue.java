package sirocco.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import sirocco.tensor.Tensor;

/// A metadata value of a GGUF file.
public sealed interface GgufValue {
  /// How the value is stored.
  GgufType type();

  /// A whole number of any of the eight integer types.
  ///
  /// @param value the number; the bits of it for a UINT64 above 2^63
  record Whole(GgufType type, long value) implements GgufValue {
    public Whole {
      if (!type.isInteger()) {
        throw new IllegalArgumentException(type + " is not a type of whole numbers");
      }
    }

    @Override
    public String toString() {
      return type == GgufType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }
  }

  /// A floating-point number, FLOAT32 or FLOAT64.
  record Real(GgufType type, double value) implements GgufValue {
    public Real {
      if (type != GgufType.FLOAT32 && type != GgufType.FLOAT64) {
        throw new IllegalArgumentException(type + " is not a type of floating-point numbers");
      }
    }

    @Override
    public String toString() {
      return Double.toString(value);
    }
  }

  /// True or false.
  record Flag(boolean value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.BOOL;
    }

    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A text.
  record Text(String value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.STRING;
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /// Values of one type, left as the file has them: a vocabulary of 100,000 strings costs nothing
  /// until it is asked for. The bounds of every element were checked when the file was opened.
  ///
  /// @param element the type of the elements
  /// @param count how many there are
  /// @param data the elements, one after another
  record Array(GgufType element, long count, MemorySegment data) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.ARRAY;
    }

    @Override
    public String toString() {
      return "array of " + count + " " + element;
    }
  }

  /// A UINT32.
  static GgufValue uint32(long value) {
    return new Whole(GgufType.UINT32, value);
  }

  /// A FLOAT32.
  static GgufValue float32(float value) {
    return new Real(GgufType.FLOAT32, value);
  }

  /// A FLOAT64.
  static GgufValue float64(double value) {
    return new Real(GgufType.FLOAT64, value);
  }

  static GgufValue flag(boolean value) {
    return new Flag(value);
  }

  static GgufValue text(String value) {
    return new Text(value);
  }

  /// An array of STRING.
  static GgufValue texts(List<String> values) {
    var bytes = new ByteArrayOutputStream(values.size() * 16);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (String value : values) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      bytes.writeBytes(length.putLong(0, utf8.length).array());
      bytes.writeBytes(utf8);
    }
    return new Array(
        GgufType.STRING, values.size(), MemorySegment.ofArray(bytes.toByteArray()).asReadOnly());
  }

  /// An array of FLOAT32.
  static GgufValue floats(List<Float> values) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.size() * Float.BYTES]);
    for (int i = 0; i < values.size(); i++) {
      data.setAtIndex(Tensor.FLOAT, i, values.get(i));
    }
    return new Array(GgufType.FLOAT32, values.size(), data);
  }

  /// An array of UINT8.
  static GgufValue bytes(byte[] values) {
    return new Array(
        GgufType.UINT8, values.length, MemorySegment.ofArray(values.clone()).asReadOnly());
  }

  /// An array of INT32.
  static GgufValue ints(List<Integer> values) {
    MemorySegment data = MemorySegment.ofArray(new byte[values.size() * Integer.BYTES]);
    for (int i = 0; i < values.size(); i++) {
      data.setAtIndex(Tensor.INT, i, values.get(i));
    }
    return new Array(GgufType.INT32, values.size(), data);
  }
}
