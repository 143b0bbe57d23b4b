package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;

/// How a file's keys become a configuration and its tensors become roles.
final class GgufCheckpointTest {
  private static final int EXPERTS = 2;
  private static final int MATRIX = 64 * 32 * Float.BYTES;

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void free() {
    arena.close();
  }

  private GgufCheckpoint open(GgufBytes file) {
    return GgufCheckpoint.of(GgufFile.of(Path.of("model.gguf"), file.segment(arena)));
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(p -> p.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  private static GgufBytes withoutExperts() {
    return GgufBytes.tinyMixtral()
        .without("blk.0.ffn_gate_exps.weight")
        .without("blk.0.ffn_up_exps.weight")
        .without("blk.0.ffn_down_exps.weight");
  }

  private static byte[] gate(int expert) {
    return random(10 + expert, MATRIX);
  }

  private static byte[] up(int expert) {
    return random(20 + expert, MATRIX);
  }

  private static byte[] down(int expert) {
    return random(30 + expert, MATRIX);
  }

  private static void assertExperts(GgufCheckpoint checkpoint) {
    for (int e = 0; e < EXPERTS; e++) {
      assertWeight(checkpoint, e, Role.Part.GATE, Shape.of(64, 32), gate(e));
      assertWeight(checkpoint, e, Role.Part.UP, Shape.of(64, 32), up(e));
      assertWeight(checkpoint, e, Role.Part.DOWN, Shape.of(32, 64), down(e));
    }
    assertThat(checkpoint.has(new Role.Expert(0, EXPERTS, Role.Part.GATE))).isFalse();
    assertThat(checkpoint.has(new Role.Expert(1, 0, Role.Part.GATE))).isFalse();
    assertThat(checkpoint.has(new Role.Layer(0, Role.Part.GATE))).isFalse();
  }

  private static void assertWeight(
      GgufCheckpoint checkpoint, int expert, Role.Part part, Shape shape, byte[] bytes) {
    var role = new Role.Expert(0, expert, part);
    assertThat(checkpoint.has(role)).isTrue();
    assertThat(checkpoint.weight(role).shape()).isEqualTo(shape);
    assertThat(checkpoint.weight(role).data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes);
  }

  @Test
  void oneTensorAnExpert() {
    GgufBytes file = withoutExperts();
    for (int e = 0; e < EXPERTS; e++) {
      file.tensor("blk.0.ffn_gate." + e + ".weight", 0, -1, gate(e), 32, 64);
      file.tensor("blk.0.ffn_down." + e + ".weight", 0, -1, down(e), 64, 32);
      file.tensor("blk.0.ffn_up." + e + ".weight", 0, -1, up(e), 32, 64);
    }
    assertExperts(open(file));
  }

  @Test
  void oneTensorAPart() {
    assertExperts(
        open(
            withoutExperts()
                .tensor("blk.0.ffn_gate_exps.weight", 0, -1, join(gate(0), gate(1)), 32, 64, 2)
                .tensor("blk.0.ffn_up_exps.weight", 0, -1, join(up(0), up(1)), 32, 64, 2)
                .tensor("blk.0.ffn_down_exps.weight", 0, -1, join(down(0), down(1)), 64, 32, 2)));
  }

  @Test
  void gateAndUpInOneTensorGateFirst() {
    byte[] fused = join(gate(0), up(0), gate(1), up(1));
    assertExperts(
        open(
            withoutExperts()
                .tensor("blk.0.ffn_gate_up_exps.weight", 0, -1, fused, 32, 128, 2)
                .tensor("blk.0.ffn_down_exps.weight", 0, -1, join(down(0), down(1)), 64, 32, 2)));
  }

  @Test
  void outerExtentsOfOneMayBeMissing() {
    // ggml writes [1, 64, 32] as two dimensions.
    try (var checkpoint =
        open(
            GgufBytes.tinyMixtral()
                .uint32("llama.expert_count", 1)
                .tensor("blk.0.ffn_gate_inp.weight", DType.F32, 32)
                .tensor("blk.0.ffn_gate_exps.weight", DType.F16, 32, 64)
                .tensor("blk.0.ffn_up_exps.weight", DType.F16, 32, 64)
                .tensor("blk.0.ffn_down_exps.weight", DType.F16, 64, 32))) {
      assertThat(checkpoint.weight(new Role.Layer(0, Role.Part.ROUTER)).shape())
          .isEqualTo(Shape.of(1, 32));
      assertThat(checkpoint.weight(new Role.Expert(0, 0, Role.Part.UP)).shape())
          .isEqualTo(Shape.of(64, 32));
    }
  }

  @Test
  void theRouterMayHaveAnyRealType() {
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16, DType.Q8_0}) {
      GgufBytes file = GgufBytes.tinyMixtral().tensor("blk.0.ffn_gate_inp.weight", type, 32, 2);
      assertThat(open(file).weight(new Role.Layer(0, Role.Part.ROUTER)).dtype()).isEqualTo(type);
    }
  }

  @Test
  void withoutAHeadTheEmbeddingIsTied() {
    ModelConfig config = open(GgufBytes.tinyMixtral().without("output.weight")).config();
    assertThat(config.tieWordEmbeddings()).isTrue();
    assertThat(open(GgufBytes.tinyMixtral()).config().tieWordEmbeddings()).isFalse();
  }

  @Test
  void theFamilyFollowsFromExpertsAndWindow() {
    assertThat(open(GgufBytes.tinyMixtral()).config().architecture())
        .isEqualTo(ModelConfig.Architecture.MIXTRAL);
    assertThat(open(GgufBytes.tinyLlama()).config().architecture())
        .isEqualTo(ModelConfig.Architecture.LLAMA);
    ModelConfig windowed =
        open(GgufBytes.tinyLlama().uint32("llama.attention.sliding_window", 8)).config();
    assertThat(windowed.architecture()).isEqualTo(ModelConfig.Architecture.MISTRAL);
    assertThat(windowed.slidingWindow()).isEqualTo(OptionalInt.of(8));
    assertThat(
            open(GgufBytes.tinyLlama().uint32("llama.attention.sliding_window", 0))
                .config()
                .slidingWindow())
        .isEmpty();
  }

  @Test
  void valuesALayerMustBeEqual() {
    byte[] equal = GgufBytes.bytes(8).putInt(2).putInt(2).array();
    GgufBytes file =
        GgufBytes.tinyMixtral().array("llama.attention.head_count", GgufBytes.INT32, 2, equal);
    assertThat(open(file).config().numAttentionHeads()).isEqualTo(2);
    GgufHostileTest.refuses(
        file.array(
            "llama.attention.head_count",
            GgufBytes.INT32,
            2,
            GgufBytes.bytes(8).putInt(2).putInt(1).array()),
        "llama.attention.head_count: expected one value for every layer, found [2, 1]");
  }

  @Test
  void whatLlamaCppTakesForMissingKeys() {
    ModelConfig config =
        open(GgufBytes.tinyLlama()
                .without("llama.attention.head_count_kv")
                .without("llama.rope.dimension_count")
                .without("llama.rope.freq_base")
                .without("llama.vocab_size")
                .tensor("blk.0.attn_k.weight", DType.F32, 32, 32)
                .tensor("blk.0.attn_v.weight", DType.F32, 32, 32))
            .config();
    assertThat(config.numKeyValueHeads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.vocabSize()).isEqualTo(40);
    assertThat(config.rope()).isEqualTo(new Rope(10_000, new Rope.Scaling.None()));
  }

  @Test
  void expertsMayHaveTheirOwnWidth() {
    ModelConfig config =
        open(GgufBytes.tinyMixtral()
                .uint32("llama.feed_forward_length", 999)
                .uint32("llama.expert_feed_forward_length", 64))
            .config();
    assertThat(config.intermediateSize()).isEqualTo(64);
  }

  @Test
  void ropeScaling() {
    assertThat(scaling(GgufBytes.tinyLlama().float32("llama.rope.scaling.factor", 4)))
        .isEqualTo(new Rope.Scaling.Linear(4));
    assertThat(scaling(GgufBytes.tinyLlama().float32("llama.rope.scale_linear", 2)))
        .isEqualTo(new Rope.Scaling.Linear(2));
    assertThat(
            scaling(
                GgufBytes.tinyLlama()
                    .text("llama.rope.scaling.type", "none")
                    .float32("llama.rope.scaling.factor", 4)))
        .isEqualTo(new Rope.Scaling.None());
    assertThat(scaling(GgufBytes.tinyLlama().float32("llama.rope.scaling.factor", 1)))
        .isEqualTo(new Rope.Scaling.None());
  }

  private Rope.Scaling scaling(GgufBytes file) {
    return open(file).config().rope().scaling();
  }

  @Test
  void everythingInTheFileIsListed() {
    try (var checkpoint = open(GgufBytes.tinyMixtral())) {
      assertThat(checkpoint.tensors()).hasSize(13);
      assertThat(checkpoint.tensors().get("blk.0.ffn_down_exps.weight"))
          .isEqualTo(
              new Checkpoint.Entry(
                  "blk.0.ffn_down_exps.weight",
                  DType.Q4_0,
                  Shape.of(2, 32, 64),
                  Path.of("model.gguf")));
      assertThat(checkpoint.metadata().text("general.architecture")).contains("llama");
      assertThat(checkpoint.fileBytes()).isEqualTo(GgufBytes.tinyMixtral().build().length);
      assertThat(checkpoint.files()).containsExactly(Path.of("model.gguf"));
    }
  }
}
