package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import sirocco.tensor.Tensor;

/// The metadata of a GGUF file, with getters that check the type of what they give.
///
/// @param file for messages
/// @param values by key, in the file's order
public record GgufMetadata(Path file, SequencedMap<String, GgufValue> values) {
  /// Most elements of an array that is decoded: eight times the largest vocabulary of the family.
  private static final long MAX_ELEMENTS = 1 << 21;

  /// Most bytes of an array that is decoded.
  private static final long MAX_ARRAY_BYTES = 1 << 26;

  public GgufMetadata {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  public Optional<GgufValue> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /// A whole number that fits an int.
  ///
  /// @throws CheckpointException if the key holds anything else
  public OptionalInt integer(String key) {
    GgufValue value = values.get(key);
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value instanceof GgufValue.Whole whole && fitsInt(whole)) {
      return OptionalInt.of((int) whole.value());
    }
    throw mismatch(key, "a whole number that fits 31 bits", value);
  }

  /// A whole number, or an array of them that are all equal: some converters write per-layer
  /// values.
  ///
  /// @throws CheckpointException if the key holds anything else
  public OptionalInt uniformInteger(String key) {
    if (!(values.get(key) instanceof GgufValue.Array array)) {
      return integer(key);
    }
    List<Integer> all = integers(key).orElse(List.of());
    if (all.isEmpty() || all.stream().distinct().count() > 1) {
      throw error(key, "expected one value for every layer, found " + describe(array, all));
    }
    return OptionalInt.of(all.getFirst());
  }

  /// A floating-point or whole number.
  ///
  /// @throws CheckpointException if the key holds anything else
  public OptionalDouble real(String key) {
    return switch (values.get(key)) {
      case null -> OptionalDouble.empty();
      case GgufValue.Real real -> OptionalDouble.of(real.value());
      case GgufValue.Whole whole -> OptionalDouble.of((double) whole.value());
      case GgufValue.Flag v -> throw mismatch(key, "a number", v);
      case GgufValue.Text v -> throw mismatch(key, "a number", v);
      case GgufValue.Array v -> throw mismatch(key, "a number", v);
    };
  }

  /// A BOOL.
  ///
  /// @throws CheckpointException if the key holds anything else
  public Optional<Boolean> flag(String key) {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof GgufValue.Flag(boolean set)) {
      return Optional.of(set);
    }
    throw mismatch(key, "a BOOL", value);
  }

  /// A STRING.
  ///
  /// @throws CheckpointException if the key holds anything else
  public Optional<String> text(String key) {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof GgufValue.Text(String text)) {
      return Optional.of(text);
    }
    throw mismatch(key, "a STRING", value);
  }

  /// The elements of an array of STRING.
  ///
  /// @throws CheckpointException if the key holds anything else, or more than 2^21 of them
  public Optional<List<String>> texts(String key) {
    return array(key, "an array of STRING", GgufType.STRING)
        .map(array -> {
          var in = new GgufCursor(file, array.data());
          in.enter("metadata key " + key);
          var texts = new ArrayList<String>((int) array.count());
          for (long i = 0; i < array.count(); i++) {
            texts.add(in.text("element " + i));
          }
          return texts;
        });
  }

  /// The elements of an array of FLOAT32.
  ///
  /// @throws CheckpointException if the key holds anything else, or more than 2^21 of them
  public Optional<List<Float>> floats(String key) {
    return array(key, "an array of FLOAT32", GgufType.FLOAT32)
        .map(array -> {
          var floats = new ArrayList<Float>((int) array.count());
          for (float value : array.data().toArray(Tensor.FLOAT)) {
            floats.add(value);
          }
          return floats;
        });
  }

  /// The elements of an array of INT32 or UINT32.
  ///
  /// @throws CheckpointException if the key holds anything else, or more than 2^21 of them
  public Optional<List<Integer>> integers(String key) {
    return array(key, "an array of INT32 or UINT32", GgufType.INT32, GgufType.UINT32)
        .map(array -> {
          MemorySegment data = array.data();
          var integers = new ArrayList<Integer>((int) array.count());
          for (long i = 0; i < array.count(); i++) {
            int value = data.getAtIndex(Tensor.INT, i);
            if (value < 0 && array.element() == GgufType.UINT32) {
              throw error(key, "expected elements below 2^31, found more");
            }
            integers.add(value);
          }
          return integers;
        });
  }

  /// The elements of an array of UINT8 or INT8.
  ///
  /// @throws CheckpointException if the key holds anything else, or more than 2^21 of them
  public Optional<byte[]> bytes(String key) {
    return array(key, "an array of UINT8 or INT8", GgufType.UINT8, GgufType.INT8)
        .map(array -> array.data().toArray(ValueLayout.JAVA_BYTE));
  }

  CheckpointException error(String key, String message) {
    return new CheckpointException(
        file, "metadata key " + GgufCursor.printable(key) + ": " + message);
  }

  CheckpointException missing(String key) {
    return error(key, "is missing");
  }

  private Optional<GgufValue.Array> array(String key, String expected, GgufType... elements) {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof GgufValue.Array array) || !List.of(elements).contains(array.element())) {
      throw mismatch(key, expected, value);
    }
    if (array.count() > MAX_ELEMENTS || array.data().byteSize() > MAX_ARRAY_BYTES) {
      throw error(
          key,
          "expected at most "
              + MAX_ELEMENTS
              + " elements in "
              + MAX_ARRAY_BYTES
              + " bytes, found "
              + array.count()
              + " in "
              + array.data().byteSize());
    }
    return Optional.of(array);
  }

  private CheckpointException mismatch(String key, String expected, GgufValue found) {
    String shown =
        found instanceof GgufValue.Array
            ? found.toString()
            : found.type() + " " + GgufCursor.printable(found.toString());
    return error(key, "expected " + expected + ", found " + shown);
  }

  private static boolean fitsInt(GgufValue.Whole whole) {
    boolean wrapped = whole.type() == GgufType.UINT64 && whole.value() < 0;
    return !wrapped && whole.value() == (int) whole.value();
  }

  private static String describe(GgufValue.Array array, List<Integer> all) {
    return array.count() <= 8 ? all.toString() : array + " of different values";
  }
}
