package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

class ConsolidatedCheckpointTest {
  private static final String PARAMS =
      "{'dim':24,'n_layers':2,'head_dim':6,'hidden_dim':20,'n_heads':4,'n_kv_heads':2,"
          + "'norm_eps':1e-5,'vocab_size':50";

  @TempDir Path folder;

  private static ModelConfig parse(String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ConsolidatedConfig.parse(JsonFile.parse(Path.of("params.json"), bytes));
  }

  @Test
  void weightsOfAMixture() {
    try (var source = new RandomCheckpoint(Configs.mixtral(3, 2), 5)) {
      TinyModels.consolidated(folder, source, DType.F32);
      try (Checkpoint found = Checkpoints.open(folder)) {
        assertThat(found.config()).isEqualTo(source.config());
        assertThat(found.ropeLayout()).isEqualTo(Rope.Layout.NEIGHBOURS);
        assertThat(found.tensors()).containsKey("layers.1.feed_forward.experts.2.w3.weight");
        var up = new Expert(1, 2, Part.UP);
        assertThat(found.weight(up).toFloats()).isEqualTo(source.weight(up).toFloats());
        var query = new Layer(1, Part.QUERY);
        Tensor halves = source.weight(query);
        Tensor neighbours = found.weight(query);
        // Head 2 (rows 12 to 17): halves 0 1 2 | 3 4 5 become 0 3 1 4 2 5.
        int[] order = {0, 3, 1, 4, 2, 5};
        for (int i = 0; i < order.length; i++) {
          assertThat(neighbours.entry(12 + i).toFloats())
              .isEqualTo(halves.entry(12 + order[i]).toFloats());
        }
      }
    }
  }

  @Test
  void shardsWithoutAnIndexMustBeComplete() throws IOException {
    try (var source = new RandomCheckpoint(Configs.mistral(OptionalInt.of(4)), 5)) {
      TinyModels.consolidated(folder, source, DType.BF16);
      Path one = folder.resolve("consolidated-00001-of-00001.safetensors");
      Files.move(folder.resolve("consolidated.safetensors"), one);
      try (Checkpoint found = Checkpoints.open(folder)) {
        assertThat(found.config()).isEqualTo(source.config());
      }
      Files.move(one, folder.resolve("consolidated-00001-of-00002.safetensors"));
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> Checkpoints.open(folder).close())
          .withMessageContaining("shard 2 of 2 is missing");
    }
  }

  @Test
  void huggingFaceIsPreferredWhereBothAreWhole() {
    try (var source = new RandomCheckpoint(Configs.mistral(OptionalInt.empty()), 5)) {
      TinyModels.consolidated(folder, source, DType.F32);
      TinyModels.huggingFace(folder, source, DType.F32);
      try (Checkpoint found = Checkpoints.open(folder)) {
        assertThat(found).isInstanceOf(HuggingFaceCheckpoint.class);
      }
      assertThat(folder.resolve("model.safetensors").toFile().delete()).isTrue();
      try (Checkpoint found = Checkpoints.open(folder)) {
        assertThat(found).isInstanceOf(ConsolidatedCheckpoint.class);
      }
    }
  }

  @Test
  void pickledWeightsAreNotRead() throws IOException {
    Files.writeString(folder.resolve("params.json"), "{}");
    Files.writeString(folder.resolve("consolidated.00.pth"), "");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.open(folder).close())
        .withMessageContaining("convert it to consolidated.safetensors first");
  }

  @Test
  void params() {
    ModelConfig c = parse(PARAMS + "}");
    assertThat(c.architecture()).isEqualTo(ModelConfig.Architecture.MISTRAL);
    assertThat(c.rope().theta()).isEqualTo(1e6);
    assertThat(c.maxPositionEmbeddings()).isEqualTo(32768);
    assertThat(c.slidingWindow()).isEmpty();
    assertThat(parse(PARAMS + ",'sliding_window':[7,7]}").slidingWindow()).hasValue(7);
    assertThat(parse(PARAMS + ",'sliding_window':[null]}").slidingWindow()).isEmpty();
    ModelConfig moe = parse(PARAMS + ",'moe':{'num_experts':8,'num_experts_per_tok':2}}");
    assertThat(moe.numLocalExperts()).isEqualTo(8);
    assertThat(moe.architecture()).isEqualTo(ModelConfig.Architecture.MIXTRAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'sliding_window':[7,null]; sliding_window: expected one for all layers",
        "'sliding_window':[]; sliding_window: expected one for all layers",
        "'moe':{'num_experts':8}; moe.num_experts_per_tok: expected a 32-bit integer, found nothing",
        "'moe':{'num_experts':8,'num_experts_per_tok':9}; num_experts_per_tok must lie in",
        "'moe':3; moe: expected an object",
        "'yarn':{'factor':2}; yarn is not supported",
        "'quantization':{}; quantization is not supported",
        "'rope_theta':0; rope_theta must lie between",
        "'dim':24; bad JSON",
      })
  void paramsThatMakeNoSenseAreRefused(String members, String reason) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> parse(PARAMS + "," + members + "}"))
        .withMessageStartingWith("params.json: ")
        .withMessageContaining(reason);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> parse("{'dim':24}"))
        .withMessage("params.json: n_heads: expected a 32-bit integer, found nothing");
  }
}
