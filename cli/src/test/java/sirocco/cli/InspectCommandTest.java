package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.KvCache;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InspectCommandTest {
  private static final long MIB = 1L << 20;

  private static final String MIXTRAL =
      """
      {"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
       "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000,
       "max_position_embeddings": 32768, "rms_norm_eps": 1e-5, "rope_theta": 1e6,
       "sliding_window": null, "tie_word_embeddings": false}
      """;

  private static final String MISTRAL =
      """
      {"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
       "vocab_size": VOCABULARY, "max_position_embeddings": 32768, "rms_norm_eps": 1e-5,
       "rope_theta": 1e4, "sliding_window": 4096, "tie_word_embeddings": false}
      """;

  private static final String PARAMS =
      """
      {"dim": 4096, "n_layers": 32, "head_dim": 128, "hidden_dim": 14336, "n_heads": 32,
       "n_kv_heads": 8, "norm_eps": 1e-05, "vocab_size": 32000, "rope_theta": 1e6,
       "moe": {"num_experts_per_tok": 2, "num_experts": 8}}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void countsMixtralFromItsConfigurationAlone() throws IOException {
    Path config = Files.writeString(folder.resolve("config.json"), MIXTRAL);
    for (Path model : new Path[] {config, folder}) {
      JsonNode tree = json(model.toString(), "--cache", "F16");
      assertThat(tree.at("/format").asString()).isEqualTo("configuration");
      assertThat(tree.at("/architecture").asString()).isEqualTo("mixtral");
      assertThat(tree.at("/total_parameters").asLong()).isEqualTo(46_702_792_704L);
      assertThat(tree.at("/active_parameters").asLong()).isEqualTo(12_879_925_248L);
      assertThat(tree.at("/memory/weights_bytes").asLong()).isEqualTo(93_405_585_408L);
      // 128 KiB a token, 4 GiB at 32k (arXiv 2401.04088's sizes).
      assertThat(tree.at("/memory/cache_bytes_per_token").asLong()).isEqualTo(128 * 1024);
      assertThat(tree.at("/memory/cache_bytes").asLong()).isEqualTo(4096 * MIB);
    }
  }

  @Test
  void countsMixtralFromMistralsOwnFile() throws IOException {
    Path params = Files.writeString(folder.resolve("params.json"), PARAMS);
    assertThat(json(params.toString()).at("/total_parameters").asLong()).isEqualTo(46_702_792_704L);
  }

  @ParameterizedTest
  @CsvSource({"32000, 7241732096", "32768, 7248023552"})
  void countsMistral(String vocabulary, long parameters) throws IOException {
    String text = MISTRAL.replace("VOCABULARY", vocabulary);
    Path config = Files.writeString(folder.resolve("config.json"), text);
    JsonNode tree = json(config.toString());
    assertThat(tree.at("/total_parameters").asLong()).isEqualTo(parameters);
    assertThat(tree.at("/active_parameters").asLong()).isEqualTo(parameters);
  }

  @Test
  void listsTensorsWithTypesAndSizes() {
    ModelConfig config = Configs.mixtral(4, 2);
    try (var random = new RandomCheckpoint(config, 7)) {
      TinyModels.huggingFace(folder, random, DType.BF16);
    }
    JsonNode tree = json("-m", folder.toString(), "--tensors");
    long total = Ledger.of(config).total();
    assertThat(tree.at("/format").asString()).isEqualTo("hugging_face");
    assertThat(tree.at("/total_parameters").asLong()).isEqualTo(total);
    assertThat(tree.at("/types/0/type").asString()).isEqualTo("BF16");
    assertThat(tree.at("/types/0/parameters").asLong()).isEqualTo(total);
    assertThat(tree.at("/types/0/bytes").asLong()).isEqualTo(2 * total);
    assertThat(tree.at("/tensors").size()).isEqualTo(tree.at("/tensor_count").asInt());
    assertThat(tree.at("/tensors").findValuesAsString("name"))
        .contains("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight");

    out.getBuffer().setLength(0);
    assertThat(run(folder.toString())).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("Hugging Face safetensors", "4 experts", "memory to run")
        .doesNotContain("q_proj");
  }

  @Test
  void aWindowBoundsTheCache() {
    ModelConfig config = Configs.mistral(OptionalInt.of(8));
    MemoryPlan plan = plan(config, 31, KvCache.Precision.F16, 1L << 40);
    assertThat(plan.cacheBytes()).isEqualTo(8 * plan.cacheBytesPerToken());
    long room = plan.totalBytes() + 10;
    assertThat(plan(config, 31, KvCache.Precision.F16, room).largestContext())
        .hasValue(config.maxPositionEmbeddings());
  }

  @Test
  void findsTheLargestContextThatFits() {
    ModelConfig config = Configs.mixtral(4, 2);
    MemoryPlan base = plan(config, 1, KvCache.Precision.F32, 1L << 40);
    assertThat(base.fits()).isTrue();
    assertThat(base.largestContext()).hasValue(config.maxPositionEmbeddings());
    long rest = base.totalBytes() - base.cacheBytes();
    long room = rest + 5 * base.cacheBytesPerToken();
    assertThat(plan(config, 1, KvCache.Precision.F32, room).largestContext()).hasValue(5);
    assertThat(plan(config, 1, KvCache.Precision.F32, room - 1).largestContext()).hasValue(4);
    MemoryPlan small = plan(config, 1, KvCache.Precision.F32, 1000);
    assertThat(small.fits()).isFalse();
    assertThat(small.largestContext()).hasValue(0);
  }

  @Test
  void aBoundOnTheWeightsLeavesRoomForTheCache() {
    ModelConfig config = Configs.mixtral(4, 2);
    MemoryPlan all = plan(config, 1, KvCache.Precision.F32, 1L << 40);
    MemoryPlan bounded =
        MemoryPlan.of(
            config,
            10 * MIB,
            OptionalLong.of(MIB),
            1,
            KvCache.Precision.F32,
            OptionalLong.of(all.totalBytes() - 1));
    assertThat(all.residentBytes()).isEqualTo(10 * MIB);
    assertThat(bounded.totalBytes()).isEqualTo(all.totalBytes() - 9 * MIB);
    assertThat(bounded.fits()).isTrue();
    assertThat(bounded.largestContext()).hasValue(config.maxPositionEmbeddings());
  }

  @Test
  void saysInOneLineWhatIsWrong() {
    assertThat(run(folder.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString().strip())
        .isEqualTo("sirocco: " + folder.resolve("none") + ": no such folder or file");
    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(2);
    assertThat(run()).as("the default model").isZero();
    assertThat(run(folder.toString(), "-m", folder.toString())).isEqualTo(2);
  }

  private static MemoryPlan plan(
      ModelConfig config, int context, KvCache.Precision precision, long available) {
    return MemoryPlan.of(
        config, 10 * MIB, OptionalLong.empty(), context, precision, OptionalLong.of(available));
  }

  private JsonNode json(String... arguments) {
    out.getBuffer().setLength(0);
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--json";
    assertThat(run(all)).as(err.toString()).isZero();
    return JsonMapper.shared().readTree(out.toString());
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[arguments.length + 1];
    all[0] = "inspect";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }
}
