package sirocco.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import sirocco.tensor.DType;

/// A GGUF file put together byte by byte, without the code under test and without its care: lengths
/// and types can be lies.
@SuppressWarnings("ByteBufferBackingArray") // every buffer here is wrapped or allocated
final class GgufBytes {
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;

  /// A tensor record. `offset` -1: right behind the one before, aligned.
  private record Entry(List<Long> dimensions, int type, long offset, ByteBuffer data) {}

  private final Map<String, byte[]> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();
  private final List<Integer> fields = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int version = 3;
  private long extraTensors;
  private long extraKeys;
  private long alignment = 32;

  /// A whole Mixtral of one layer: V 40, D 32, F 64, H 2, G 1, d 16, E 2, K 1.
  static GgufBytes tinyMixtral() {
    var file = tinyHead(40);
    file.uint32("llama.expert_count", 2).uint32("llama.expert_used_count", 1);
    file.tinyAttention();
    return file.tensor("blk.0.ffn_gate_inp.weight", DType.F32, 32, 2)
        .tensor("blk.0.ffn_gate_exps.weight", DType.Q4_0, 32, 64, 2)
        .tensor("blk.0.ffn_up_exps.weight", DType.Q8_0, 32, 64, 2)
        .tensor("blk.0.ffn_down_exps.weight", DType.Q4_0, 64, 32, 2);
  }

  /// The same, dense.
  static GgufBytes tinyLlama() {
    var file = tinyHead(40);
    file.tinyAttention();
    return file.tensor("blk.0.ffn_gate.weight", DType.F16, 32, 64)
        .tensor("blk.0.ffn_up.weight", DType.F16, 32, 64)
        .tensor("blk.0.ffn_down.weight", DType.F16, 64, 32);
  }

  /// The Mixtral in the layout of one tensor an expert, with a byte-level vocabulary.
  static GgufBytes tinySplitMixtral() {
    GgufBytes file =
        tinyMixtral()
            .text("tokenizer.ggml.model", "gpt2")
            .text("tokenizer.ggml.pre", "tekken")
            .array("tokenizer.ggml.merges", STRING, 3, strings("a b", "ab c", "Ġ t"));
    file.without("tokenizer.ggml.scores").without("tokenizer.ggml.token_type");
    for (String part : List.of("gate", "up", "down")) {
      long[] shape = part.equals("down") ? new long[] {64, 32} : new long[] {32, 64};
      file.without("blk.0.ffn_" + part + "_exps.weight");
      file.tensor("blk.0.ffn_" + part + ".0.weight", DType.F16, shape);
      file.tensor("blk.0.ffn_" + part + ".1.weight", DType.Q8_0, shape);
    }
    return file;
  }

  private static GgufBytes tinyHead(int vocabulary) {
    var file = new GgufBytes();
    file.text("general.architecture", "llama");
    file.uint32("llama.context_length", 128).uint32("llama.embedding_length", 32);
    file.uint32("llama.block_count", 1).uint32("llama.feed_forward_length", 64);
    file.uint32("llama.attention.head_count", 2).uint32("llama.attention.head_count_kv", 1);
    file.uint32("llama.rope.dimension_count", 16).float32("llama.rope.freq_base", 1e6f);
    file.float32("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    file.uint32("llama.vocab_size", vocabulary);
    file.text("tokenizer.ggml.model", "llama");
    file.array("tokenizer.ggml.tokens", STRING, vocabulary, strings(tinyTokens(vocabulary)));
    file.array("tokenizer.ggml.scores", FLOAT32, vocabulary, new byte[4 * vocabulary]);
    file.array("tokenizer.ggml.token_type", INT32, vocabulary, tinyTypes(vocabulary));
    file.uint32("tokenizer.ggml.bos_token_id", 1).uint32("tokenizer.ggml.eos_token_id", 2);
    file.raw("tokenizer.ggml.add_bos_token", BOOL, new byte[] {1});
    file.text("tokenizer.chat_template", "{{ bos_token }}");
    return file;
  }

  private void tinyAttention() {
    tensor("token_embd.weight", DType.F16, 32, 40);
    tensor("output_norm.weight", DType.F32, 32);
    tensor("output.weight", DType.Q8_0, 32, 40);
    tensor("blk.0.attn_norm.weight", DType.F32, 32);
    tensor("blk.0.attn_q.weight", DType.Q8_0, 32, 32);
    tensor("blk.0.attn_k.weight", DType.BF16, 32, 16);
    tensor("blk.0.attn_v.weight", DType.Q4_0, 32, 16);
    tensor("blk.0.attn_output.weight", DType.Q8_0, 32, 32);
    tensor("blk.0.ffn_norm.weight", DType.F32, 32);
  }

  private static String[] tinyTokens(int count) {
    String[] tokens = new String[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = i < 3 ? List.of("<unk>", "<s>", "</s>").get(i) : "▁t" + i;
    }
    tokens[3] = "<0x0A>";
    return tokens;
  }

  private static byte[] tinyTypes(int count) {
    byte[] types = new byte[4 * count];
    for (int i = 0; i < count; i++) {
      types[4 * i] = (byte) (int) List.of(2, 3, 3, 6, 1).get(Math.min(i, 4));
    }
    return types;
  }

  GgufBytes uint32(String key, long value) {
    return raw(key, UINT32, bytes(4).putInt((int) value).array());
  }

  GgufBytes float32(String key, float value) {
    return raw(key, FLOAT32, bytes(4).putFloat(value).array());
  }

  GgufBytes text(String key, String value) {
    return raw(key, STRING, strings(value));
  }

  GgufBytes array(String key, int element, long count, byte[] data) {
    return raw(
        key, ARRAY, bytes(12 + data.length).putInt(element).putLong(count).put(data).array());
  }

  /// A value of these bytes.
  GgufBytes raw(String key, int type, byte[] data) {
    metadata.put(key, bytes(4 + data.length).putInt(type).put(data).array());
    return this;
  }

  GgufBytes without(String name) {
    metadata.remove(name);
    tensors.remove(name);
    return this;
  }

  /// A tensor of random numbers; dimensions innermost first, as in the file.
  GgufBytes tensor(String name, DType type, long... dimensions) {
    long elements = 1;
    for (long extent : dimensions) {
      elements *= extent;
    }
    byte[] data = new byte[(int) (elements / type.blockElements() * type.blockBytes())];
    new SplittableRandom(name.length()).nextBytes(data);
    return tensor(name, type.ggufId(), -1, data, dimensions);
  }

  GgufBytes tensor(String name, int type, long offset, byte[] data, long... dimensions) {
    var extents = Arrays.stream(dimensions).boxed().toList();
    tensors.put(name, new Entry(extents, type, offset, ByteBuffer.wrap(data)));
    return this;
  }

  /// Moves a tensor.
  GgufBytes at(String name, long offset) {
    tensors.computeIfPresent(
        name, (_, old) -> new Entry(old.dimensions(), old.type(), offset, old.data()));
    return this;
  }

  /// The same data under other dimensions.
  GgufBytes reshaped(String name, long... dimensions) {
    var extents = Arrays.stream(dimensions).boxed().toList();
    tensors.computeIfPresent(
        name, (_, old) -> new Entry(extents, old.type(), old.offset(), old.data()));
    return this;
  }

  GgufBytes version(int number) {
    version = number;
    return this;
  }

  /// What `general.alignment` says and the tensors obey.
  GgufBytes alignment(long value) {
    alignment = value;
    return uint32("general.alignment", value);
  }

  /// Adds to the counts in the head.
  GgufBytes lyingCounts(long moreTensors, long moreKeys) {
    extraTensors = moreTensors;
    extraKeys = moreKeys;
    return this;
  }

  /// Where numbers lie in the file that was built last.
  List<Integer> fields() {
    return List.copyOf(fields);
  }

  byte[] build() {
    out.reset();
    fields.clear();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    number(4, version);
    number(8, tensors.size() + extraTensors);
    number(8, metadata.size() + extraKeys);
    metadata.forEach(this::writeEntry);
    long offset = 0;
    var data = new ByteArrayOutputStream();
    for (var tensor : tensors.entrySet()) {
      Entry entry = tensor.getValue();
      long place = entry.offset() == -1 ? offset : entry.offset();
      writeRecord(tensor.getKey(), entry, place);
      data.writeBytes(entry.data().array());
      pad(data);
      offset = data.size();
    }
    pad(out);
    out.writeBytes(data.toByteArray());
    return out.toByteArray();
  }

  private void writeEntry(String key, byte[] value) {
    fields.add(out.size());
    out.writeBytes(strings(key));
    fields.add(out.size());
    fields.add(out.size() + 4);
    fields.add(out.size() + 8);
    out.writeBytes(value);
  }

  private void writeRecord(String name, Entry entry, long place) {
    fields.add(out.size());
    out.writeBytes(strings(name));
    number(4, entry.dimensions().size());
    for (long extent : entry.dimensions()) {
      number(8, extent);
    }
    number(4, entry.type());
    number(8, place);
  }

  private void number(int width, long value) {
    fields.add(out.size());
    out.write(bytes(8).putLong(value).array(), 0, width);
  }

  private void pad(ByteArrayOutputStream target) {
    while (alignment > 0 && alignment <= 4096 && target.size() % alignment != 0) {
      target.write(0);
    }
  }

  /// The file in native memory, as the reader wants it.
  MemorySegment segment(Arena arena) {
    byte[] file = build();
    MemorySegment segment = arena.allocate(file.length, 64);
    return segment.copyFrom(MemorySegment.ofArray(file));
  }

  static byte[] strings(String... values) {
    var all = new ByteArrayOutputStream();
    for (String value : values) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      all.writeBytes(bytes(8).putLong(utf8.length).array());
      all.writeBytes(utf8);
    }
    return all.toByteArray();
  }

  /// A little-endian int64.
  static byte[] int64(long value) {
    return bytes(8).putLong(value).array();
  }

  static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
