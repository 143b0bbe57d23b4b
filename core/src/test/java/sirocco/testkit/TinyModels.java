package sirocco.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.HuggingFaceWriter;
import sirocco.checkpoint.HuggingFaceWriter.Named;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Folders with small models, in every layout that safetensors models come in. The same weights in
/// two layouts make the same model.
public final class TinyModels {
  private TinyModels() {}

  /// A Hugging Face folder, one tensor a matrix.
  ///
  /// @param source float32 weights with rotary pairs in halves, such as [RandomCheckpoint]
  /// @param dtype F32, F16, BF16 or F64; values are rounded to it
  public static Path huggingFace(Path folder, Checkpoint source, DType dtype) {
    config(folder, source.config(), dtype);
    save(folder.resolve("model.safetensors"), huggingFaceTensors(source, dtype));
    return folder;
  }

  /// The same in `count` shards with an index.
  public static Path sharded(Path folder, Checkpoint source, DType dtype, int count) {
    config(folder, source.config(), dtype);
    var shards = new ArrayList<Map<String, Tensor>>();
    for (int i = 0; i < count; i++) {
      shards.add(new LinkedHashMap<>());
    }
    ObjectNode index = JsonMapper.shared().createObjectNode();
    index.putObject("metadata").put("total_size", 0);
    ObjectNode map = index.putObject("weight_map");
    huggingFaceTensors(source, dtype)
        .forEach((name, tensor) -> {
          int shard = map.size() % count;
          shards.get(shard).put(name, tensor);
          map.put(name, shardName(shard, count));
        });
    for (int i = 0; i < count; i++) {
      save(folder.resolve(shardName(i, count)), shards.get(i));
    }
    write(folder.resolve("model.safetensors.index.json"), index.toString());
    return folder;
  }

  private static String shardName(int shard, int count) {
    return String.format("model-%05d-of-%05d.safetensors", shard + 1, count);
  }

  /// A Hugging Face folder with fused experts, as transformers 5 holds them.
  public static Path fused(Path folder, Checkpoint source, DType dtype) {
    ModelConfig c = source.config();
    config(folder, c, dtype);
    var tensors = new LinkedHashMap<String, Tensor>();
    huggingFaceTensors(source, dtype)
        .forEach((name, tensor) -> {
          if (!name.contains(".experts.")) {
            tensors.put(name.replace("block_sparse_moe.gate", "mlp.gate"), tensor);
          }
        });
    for (int layer = 0; layer < c.numHiddenLayers(); layer++) {
      var gateUp = new ArrayList<Tensor>();
      var down = new ArrayList<Tensor>();
      for (int expert = 0; expert < c.numLocalExperts(); expert++) {
        gateUp.add(source.weight(new Role.Expert(layer, expert, Part.GATE)));
        gateUp.add(source.weight(new Role.Expert(layer, expert, Part.UP)));
        down.add(source.weight(new Role.Expert(layer, expert, Part.DOWN)));
      }
      String experts = "model.layers." + layer + ".mlp.experts.";
      long e = c.numLocalExperts();
      tensors.put(
          experts + "gate_up_proj",
          stack(gateUp, Shape.of(e, 2L * c.intermediateSize(), c.hiddenSize()), dtype));
      tensors.put(
          experts + "down_proj",
          stack(down, Shape.of(e, c.hiddenSize(), c.intermediateSize()), dtype));
    }
    save(folder.resolve("model.safetensors"), tensors);
    return folder;
  }

  /// A folder as Mistral publishes models: other names, and rotary pairs of neighbours.
  public static Path consolidated(Path folder, Checkpoint source, DType dtype) {
    ModelConfig c = source.config();
    ObjectNode params = JsonMapper.shared().createObjectNode();
    params
        .put("dim", c.hiddenSize())
        .put("n_layers", c.numHiddenLayers())
        .put("head_dim", c.headDim())
        .put("hidden_dim", c.intermediateSize())
        .put("n_heads", c.numAttentionHeads())
        .put("n_kv_heads", c.numKeyValueHeads())
        .put("norm_eps", c.rmsNormEps())
        .put("vocab_size", c.vocabSize())
        .put("rope_theta", c.rope().theta())
        .put("max_seq_len", c.maxPositionEmbeddings());
    c.slidingWindow().ifPresent(window -> params.put("sliding_window", window));
    if (c.isMixture()) {
      params
          .putObject("moe")
          .put("num_experts_per_tok", c.numExpertsPerTok())
          .put("num_experts", c.numLocalExperts());
    }
    write(folder.resolve("params.json"), params.toString());
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Named weight : HuggingFaceWriter.weights(c)) {
      Tensor tensor = source.weight(weight.role());
      if (weight.role() instanceof Role.Layer(int _, Part part)
          && (part == Part.QUERY || part == Part.KEY)) {
        tensor = neighbours(tensor, c.headDim());
      }
      tensors.put(consolidatedName(weight.name()), encode(tensor, dtype));
    }
    save(folder.resolve("consolidated.safetensors"), tensors);
    return folder;
  }

  private static String consolidatedName(String name) {
    return name.replace("model.", "")
        .replace("embed_tokens", "tok_embeddings")
        .replace("lm_head", "output")
        .replace("input_layernorm", "attention_norm")
        .replace("post_attention_layernorm", "ffn_norm")
        .replaceAll("self_attn\\.([qkvo])_proj", "attention.w$1")
        .replace("block_sparse_moe", "feed_forward")
        .replace("mlp.gate_proj", "feed_forward.w1")
        .replace("mlp.down_proj", "feed_forward.w2")
        .replace("mlp.up_proj", "feed_forward.w3");
  }

  /// Row i of a head's first half becomes row 2 i, of its second half row 2 i + 1.
  static Tensor neighbours(Tensor halves, int headDim) {
    Tensor result = Tensor.floats(halves.shape(), Arena.ofAuto());
    for (int row = 0; row < halves.rows(); row++) {
      int inHead = row % headDim;
      int half = headDim / 2;
      int to = row - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
      result.entry(to).data().copyFrom(halves.entry(row).data());
    }
    return result;
  }

  private static Map<String, Tensor> huggingFaceTensors(Checkpoint source, DType dtype) {
    var tensors = new LinkedHashMap<String, Tensor>();
    for (Named weight : HuggingFaceWriter.weights(source.config())) {
      tensors.put(weight.name(), encode(source.weight(weight.role()), dtype));
    }
    return tensors;
  }

  private static Tensor stack(List<Tensor> parts, Shape shape, DType dtype) {
    Tensor whole = Tensor.floats(shape, Arena.ofAuto());
    long at = 0;
    for (Tensor part : parts) {
      whole.data().asSlice(at, part.data().byteSize()).copyFrom(part.data());
      at += part.data().byteSize();
    }
    return encode(whole, dtype);
  }

  /// A float32 tensor rounded to a plain type, to nearest, ties to even.
  public static Tensor encode(Tensor floats, DType dtype) {
    Tensor result = Tensor.allocate(dtype, floats.shape(), Arena.ofAuto());
    for (long i = 0; i < floats.shape().elements(); i++) {
      float value = floats.getFloat(i);
      switch (dtype) {
        case F32 -> result.setFloat(i, value);
        case F16 -> result.data().set(Tensor.SHORT, 2 * i, Float.floatToFloat16(value));
        case BF16 -> result.data().set(Tensor.SHORT, 2 * i, bfloat16(value));
        case F64 -> result.data().set(Tensor.DOUBLE, 8 * i, value);
        case I8,
            I16,
            I32,
            I64,
            Q4_0,
            Q4_1,
            Q5_0,
            Q5_1,
            Q8_0,
            Q2_K,
            Q3_K,
            Q4_K,
            Q5_K,
            Q6_K,
            IQ4_NL,
            IQ4_XS ->
            throw new IllegalArgumentException("not a plain type of real numbers: " + dtype);
      }
    }
    return result;
  }

  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  private static void config(Path folder, ModelConfig config, DType dtype) {
    HuggingFaceWriter.writeConfig(folder, config, dtype, OptionalInt.of(1), Set.of(2));
  }

  /// Writes tensors as a safetensors file.
  public static void save(Path file, Map<String, Tensor> tensors) {
    List<Declaration> declarations =
        tensors.entrySet().stream()
            .map(e -> new Declaration(e.getKey(), e.getValue().dtype(), e.getValue().shape()))
            .toList();
    try (var writer = SafetensorsWriter.create(file, declarations)) {
      tensors.forEach((name, tensor) -> writer.write(name, tensor.data()));
      writer.commit();
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
