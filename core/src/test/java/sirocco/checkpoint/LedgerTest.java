package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;

class LedgerTest {
  private static ModelConfig config(String json) {
    return HuggingFaceConfig.parse(
            JsonFile.parse(Path.of("config.json"), json.getBytes(StandardCharsets.UTF_8)))
        .model();
  }

  @Test
  void mixtral8x7b() {
    Ledger ledger = Ledger.of(config("{\"model_type\":\"mixtral\"}"));
    assertThat(ledger.total()).isEqualTo(46_702_792_704L);
    assertThat(ledger.active()).isEqualTo(12_879_925_248L);
    assertThat(ledger.expert()).isEqualTo(176_160_768L);
    assertThat(ledger.parts().stream().mapToLong(Ledger.Part::parameters).sum())
        .isEqualTo(ledger.total());
    assertThat(ledger.parts().stream().mapToLong(Ledger.Part::active).sum())
        .isEqualTo(ledger.active());
  }

  @Test
  void mistral7b() {
    Ledger first = Ledger.of(config("{\"model_type\":\"mistral\"}"));
    assertThat(first.total()).isEqualTo(7_241_732_096L);
    assertThat(first.active()).isEqualTo(first.total());
    Ledger third =
        Ledger.of(
            config("{\"model_type\":\"mistral\",\"vocab_size\":32768,\"sliding_window\":null}"));
    assertThat(third.total()).isEqualTo(7_248_023_552L);
  }

  @Test
  void countsWhatTheRolesTakeTied() {
    for (int experts : new int[] {0, 1, 5}) {
      ModelConfig c =
          experts == 0 ? Configs.mistral(OptionalInt.of(4)) : Configs.mixtral(experts, 1);
      long sum = Roles.of(c).mapToLong(role -> Roles.shape(role, c).elements()).sum();
      assertThat(Ledger.of(c).total()).isEqualTo(sum);
      assertThat(Ledger.of(c).parts().getLast().bytes(DType.F16))
          .isEqualTo(2 * Ledger.of(c).feedForward());
    }
  }

  @Test
  void aModelPast2To63IsRefusedNotWrappedRound() {
    ModelConfig c = Configs.mixtral(2, 1);
    var huge =
        new ModelConfig(
            Architecture.MIXTRAL,
            1,
            1 << 20,
            1 << 22,
            4096,
            1,
            1,
            2,
            4096,
            1,
            c.rmsNormEps(),
            c.rope(),
            OptionalInt.empty(),
            1,
            false);
    assertThatThrownBy(() -> Ledger.of(huge))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2^63");
  }
}
