package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

class HuggingFaceCheckpointTest {
  @TempDir Path folder;

  private static void assertSameWeights(Checkpoint found, Checkpoint source, DType dtype) {
    assertThat(found.config()).isEqualTo(source.config());
    Roles.of(source.config())
        .forEach(role -> {
          Tensor expected = TinyModels.encode(source.weight(role), dtype);
          assertThat(found.has(role)).isTrue();
          assertThat(found.weight(role).dtype()).isEqualTo(dtype);
          assertThat(found.weight(role).shape()).isEqualTo(expected.shape());
          assertThat(found.weight(role).data().mismatch(expected.data()))
              .as("%s", role)
              .isEqualTo(-1);
        });
  }

  private static RandomCheckpoint mixtral() {
    return new RandomCheckpoint(Configs.mixtral(3, 2), 1);
  }

  @Test
  void everyLayoutGivesTheSameWeights() throws IOException {
    for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16, DType.F64}) {
      try (RandomCheckpoint source = mixtral()) {
        Path at = Files.createDirectory(folder.resolve(dtype.name()));
        try (Checkpoint plain = Checkpoints.open(TinyModels.huggingFace(at, source, dtype))) {
          assertSameWeights(plain, source, dtype);
          assertThat(plain.ropeLayout()).isEqualTo(Rope.Layout.HALVES);
          assertThat(plain.eosTokens()).containsExactly(2);
          assertThat(plain.bosToken()).hasValue(1);
          assertThat(plain.tensors()).hasSize(2 * (7 + 9) + 3);
          assertThat(plain.fileBytes()).isEqualTo(Files.size(at.resolve("model.safetensors")));
        }
        try (Checkpoint fused = Checkpoints.open(TinyModels.fused(at, source, dtype))) {
          assertThat(fused.tensors()).containsKey("model.layers.1.mlp.experts.gate_up_proj");
          assertSameWeights(fused, source, dtype);
        }
      }
    }
  }

  @Test
  void denseAndShardedFolders() throws IOException {
    try (var source = new RandomCheckpoint(Configs.mistral(OptionalInt.of(5)), 2)) {
      try (Checkpoint sharded =
          Checkpoints.open(TinyModels.sharded(folder, source, DType.F32, 3))) {
        assertSameWeights(sharded, source, DType.F32);
        assertThat(sharded.files()).hasSize(4);
      }
    }
  }

  /// Writes the model again with its tensors changed.
  private void change(Consumer<Map<String, Tensor>> change) {
    Path file = folder.resolve("model.safetensors");
    var tensors = new LinkedHashMap<String, Tensor>();
    try (var old = SafetensorsFile.open(file)) {
      old.entries().forEach(e -> tensors.put(e.name(), old.tensor(e.name())));
      change.accept(tensors);
      TinyModels.save(file, tensors);
    }
  }

  private static void rename(Map<String, Tensor> tensors, String from, String to) {
    for (String name : tensors.keySet().toArray(String[]::new)) {
      Tensor tensor = tensors.remove(name);
      if (tensor != null) {
        tensors.put(name.replaceAll(from, to), tensor);
      }
    }
  }

  @Test
  void otherNamesInTheWild() {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.huggingFace(folder, source, DType.F32);
      change(t -> rename(t, "block_sparse_moe", "mlp"));
      assertOpens(source);
      change(t -> rename(t, "(experts\\.\\d)\\.w1", "$1.gate_proj"));
      change(t -> rename(t, "(experts\\.\\d)\\.w2", "$1.down_proj"));
      change(t -> rename(t, "(experts\\.\\d)\\.w3", "$1.up_proj"));
      assertOpens(source);
      change(t -> rename(t, "^model\\.", ""));
      assertOpens(source);
      change(t ->
          t.put(
              "layers.0.self_attn.rotary_emb.inv_freq",
              source.weight(Global.FINAL_NORM).reshape(24)));
      assertOpens(source);
    }
  }

  private void assertOpens(Checkpoint source) {
    try (Checkpoint found = Checkpoints.open(folder)) {
      assertSameWeights(found, source, DType.F32);
    }
  }

  private void assertRefused(String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.open(folder).close())
        .withMessageContaining(message)
        .withMessageNotContaining("\n");
  }

  @Test
  void weightsThatDoNotFitTheConfigurationAreNamed() {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.huggingFace(folder, source, DType.F32);
      Tensor norm = source.weight(Global.FINAL_NORM);
      Tensor up = source.weight(new Expert(0, 0, Part.UP));
      String w3 = "model.layers.1.block_sparse_moe.experts.2.w3.weight";
      change(t -> t.put(w3, up.reshape(24, 20)));
      assertRefused("model.safetensors: tensor " + w3 + ": expected [20, 24], found [24, 20]");
      change(t -> t.remove(w3));
      assertRefused(folder + ": tensor " + w3 + " is missing");
      change(t -> t.put(w3, new Tensor(DType.I32, Shape.of(20, 24), up.data())));
      assertRefused("found I32");
      change(t -> t.put(w3, up));
      change(t -> t.put("model.layers.0.self_attn.q_proj.bias", norm));
      assertRefused("tensor model.layers.0.self_attn.q_proj.bias has no place in a mixtral model");
      change(t -> t.remove("model.layers.0.self_attn.q_proj.bias"));
      change(t -> t.put("model.layers.2.input_layernorm.weight", norm));
      assertRefused("of 2 layers and 3 experts: the configuration does not fit the weights");
    }
  }

  @Test
  void fusedExpertsOfTheWrongShapeAreNamed() {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.fused(folder, source, DType.F32);
      String name = "model.layers.0.mlp.experts.gate_up_proj";
      change(t -> t.computeIfPresent(name, (_, tensor) -> tensor.reshape(3, 24, 40)));
      assertRefused("tensor " + name + ": expected [3, 40, 24], found [3, 24, 40]");
    }
  }

  @Test
  void tiedHeads() throws IOException {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.huggingFace(folder, source, DType.F32);
      Path config = folder.resolve("config.json");
      String text = Files.readString(config);
      Files.writeString(
          config,
          text.replaceFirst("\"tie_word_embeddings\" ?: ?false", "\"tie_word_embeddings\": true"));
      // Two different tables: the weights are believed.
      assertOpens(source);
      change(t -> t.put("lm_head.weight", source.weight(Global.EMBEDDING)));
      assertTied(source);
      change(t -> t.remove("lm_head.weight"));
      assertTied(source);
      change(t -> rename(t, "model.embed_tokens", "lm_head"));
      assertTied(source);
      Files.writeString(config, text);
      change(t -> rename(t, "lm_head", "model.embed_tokens"));
      assertRefused("tensor lm_head.weight is missing");
    }
  }

  private void assertTied(Checkpoint source) {
    try (Checkpoint tied = Checkpoints.open(folder)) {
      assertThat(tied.config().tieWordEmbeddings()).isTrue();
      assertThat(tied.has(Global.HEAD)).isFalse();
      assertThat(tied.weight(Global.EMBEDDING).toFloats())
          .isEqualTo(source.weight(Global.EMBEDDING).toFloats());
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> tied.weight(Global.HEAD));
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> tied.weight(new Layer(0, Part.GATE)))
          .withMessageContaining("missing");
    }
  }

  @Test
  void tokensAndTemplates() throws IOException {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.huggingFace(folder, source, DType.F32);
      Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [7, 2]}");
      Path tokenizer = folder.resolve("tokenizer_config.json");
      Files.writeString(tokenizer, "{\"chat_template\": \"{{ a }}\"}");
      assertTemplate("{{ a }}");
      Files.writeString(
          tokenizer,
          """
          {"chat_template": [{"name": "tool_use", "template": "t"},
           {"name": "default", "template": "d"}]}
          """);
      assertTemplate("d");
      Files.writeString(folder.resolve("chat_template.jinja"), "own");
      assertTemplate("own");
      Files.write(folder.resolve("chat_template.jinja"), new byte[] {(byte) 0xff});
      assertRefused("chat_template.jinja: expected UTF-8 text");
    }
  }

  private void assertTemplate(String template) {
    try (Checkpoint found = Checkpoints.open(folder)) {
      assertThat(found.chatTemplate()).hasValue(template);
      assertThat(found.eosTokens()).containsExactly(2, 7);
    }
  }

  @Test
  void shardNamesThatReachOutsideTheFolderAreRefused() throws IOException {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.sharded(folder, source, DType.F32, 2);
      Path index = folder.resolve("model.safetensors.index.json");
      String text = Files.readString(index);
      for (String name :
          new String[] {
            "../model.safetensors",
            "/etc/passwd",
            "a/b.safetensors",
            "..",
            "",
            ".safetensors",
            "C:\\\\model.safetensors",
            "a\\u0000.safetensors",
            "\\ud800.safetensors",
            "model.bin"
          }) {
        Files.writeString(index, text.replace("model-00002-of-00002.safetensors", name));
        assertRefused("expected the plain name of a .safetensors file");
      }
    }
  }

  @Test
  void indexesThatLieAreRefused() throws IOException {
    try (RandomCheckpoint source = mixtral()) {
      TinyModels.sharded(folder, source, DType.F32, 2);
      Path index = folder.resolve("model.safetensors.index.json");
      String text = Files.readString(index);
      String second = "model-00002-of-00002.safetensors";
      Files.writeString(index, text.replace(second, "model-00003-of-00003.safetensors"));
      assertRefused("index.json: shard model-00003-of-00003.safetensors is missing");
      Files.writeString(index, text.replace("lm_head.weight", "lm_head.wait"));
      assertRefused("index.json: tensor lm_head.wait is not in model-0000");
      Files.writeString(index, "{\"weight_map\": {}}");
      assertRefused("weight_map is empty");
      Files.writeString(index, "{\"weight_map\": {\"a\": 1}}");
      assertRefused("weight_map.a: expected a string");
      Files.writeString(index, "{}");
      assertRefused("weight_map: expected an object, found nothing");
      Files.writeString(index, text);
      Files.delete(folder.resolve(second));
      Files.createSymbolicLink(folder.resolve(second), folder.resolve(second));
      assertRefused("shard " + second + " is missing");
      Files.delete(folder.resolve(second));
      Files.copy(folder.resolve("model-00001-of-00002.safetensors"), folder.resolve(second));
      assertRefused("is also in model-00001-of-00002.safetensors");
    }
  }

  @Test
  void pickledWeightsAreNotRead() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"mistral\"}");
    assertRefused("expected model.safetensors or model.safetensors.index.json");
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    assertRefused("convert it to model.safetensors first");
  }
}
