package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class SamplingSettingsTest {
  @Test
  void nonsenseIsRefusedByName() {
    refused("temperature", b -> b.temperature(-0.1));
    refused("temperature", b -> b.temperature(Double.NaN));
    refused("top_k", b -> b.topK(-1));
    refused("top_p", b -> b.topP(1.01));
    refused("min_p", b -> b.minP(-1e-9));
    refused("repetition_penalty", b -> b.repetitionPenalty(0));
    refused("frequency_penalty", b -> b.frequencyPenalty(Double.POSITIVE_INFINITY));
    refused("presence_penalty", b -> b.presencePenalty(Double.NaN));
    refused("penalty_window", b -> b.penaltyWindow(-5));
    refused("logit_bias", b -> b.logitBias(Map.of(-1, 1.0)));
    refused("logit_bias of token 7", b -> b.logitBias(Map.of(7, Double.NaN)));
    refused("stop", b -> b.stop("a", ""));
    refused("max_tokens", b -> b.maxTokens(-1));
  }

  @Test
  void aCopyKeepsEveryField() {
    SamplingSettings settings =
        new SamplingSettings(
            0.5, 3, 0.9, 0.1, 1.2, 0.3, 0.4, 64, Map.of(5, -1.0), 77, List.of("x"), 9);
    assertThat(settings.toBuilder().build()).isEqualTo(settings);
  }

  private static void refused(String field, UnaryOperator<SamplingSettings.Builder> change) {
    assertThatThrownBy(() -> change.apply(SamplingSettings.builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(field);
  }
}
