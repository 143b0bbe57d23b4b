package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.Goldens;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.Shared;
import sirocco.testkit.TinyModels;

class CheckpointsTest {
  @TempDir Path folder;

  private static void assertRefused(Path path, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.open(path).close())
        .withMessage(path + ": " + message);
  }

  @Test
  void whatIsNoModelIsExplained() throws IOException {
    assertRefused(folder.resolve("none"), "no such file");
    assertRefused(
        folder, "expected config.json (Hugging Face), params.json (Mistral) or a .gguf file");
    Path part = folder.resolve("model.safetensors");
    Files.writeString(part, "");
    assertRefused(part, "is one file of a model: give the folder that it is in");
    Path text = folder.resolve("README.md");
    Files.writeString(text, "");
    assertRefused(text, "expected a folder with a model, or a .gguf file");
    Files.writeString(folder.resolve("a.gguf"), "");
    Files.writeString(folder.resolve("b.gguf"), "");
    assertRefused(folder, "holds several models, name one of them: a.gguf, b.gguf");
  }

  @Test
  void aFolderWithOneGgufOpensIt() throws IOException {
    Path golden = Shared.require("goldens/gguf-merged-q8_0/model.gguf");
    Files.copy(golden, folder.resolve("model.gguf"));
    try (Checkpoint found = Checkpoints.open(folder)) {
      assertThat(found.path()).isEqualTo(folder.resolve("model.gguf"));
      assertThat(Checkpoints.config(folder)).isEqualTo(found.config());
    }
  }

  @Test
  void aConfigurationNeedsNoWeights() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(config, "{\"model_type\": \"mixtral\"}");
    assertThat(Checkpoints.config(config).numLocalExperts()).isEqualTo(8);
    assertThat(Checkpoints.config(folder)).isEqualTo(Checkpoints.config(config));
    Path params = folder.resolve("params.json");
    Files.writeString(
        params,
        "{\"dim\":8,\"n_layers\":1,\"head_dim\":4,\"hidden_dim\":8,\"n_heads\":2,\"vocab_size\":9}");
    assertThat(Checkpoints.config(params).hiddenSize()).isEqualTo(8);
  }

  static java.util.List<Goldens.Case> goldens() {
    return Goldens.named("mi");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void goldensOpen(Goldens.Case golden) throws IOException {
    try (Checkpoint found = Checkpoints.open(golden.model())) {
      assertThat(found.config().isMixture()).isEqualTo(golden.name().startsWith("mixtral"));
      assertThat(found.config().tieWordEmbeddings()).isEqualTo(golden.name().endsWith("-tied"));
      assertThat(found.eosTokens()).containsExactly(2);
      assertThat(found.tensors().values().stream().mapToLong(e -> e.shape().elements()).sum())
          .isEqualTo(Ledger.of(found.config()).total());
      Roles.of(found.config()).forEach(role -> assertThat(found.has(role)).isTrue());
      assertThat(found.fileBytes())
          .isEqualTo(Files.size(golden.model().resolve("model.safetensors")));
    }
  }

  @Test
  void aDamagedTokenizerIsNamed() throws IOException {
    try (var source = new RandomCheckpoint(Configs.mixtral(2, 1), 1)) {
      TinyModels.huggingFace(folder, source, DType.F32);
      TinyModels.consolidated(folder, source, DType.F32);
    }
    Path tokenizer = folder.resolve("tokenizer.model");
    Files.write(tokenizer, new byte[] {10, 127, 1});
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> Checkpoints.open(folder).close())
          .withMessageContaining("tokenizer.model");
      Files.deleteIfExists(folder.resolve("model.safetensors"));
    }
    Files.delete(tokenizer);
    try (Checkpoint found = Checkpoints.open(folder)) {
      assertThat(found.vocabulary()).isEmpty();
      assertThat(found.eosTokens()).isEmpty();
    }
  }

  @Test
  void trainedWeightsOpen() {
    try (Checkpoint found = Checkpoints.open(Shared.require("data/tiny-weights/mixtral-12m-hf"))) {
      assertThat(found.weight(new Role.Expert(5, 7, Role.Part.DOWN)).dtype()).isEqualTo(DType.BF16);
      assertThat(found.config().headDim()).isEqualTo(32);
      assertThat(found.vocabulary()).hasValueSatisfying(v -> assertThat(v.tokens()).hasSize(4096));
      assertThat(found.eosTokens()).containsExactly(2);
    }
    try (Checkpoint found = Checkpoints.open(Shared.require("data/tiny-weights/stories260K-hf"))) {
      assertThat(found.config().tieWordEmbeddings()).isTrue();
      assertThat(found.has(Role.Global.HEAD)).isFalse();
    }
  }
}
