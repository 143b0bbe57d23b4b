package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.GoldenAdapters;
import sirocco.testkit.Mutations;
import sirocco.testkit.TinyModels;

/// Folders that are no adapter for their base are refused by name, and damaged ones never crash.
class AdapterTest {
  private static final String LAYER = "base_model.model.model.layers.0.";
  private static final Path MIXTURE = GoldenAdapters.of("parameters").base();
  private static final Path DENSE = GoldenAdapters.of("dense").base();

  @TempDir Path folder;

  @BeforeEach
  void aFolderOfPeft() throws IOException {
    take("parameters");
  }

  private void take(String name) throws IOException {
    for (String file : new String[] {AdapterConfig.FILE, AdapterReader.WEIGHTS}) {
      Files.write(
          folder.resolve(file), Files.readAllBytes(GoldenAdapters.of(name).folder().resolve(file)));
    }
  }

  @Test
  void eachExpertHasItsOwnPair() {
    try (Checkpoint base = Checkpoints.open(MIXTURE);
        Adapter adapter = Adapter.open(folder, base)) {
      LowRank gate = adapter.find(new Expert(1, 3, Part.GATE)).orElseThrow();
      LowRank up = adapter.find(new Expert(1, 3, Part.UP)).orElseThrow();
      assertThat(gate.a().shape()).isEqualTo(Shape.of(3, 32));
      assertThat(gate.b().shape()).isEqualTo(Shape.of(24, 3));
      assertThat(up.a()).isEqualTo(gate.a());
      assertThat(gate.scale()).isEqualTo(7f / 3);
      assertThat(adapter.find(new Expert(0, 0, Part.DOWN)).orElseThrow().rank()).isEqualTo(4);
      assertThat(adapter.find(new Layer(0, Part.ROUTER)).orElseThrow().scale()).isEqualTo(4f / 3);
      assertThat(adapter.find(new Layer(0, Part.ATTENTION_NORM))).isEmpty();
      assertThat(adapter.pairs()).hasSize(2 * (5 + 4 * 3) + 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"LORA\"|\"IA3\"|peft_type: expected LORA, found IA3",
        "\"use_dora\": false|\"use_dora\": true|use_dora: expected nothing, as only plain LoRA is read",
        "\"bias\": \"none\"|\"bias\": \"all\"|bias: expected none, found all",
        "\"modules_to_save\": null|\"modules_to_save\": [\"gate\"]|modules_to_save: expected nothing",
        "\"layer_replication\": null|\"layer_replication\": [[0, 2]]|layer_replication: expected nothing",
        "\"init_lora_weights\": false|\"init_lora_weights\": \"pissa\"|init_lora_weights: expected a start",
        "\"fan_in_fan_out\": false|\"fan_in_fan_out\": 1|fan_in_fan_out: expected nothing",
        "\"r\": 3|\"r\": 0|r: expected 1 to 65536, found 0",
        "\"r\": 3|\"s\": 3|r: expected a 32-bit integer, found nothing",
        "\"r\": 3|\"r\": 4|lora_A.weight: expected",
        "\"q_proj\": 2|\"q_proj\": 5|self_attn.q_proj.lora_A.weight: expected [5, 32] by adapter_config",
        "\".*\\\\.down_proj\": 4|\"down_proj\": 2|expected rank 2 by adapter_config.json for model.layers.0.mlp.experts.down_proj, found 4",
        "\"q_proj\": 2|\"q_(proj\": 2|rank_pattern.q_(proj: expected a regular expression",
        "\"q_proj\": 2|\"(?:){2000000000}\": 2|expected a regular expression as its name (groups and {} are not read)",
        "\"lora_alpha\": 5|\"lora_alpha\": \"5\"|lora_alpha: expected a number"
      })
  void aConfigurationThatIsNoPlainLora(String from, String to, String message) throws IOException {
    Path config = folder.resolve(AdapterConfig.FILE);
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
    refused(MIXTURE, message);
  }

  @Test
  void anotherArchitecture() throws IOException {
    take("gate-up-only");
    refused(
        DENSE,
        "tensor base_model.model.model.layers.0.mlp.experts.lora_A.weight: has no place in",
        "a mistral model of width 32, 2 layers");
    take("dense");
    refused(MIXTURE, "mlp.down_proj.lora_A.weight: has no place in", "2 layers and 4 experts");
  }

  @Test
  void anotherSize() {
    change(tensors -> {
      tensors.replaceAll(
          (name, t) -> name.contains("q_proj") ? zeros(t.rows() + 1, t.columns()) : t);
    });
    refused(MIXTURE, "q_proj.lora_A.weight: expected [2, 32]", "found [3, 32]");
  }

  @Test
  void expertsOfAnotherSize() {
    change(tensors -> tensors.put(LAYER + "mlp.experts.lora_A.weight", zeros(16, 25)));
    refused(
        MIXTURE,
        "mlp.experts.lora_A.weight: expected lora_A [4 r, 32] and lora_B [48, 4 r] for gate_up_proj,"
            + " or lora_A [4 r, 24] and lora_B [32, 4 r] for down_proj, found [16, 25] and [32, 16]");
  }

  @Test
  void oneMatrixWithoutTheOther() throws IOException {
    change(tensors -> tensors.remove(LAYER + "self_attn.k_proj.lora_B.weight"));
    refused(MIXTURE, "k_proj.lora_A.weight: has no", "k_proj.lora_B.weight beside it");
    take("parameters");
    change(tensors -> tensors.remove(LAYER + "self_attn.k_proj.lora_A.weight"));
    refused(MIXTURE, "k_proj.lora_B.weight: has no", "k_proj.lora_A.weight beside it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector.weight",
        "base_model.model.model.embed_tokens.lora_embedding_A",
        "base_model.model.model.layers.0.mlp.gate.weight",
        "transformer.text_model.lora_A.weight",
        "base_model.model.lora_A.weight"
      })
  void aTensorOfAnotherKind(String name) {
    change(tensors -> tensors.put(name, zeros(2, 2)));
    refused(MIXTURE, "tensor " + name + ": expected a name that begins with base_model.model.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base_model.model.model.layers.2.self_attn.q_proj",
        "base_model.model.model.layers.0.input_layernorm",
        "base_model.model.model.embed_tokens",
        "base_model.model.model.layers.99999.mlp.experts",
        "base_model.model.",
        "base_model.model.lm_head.x"
      })
  void aTensorThatTheBaseHasNoPlaceFor(String site) {
    change(tensors -> {
      tensors.put(site + ".lora_A.weight", zeros(3, 32));
      tensors.put(site + ".lora_B.weight", zeros(32, 3));
    });
    refused(MIXTURE, "tensor " + site + ".lora_A.weight: has no place in");
  }

  @Test
  void aWeightThatIsAdaptedTwice() {
    change(tensors -> {
      tensors.put(LAYER + "block_sparse_moe.gate.lora_A.weight", zeros(3, 32));
      tensors.put(LAYER + "block_sparse_moe.gate.lora_B.weight", zeros(4, 3));
    });
    refused(MIXTURE, "mlp.gate.lora_A.weight: adapts a weight that another tensor adapts already");
  }

  @Test
  void aHeadOfAnotherModel() {
    change(tensors -> tensors.put("base_model.model.lm_head.base_layer.weight", zeros(128, 32)));
    refused(MIXTURE, "lm_head.base_layer.weight: is another one than that of the base");
  }

  @Test
  void nothingInIt() throws IOException {
    change(Map::clear);
    refused(MIXTURE, "holds no LoRA");
    Files.delete(folder.resolve(AdapterReader.WEIGHTS));
    refused(MIXTURE, "adapter_model.safetensors: no such file");
    Files.createFile(folder.resolve("adapter_model.bin"));
    refused(MIXTURE, "holds adapter_model.bin, which can run code");
    Files.delete(folder.resolve(AdapterConfig.FILE));
    refused(MIXTURE, "adapter_config.json: no such file");
  }

  @Test
  void noFolder() {
    try (Checkpoint base = Checkpoints.open(MIXTURE)) {
      assertThatThrownBy(() -> Adapter.open(folder.resolve("none"), base))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("expected a folder with adapter_config.json and adapter_model.safe")
          .hasMessageContaining("found nothing");
    }
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    for (String name : new String[] {"parameters", "experts"}) {
      take(name);
      try (Checkpoint base = Checkpoints.open(GoldenAdapters.of(name).base())) {
        fuzz(AdapterConfig.FILE, base, 700);
        take(name);
        fuzz(AdapterReader.WEIGHTS, base, 700);
      }
    }
  }

  private void fuzz(String file, Checkpoint base, int count) throws IOException {
    var mutations =
        new Mutations(Files.readAllBytes(folder.resolve(file)), 7)
            .withWords("null", "-1", "true", "[]", "{}", "1e999", "(", "2147483648", "\"\\ud800\"");
    int refused = 0;
    for (int i = 0; i < count; i++) {
      Files.write(folder.resolve(file), mutations.next());
      try (Adapter adapter = Adapter.open(folder, base)) {
        adapter.pairs().values().forEach(pair -> pair.b().entry(0));
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1200);
        refused++;
      } catch (RuntimeException | Error e) {
        fail("mutant " + i + ": " + mutations.last(), e);
      }
    }
    assertThat(refused).isBetween(count / 10, count - 1);
  }

  private void refused(Path model, String... messages) {
    try (Checkpoint base = Checkpoints.open(model)) {
      assertThatThrownBy(() -> Adapter.open(folder, base).close())
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(folder.toString())
          .hasMessageContainingAll(messages);
    }
  }

  private void change(Consumer<Map<String, Tensor>> edit) {
    Path file = folder.resolve(AdapterReader.WEIGHTS);
    var tensors = new LinkedHashMap<String, Tensor>();
    try (SafetensorsFile before = SafetensorsFile.open(file)) {
      before.entries().forEach(e -> tensors.put(e.name(), before.tensor(e.name())));
      edit.accept(tensors);
      TinyModels.save(file, tensors);
    }
  }

  private static Tensor zeros(long rows, long columns) {
    return Tensor.allocate(DType.F32, Shape.of(rows, columns), Arena.ofAuto());
  }
}
