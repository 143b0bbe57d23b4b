package sirocco.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.tensor.TensorException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// The header of a safetensors file: 8 bytes of length, then that much JSON, then the data (source:
/// huggingface/safetensors, "Format").
///
/// @param spans where each tensor lies, in the order of the header
/// @param metadata the strings under `__metadata__`
/// @param dataStart byte of the file where offset 0 is
record SafetensorsHeader(Map<String, Span> spans, Map<String, String> metadata, long dataStart) {
  /// The limit of the reference implementation.
  static final long MAX_BYTES = 100_000_000;

  /// More than any model has, few enough to keep.
  static final int MAX_TENSORS = 1 << 18;

  private static final int MAX_RANK = 16;
  private static final JsonFactory JSON = JsonFile.factory(40L * MAX_TENSORS);

  /// @param begin offset of the first byte from the data's start
  /// @param end offset after the last byte
  record Span(Checkpoint.Entry entry, long begin, long end) {}

  /// Reads and checks the header of a whole file.
  ///
  /// @param file what messages call it
  /// @param bytes all of the file
  static SafetensorsHeader parse(Path file, MemorySegment bytes) {
    if (bytes.byteSize() < Long.BYTES) {
      throw new CheckpointException(
          file, "expected 8 bytes of header length, found a file of " + bytes.byteSize());
    }
    long length = bytes.get(Tensor.LONG, 0);
    if (length < 2 || length > MAX_BYTES) {
      throw new CheckpointException(
          file,
          "header length: expected 2 to " + MAX_BYTES + ", found " + Long.toUnsignedString(length));
    }
    long dataStart = Long.BYTES + length;
    if (dataStart > bytes.byteSize()) {
      throw new CheckpointException(
          file,
          "header length "
              + length
              + " passes the end of the file ("
              + bytes.byteSize()
              + " bytes): truncated?");
    }
    if (bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) != '{') {
      throw new CheckpointException(file, "header: expected a JSON object");
    }
    var parsing = new Parsing(file, bytes.byteSize() - dataStart);
    parsing.document(bytes.asSlice(Long.BYTES, length));
    parsing.requireTiling();
    return new SafetensorsHeader(
        Collections.unmodifiableMap(parsing.spans),
        Collections.unmodifiableMap(parsing.metadata),
        dataStart);
  }

  /// What has been read so far.
  private static final class Parsing {
    private final Path file;
    private final long dataBytes;
    private final Map<String, Span> spans = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    Parsing(Path file, long dataBytes) {
      this.file = file;
      this.dataBytes = dataBytes;
    }

    void document(MemorySegment json) {
      // Through a reader: Jackson would guess the encoding of bytes, and let bad UTF-8 pass.
      Reader utf8 =
          new InputStreamReader(
              new SegmentStream(json),
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT));
      try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), utf8)) {
        require(parser.nextToken() == JsonToken.START_OBJECT, "expected a JSON object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          if (name.equals("__metadata__")) {
            readMetadata(parser);
          } else {
            readTensor(name, parser);
          }
        }
        require(parser.nextToken() == null, "text after the end of the JSON object");
      } catch (JacksonIOException e) {
        throw new CheckpointException(file, "header: expected UTF-8 text", e);
      } catch (JacksonException e) {
        throw new CheckpointException(file, "header: bad JSON: " + e.getOriginalMessage(), e);
      }
    }

    private void readMetadata(JsonParser parser) {
      require(parser.currentToken() == JsonToken.START_OBJECT, "__metadata__: expected an object");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        require(
            parser.nextToken() == JsonToken.VALUE_STRING,
            "__metadata__." + key + ": expected a string");
        metadata.put(key, parser.getString());
      }
    }

    private void readTensor(String name, JsonParser parser) {
      require(spans.size() < MAX_TENSORS, "more than " + MAX_TENSORS + " tensors");
      require(parser.currentToken() == JsonToken.START_OBJECT, tensor(name) + "expected an object");
      Optional<String> type = Optional.empty();
      Optional<List<Long>> extents = Optional.empty();
      Optional<List<Long>> offsets = Optional.empty();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        switch (key) {
          case "dtype" -> {
            require(
                parser.currentToken() == JsonToken.VALUE_STRING,
                tensor(name) + "dtype: expected a string");
            type = Optional.of(parser.getString());
          }
          case "shape" -> extents = Optional.of(readIntegers(name, key, parser));
          case "data_offsets" -> offsets = Optional.of(readIntegers(name, key, parser));
          default -> throw error(tensor(name) + "unknown key " + key);
        }
      }
      if (type.isEmpty() || extents.isEmpty() || offsets.isEmpty()) {
        throw error(tensor(name) + "expected dtype, shape and data_offsets");
      }
      add(name, type.get(), extents.get(), offsets.get());
    }

    private List<Long> readIntegers(String name, String key, JsonParser parser) {
      String expected = tensor(name) + key + ": expected an array of integers from 0 to 2^63 - 1";
      require(parser.currentToken() == JsonToken.START_ARRAY, expected);
      var numbers = new ArrayList<Long>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && parser.getLongValue() >= 0,
            expected);
        numbers.add(parser.getLongValue());
        require(numbers.size() <= MAX_RANK, tensor(name) + key + ": more than " + MAX_RANK);
      }
      return numbers;
    }

    private void add(String name, String typeName, List<Long> extents, List<Long> offsets) {
      DType dtype =
          SafetensorsType.of(typeName)
              .orElseThrow(() ->
                  error(
                      tensor(name)
                          + "type "
                          + typeName
                          + " is not supported (read are F64 F32 F16 BF16 I64 I32 I16 I8)"));
      require(offsets.size() == 2, tensor(name) + "data_offsets: expected 2, found " + offsets);
      long begin = offsets.get(0);
      long end = offsets.get(1);
      require(
          begin <= end && end <= dataBytes,
          tensor(name)
              + "data_offsets "
              + offsets
              + " do not lie in the file's "
              + dataBytes
              + " bytes of data");
      Shape shape;
      long size;
      try {
        shape = new Shape(extents);
        size = dtype.bytes(shape.elements());
      } catch (TensorException e) {
        throw new CheckpointException(file, tensor(name) + e.getMessage(), e);
      }
      require(
          size == end - begin,
          tensor(name)
              + dtype
              + shape
              + " takes "
              + size
              + " bytes, data_offsets give "
              + (end - begin));
      spans.put(name, new Span(new Checkpoint.Entry(name, dtype, shape, file), begin, end));
    }

    /// The tensors must fill the data exactly: what overlaps or hides between them is an attack or
    /// a broken writer.
    void requireTiling() {
      List<Span> byPlace =
          spans.values().stream()
              .sorted(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end))
              .toList();
      long end = 0;
      for (Span span : byPlace) {
        require(
            span.begin == end,
            tensor(span.entry.name())
                + (span.begin < end ? "overlaps the tensor before it" : "leaves a hole before it")
                + ": expected to begin at "
                + end
                + ", found "
                + span.begin);
        end = span.end;
      }
      require(
          end == dataBytes,
          "expected " + end + " bytes of data, found " + dataBytes + ": damaged download?");
    }

    private static String tensor(String name) {
      return "tensor " + (name.length() > 200 ? name.substring(0, 200) + "…" : name) + ": ";
    }

    private void require(boolean holds, String message) {
      if (!holds) {
        throw error(message);
      }
    }

    private CheckpointException error(String message) {
      return new CheckpointException(file, message);
    }
  }

  /// Native memory as a stream.
  private static final class SegmentStream extends InputStream {
    private final MemorySegment segment;
    private long position;

    SegmentStream(MemorySegment segment) {
      this.segment = segment;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      long left = segment.byteSize() - position;
      if (left == 0 && length > 0) {
        return -1;
      }
      int count = (int) Math.min(left, length);
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, position, target, offset, count);
      position += count;
      return count;
    }
  }
}
