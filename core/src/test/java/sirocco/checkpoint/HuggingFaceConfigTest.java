package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;

class HuggingFaceConfigTest {
  private static final Path FILE = Path.of("config.json");

  private static HuggingFaceConfig parse(String json) {
    return HuggingFaceConfig.parse(
        JsonFile.parse(FILE, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private static ModelConfig model(String json) {
    return parse(json).model();
  }

  @Test
  void absentKeysTakeTheDefaultsOfTransformers() {
    ModelConfig mixtral = model("{'model_type':'mixtral'}");
    assertThat(mixtral.architecture()).isEqualTo(Architecture.MIXTRAL);
    assertThat(mixtral.numKeyValueHeads()).isEqualTo(8);
    assertThat(mixtral.headDim()).isEqualTo(128);
    assertThat(mixtral.rope()).isEqualTo(new Rope(1e6, new Rope.Scaling.None()));
    assertThat(mixtral.rmsNormEps()).isEqualTo(1e-5f);
    assertThat(mixtral.slidingWindow()).isEmpty();
    ModelConfig mistral = model("{'model_type':'mistral'}");
    assertThat(mistral.rope().theta()).isEqualTo(1e4);
    assertThat(mistral.rmsNormEps()).isEqualTo(1e-6f);
    assertThat(mistral.slidingWindow()).hasValue(4096);
    assertThat(mistral.maxPositionEmbeddings()).isEqualTo(131072);
    ModelConfig llama = model("{'model_type':'llama','sliding_window':7}");
    assertThat(llama.architecture()).isEqualTo(Architecture.LLAMA);
    assertThat(llama.numKeyValueHeads()).isEqualTo(32);
    assertThat(llama.intermediateSize()).isEqualTo(11008);
    assertThat(llama.maxPositionEmbeddings()).isEqualTo(2048);
    assertThat(llama.slidingWindow()).as("llama has none").isEmpty();
  }

  @Test
  void aMixtureIsKnownByItsExpertsNotByItsName() {
    for (String type : List.of("llama", "mistral", "mixtral")) {
      ModelConfig c = model("{'model_type':'" + type + "','num_experts':4}");
      assertThat(c.architecture()).isEqualTo(Architecture.MIXTRAL);
      assertThat(c.numLocalExperts()).isEqualTo(4);
      assertThat(c.numExpertsPerTok()).isEqualTo(2);
    }
    assertThat(model("{'num_local_experts':3}").numLocalExperts()).isEqualTo(3);
    assertThat(model("{'architectures':['LlamaForCausalLM']}").architecture())
        .isEqualTo(Architecture.LLAMA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'rope_theta':7; 7",
        "'rope_parameters':{'rope_theta':7.0,'rope_type':'default'}; 7",
        "'rope_theta':7,'rope_scaling':null; 7",
        "'rope_theta':7,'rope_scaling':{},'rope_parameters':{'rope_theta':8}; 8",
        "'rope_theta':7,'rope_parameters':{'rope_type':'default'}; 7",
        "'rope_parameters':null; 1e6",
      })
  void thetaAtTheTopOrInside(String members, double theta) {
    Rope rope = model("{'model_type':'mixtral'," + members + "}").rope();
    assertThat(rope).isEqualTo(new Rope(theta, new Rope.Scaling.None()));
  }

  @Test
  void frequenciesMayBeScaled() {
    assertThat(model("{'model_type':'llama','rope_scaling':{'type':'linear','factor':2}}").rope())
        .isEqualTo(new Rope(1e4, new Rope.Scaling.Linear(2)));
    String llama3 =
        "'rope_type':'llama3','factor':8.0,'low_freq_factor':1.0,'high_freq_factor':4.0";
    assertThat(
            model(
                    "{'model_type':'llama','rope_theta':5e5,'rope_scaling':{%s,".formatted(llama3)
                        + "'original_max_position_embeddings':8192}}")
                .rope())
        .isEqualTo(new Rope(5e5, new Rope.Scaling.Llama3(8, 1, 4, 8192)));
    assertThat(
            model("{'model_type':'llama','rope_parameters':{'rope_theta':3,%s}}".formatted(llama3))
                .rope())
        .isEqualTo(new Rope(3, new Rope.Scaling.Llama3(8, 1, 4, 2048)));
  }

  @Test
  void headDimIsGivenOrDerived() {
    String sizes = "'hidden_size':72,'num_attention_heads':3,'num_key_value_heads':null";
    ModelConfig derived = model("{'model_type':'mistral','head_dim':null," + sizes + "}");
    assertThat(derived.headDim()).isEqualTo(24);
    assertThat(derived.numKeyValueHeads()).isEqualTo(3);
    assertThat(
            model(
                    "{'model_type':'mixtral','hidden_size':72,'num_attention_heads':5,'num_key_value_heads':1}")
                .headDim())
        .as("72 / 5 as transformers has it")
        .isEqualTo(14);
    assertThatThrownBy(() -> model("{'model_type':'llama','num_attention_heads':5}"))
        .hasMessageContaining("hidden_size 4096 is not a multiple of num_attention_heads 5");
    assertThat(model("{'model_type':'mistral','head_dim':32," + sizes + "}").headDim())
        .isEqualTo(32);
  }

  @Test
  void endTokensAreOneOrSeveral() {
    assertThat(parse("{'model_type':'mistral','eos_token_id':[2,32,2]}").eos())
        .containsExactly(2, 32);
    assertThat(parse("{'model_type':'mistral','eos_token_id':5}").eos()).containsExactly(5);
    assertThat(parse("{'model_type':'mistral','eos_token_id':null}").eos()).isEmpty();
    assertThat(parse("{'model_type':'mistral'}").bos()).hasValue(1);
    assertThat(parse("{'model_type':'mistral','bos_token_id':null}").bos()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "'vocab_size':0; vocab_size must lie in 1 to",
        "'vocab_size':-1; vocab_size must lie in 1 to",
        "'vocab_size':9223372036854775807; vocab_size: expected a 32-bit integer",
        "'vocab_size':32000.0; vocab_size: expected a 32-bit integer, found 32000.0",
        "'vocab_size':'32000'; vocab_size: expected a 32-bit integer, found \"32000\"",
        "'vocab_size':true; vocab_size: expected a 32-bit integer",
        "'hidden_size':2147483647; hidden_size must lie in",
        "'hidden_size':0; hidden_size",
        "'num_attention_heads':0; num_attention_heads must lie in",
        "'num_attention_heads':-2147483648; num_attention_heads must lie in",
        "'num_key_value_heads':5; is not a multiple of num_key_value_heads 5",
        "'head_dim':3; head_dim 3 is odd",
        "'num_hidden_layers':1000000000; num_hidden_layers must lie in",
        "'num_local_experts':-8; num_local_experts must lie in",
        "'num_local_experts':8,'num_experts':4; num_local_experts is 8, num_experts 4",
        "'num_experts_per_tok':9; num_experts_per_tok must lie in 1 to 8, found 9",
        "'num_experts_per_tok':0; num_experts_per_tok must lie in 1 to 8, found 0",
        "'rms_norm_eps':0; rms_norm_eps must lie between",
        "'rms_norm_eps':-1e-5; rms_norm_eps must lie between",
        "'rms_norm_eps':1e999; rms_norm_eps: expected a number",
        "'rms_norm_eps':NaN; bad JSON",
        "'rms_norm_eps':'NaN'; rms_norm_eps: expected a number",
        "'rms_norm_eps':1e-60; rms_norm_eps must lie between",
        "'rope_theta':0; rope_theta must lie between",
        "'rope_theta':-1e6; rope_theta must lie between",
        "'rope_theta':1e300; rope_theta must lie between",
        "'rope_theta':[1]; rope_theta: expected a number",
        "'rope_parameters':7; rope_parameters: expected an object",
        "'rope_parameters':{'rope_type':'yarn'}; rope_parameters.rope_type: expected default",
        "'rope_parameters':{'rope_type':'linear'}; rope_parameters.factor: expected a number, found nothing",
        "'rope_parameters':{'rope_type':'linear','factor':-1}; factor must be positive",
        "'rope_parameters':{'full_attention':{}}; not supported",
        "'partial_rotary_factor':0.5; partial_rotary_factor",
        "'sliding_window':0; sliding_window must lie in",
        "'sliding_window':[1]; sliding_window: expected a 32-bit integer",
        "'sliding_window':9,'use_sliding_window':false; use_sliding_window is false",
        "'layer_types':['sliding_attention']; layer_types: all layers must be full_attention",
        "'hidden_act':'gelu'; hidden_act: expected silu, found gelu",
        "'attention_bias':true; attention_bias: true is not supported",
        "'mlp_bias':true; mlp_bias: true is not supported",
        "'quantization_config':{'quant_method':'gptq'}; quantization_config",
        "'tie_word_embeddings':1; tie_word_embeddings: expected true or false",
        "'eos_token_id':32000; eos_token_id: expected 0 to 31999 (vocab_size), found 32000",
        "'eos_token_id':[2,-1]; eos_token_id: expected 0 to 31999",
        "'bos_token_id':-5; bos_token_id: expected 0 to 31999",
        "'max_position_embeddings':0; max_position_embeddings must lie in",
        "'vocab_size':1,'vocab_size':2; bad JSON",
      })
  void valuesThatMakeNoSenseAreRefused(String members, String reason) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> parse("{'model_type':'mixtral'," + members + "}"))
        .withMessageStartingWith("config.json: ")
        .withMessageContaining(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "",
        "{'model_type':'qwen3_moe'}",
        "{'model_type':'gpt2'}",
        "{'model_type':'mistral3','num_experts':8}",
        "{'model_type':7}",
        "{'architectures':'x'}",
        "{'model_type':'mixtral'} {}"
      })
  void otherModelsAreRefused(String json) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> parse(json))
        .withMessageStartingWith("config.json: ");
  }

  @Test
  void sizesPast2To63AreRefused() {
    assertThatThrownBy(() ->
            model(
                "{'model_type':'mixtral','hidden_size':1048576,'intermediate_size':4194304,"
                    + "'num_hidden_layers':4096,'num_local_experts':4096,'head_dim':2}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("2^63");
  }

  @Test
  void whatIsWrittenIsReadBack() {
    var rope = new Rope(12345.5, new Rope.Scaling.Llama3(8, 1, 4, 64));
    for (ModelConfig c :
        List.of(
            Configs.mixtral(5, 3),
            Configs.mistral(OptionalInt.empty()),
            Configs.mistral(OptionalInt.of(9)),
            llama(new Rope(1e4, new Rope.Scaling.Linear(2.5))),
            llama(rope))) {
      String text = HuggingFaceWriter.config(c, DType.BF16, OptionalInt.of(1), Set.of(2, 3));
      HuggingFaceConfig read = parse(text);
      assertThat(read.model()).isEqualTo(c);
      assertThat(read.bos()).hasValue(1);
      assertThat(read.eos()).containsExactly(2, 3);
    }
    var perPair = llama(new Rope(1e4, new Rope.Scaling.PerPair(List.of(1f, 2f, 3f))));
    assertThatThrownBy(
            () -> HuggingFaceWriter.config(perPair, DType.F32, OptionalInt.empty(), Set.of()))
        .hasMessageContaining("rope_freqs");
  }

  private static ModelConfig llama(Rope rope) {
    return new ModelConfig(
        Architecture.LLAMA,
        50,
        24,
        20,
        2,
        4,
        2,
        6,
        0,
        0,
        1e-5f,
        rope,
        OptionalInt.empty(),
        256,
        true);
  }
}
