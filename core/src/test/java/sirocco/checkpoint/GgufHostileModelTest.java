package sirocco.checkpoint;

import static sirocco.checkpoint.GgufBytes.int64;
import static sirocco.checkpoint.GgufBytes.strings;
import static sirocco.checkpoint.GgufHostileTest.refuses;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// One test an attack on the model: well-formed files whose hyper-parameters, tensors or vocabulary
/// make no sense. Each is refused with one line.
@Timeout(20)
final class GgufHostileModelTest {
  @ParameterizedTest
  @CsvSource({"16, IQ2_XXS", "15, Q8_K", "39, MXFP4", "34, TQ1_0", "99, number 99"})
  void tensorTypesThatAreNotRead(int id, String name) {
    refuses(
        GgufBytes.tinyMixtral().tensor("blk.0.attn_q.weight", id, -1, new byte[32], 32, 32),
        "tensor blk.0.attn_q.weight",
        "type " + name + " cannot be read",
        "readable are F32");
  }

  @Test
  void weightsOfWholeNumbers() {
    refuses(
        GgufBytes.tinyMixtral().tensor("blk.0.attn_norm.weight", DType.I32, 32),
        "blk.0.attn_norm.weight",
        "expected real numbers, found I32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.attn_norm.weight",
        "blk.0.attn_q.weight",
        "blk.0.ffn_gate_inp.weight",
        "blk.0.ffn_gate_exps.weight",
        "blk.0.ffn_down_exps.weight"
      })
  void missingTensors(String name) {
    refuses(GgufBytes.tinyMixtral().without(name), "tensor " + name, "found no such tensor");
  }

  @Test
  void tensorsOfTheWrongShape() {
    refuses(
        GgufBytes.tinyMixtral().reshaped("blk.0.ffn_gate_exps.weight", 32, 128),
        "tensor blk.0.ffn_gate_exps.weight: expected [2, 64, 32], found [128, 32]");
    refuses(
        GgufBytes.tinyMixtral().reshaped("token_embd.weight", 40, 32),
        "tensor token_embd.weight: expected [40, 32], found [32, 40]");
  }

  @Test
  void tensorsThatTheModelWouldNeed() {
    refuses(
        GgufBytes.tinyMixtral().tensor("blk.0.attn_q.bias", DType.F32, 32),
        "tensor blk.0.attn_q.bias",
        "found this one too");
    refuses(
        GgufBytes.tinyMixtral().tensor("blk.1.attn_norm.weight", DType.F32, 32), "blk.1.attn_norm");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "general.architecture",
        "llama.context_length",
        "llama.embedding_length",
        "llama.block_count",
        "llama.feed_forward_length",
        "llama.attention.head_count",
        "llama.attention.layer_norm_rms_epsilon",
        "llama.expert_used_count"
      })
  void missingKeys(String key) {
    refuses(GgufBytes.tinyMixtral().without(key), "metadata key " + key + ": is missing");
  }

  @ParameterizedTest
  @CsvSource({
    "llama.block_count, 4294967295",
    "llama.block_count, 0",
    "llama.block_count, 5000",
    "llama.embedding_length, 0",
    "llama.embedding_length, 2147483647",
    "llama.feed_forward_length, 0",
    "llama.attention.head_count, 0",
    "llama.attention.head_count, 3",
    "llama.attention.head_count_kv, 0",
    "llama.attention.head_count_kv, 4",
    "llama.expert_count, 1000000",
    "llama.expert_used_count, 3",
    "llama.expert_used_count, 0",
    "llama.rope.dimension_count, 8",
    "llama.attention.key_length, 15",
    "llama.attention.value_length, 8",
    "llama.context_length, 0",
    "llama.attention.sliding_window, 4000000000"
  })
  void hyperParametersOutOfRange(String key, long value) {
    // Errors that hold for two keys may name the other one.
    String named =
        switch (key + value) {
          case "llama.attention.head_count3" -> "llama.embedding_length";
          case "llama.attention.key_length15" -> "llama.rope.dimension_count";
          default -> key;
        };
    refuses(GgufBytes.tinyMixtral().uint32(key, value), named);
  }

  @Test
  void hugeCountsInRangeStopAtTheFirstMissingTensor() {
    refuses(
        GgufBytes.tinyMixtral().uint32("llama.block_count", 4096), "tensor blk.1.attn_norm.weight");
    refuses(
        GgufBytes.tinyMixtral().uint32("llama.expert_count", 4096),
        "tensor blk.0.ffn_gate_inp.weight: expected [4096, 32], found [2, 32]");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -1, 0})
  void hyperParametersThatAreNoNumbers(float value) {
    refuses(
        GgufBytes.tinyMixtral().float32("llama.attention.layer_norm_rms_epsilon", value),
        "llama.attention.layer_norm_rms_epsilon");
    refuses(GgufBytes.tinyMixtral().float32("llama.rope.freq_base", value), "llama.rope.freq_base");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY, -4})
  void ropeFactorsThatAreNoNumbers(float value) {
    refuses(
        GgufBytes.tinyMixtral().float32("llama.rope.scaling.factor", value),
        "llama.rope.scaling.factor");
    byte[] factors = new byte[32];
    MemorySegment.ofArray(factors).set(Tensor.FLOAT, 0, value);
    refuses(
        GgufBytes.tinyMixtral().tensor("rope_freqs.weight", 0, -1, factors, 8),
        "tensor rope_freqs.weight");
  }

  @Test
  void valuesOfTheWrongType() {
    refuses(
        GgufBytes.tinyMixtral().text("llama.block_count", "1"),
        "metadata key llama.block_count: expected a whole number that fits 31 bits, found STRING 1");
    refuses(GgufBytes.tinyMixtral().uint32("general.architecture", 1), "a STRING, found UINT32 1");
    refuses(
        GgufBytes.tinyMixtral().float32("tokenizer.ggml.add_bos_token", 1),
        "a BOOL, found FLOAT32");
    refuses(
        GgufBytes.tinyMixtral().raw("llama.block_count", GgufBytes.UINT64, int64(-1)),
        "found UINT64 18446744073709551615");
  }

  @Test
  void arraysOfTheWrongType() {
    refuses(
        GgufBytes.tinyMixtral().array("tokenizer.ggml.tokens", GgufBytes.UINT32, 40, new byte[160]),
        "tokenizer.ggml.tokens: expected an array of STRING, found array of 40 UINT32");
    refuses(
        GgufBytes.tinyMixtral().array("tokenizer.ggml.scores", GgufBytes.INT32, 40, new byte[160]),
        "tokenizer.ggml.scores: expected an array of FLOAT32");
    refuses(
        GgufBytes.tinyMixtral().array("tokenizer.ggml.token_type", 0, 40, new byte[40]),
        "tokenizer.ggml.token_type: expected an array of INT32 or UINT32");
  }

  @Test
  void arraysOfTheWrongSize() {
    refuses(
        GgufBytes.tinyMixtral()
            .array("tokenizer.ggml.scores", GgufBytes.FLOAT32, 39, new byte[156]),
        "tokenizer.ggml.scores: expected 40 elements, one a token, found 39");
    refuses(
        GgufBytes.tinyMixtral().array("tokenizer.ggml.token_type", GgufBytes.INT32, 0, new byte[0]),
        "tokenizer.ggml.token_type: expected 40");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<0x-1>", "<0xGG>", "<0x0A", "A", "<0x100>"})
  void byteTokensThatAreNoBytes(String token) {
    refuses(
        GgufBytes.tinyMixtral()
            .array("tokenizer.ggml.tokens", GgufBytes.STRING, 1, strings(token))
            .array("tokenizer.ggml.scores", GgufBytes.FLOAT32, 1, new byte[4])
            .array("tokenizer.ggml.token_type", GgufBytes.INT32, 1, new byte[] {6, 0, 0, 0})
            .without("tokenizer.ggml.bos_token_id")
            .without("tokenizer.ggml.eos_token_id"),
        "tokenizer.ggml.tokens: element 0: expected a byte");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bos", "eos", "eot", "eom"})
  void controlTokensOutsideTheVocabulary(String which) {
    String key = "tokenizer.ggml." + which + "_token_id";
    refuses(GgufBytes.tinyMixtral().uint32(key, 40), key + ": expected an id below 40");
  }

  @ParameterizedTest
  @CsvSource({
    "general.architecture, gpt2, expected llama",
    "llama.rope.scaling.type, yarn, expected none or linear",
    "tokenizer.ggml.model, bert, expected llama or gpt2"
  })
  void kindsThatAreNotSupported(String key, String value, String message) {
    refuses(GgufBytes.tinyMixtral().text(key, value), key, message, "found " + value);
  }

  @Test
  void moreTokensThanTheEmbeddingHasRows() {
    refuses(
        GgufBytes.tinyMixtral().uint32("llama.vocab_size", 39),
        "tokenizer.ggml.tokens: expected at most 39 tokens, found 40");
  }

  @Test
  void keysThatChangeTheModel() {
    refuses(GgufBytes.tinyMixtral().float32("llama.logit_scale", 0.5f), "llama.logit_scale");
    refuses(GgufBytes.tinyMixtral().uint32("llama.expert_gating_func", 2), "expert_gating_func");
  }
}
