package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final int DRAWS = 20_000;

  /// Probabilities 1/10, 2/10, 3/10, 4/10.
  private static final float[] TENTHS = {
    (float) Math.log(1), (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)
  };

  @Test
  void drawsFollowTheModel() {
    expect(settings(), TENTHS, 0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void temperatureSharpensAndFlattens() {
    // p^2 and p^(1/2), normalised
    expect(settings().temperature(0.5), TENTHS, 1 / 30.0, 4 / 30.0, 9 / 30.0, 16 / 30.0);
    double z = 1 + Math.sqrt(2) + Math.sqrt(3) + 2;
    expect(settings().temperature(2), TENTHS, 1 / z, Math.sqrt(2) / z, Math.sqrt(3) / z, 2 / z);
  }

  @Test
  void topKKeepsTheLikeliest() {
    expect(settings().topK(2), TENTHS, 0, 0, 3 / 7.0, 4 / 7.0);
    expect(settings().topK(99), TENTHS, 0.1, 0.2, 0.3, 0.4);
  }

  @Test
  void topPKeepsWhatReachesIt() {
    expect(settings().topP(0.39), TENTHS, 0, 0, 0, 1);
    expect(settings().topP(0.41), TENTHS, 0, 0, 3 / 7.0, 4 / 7.0);
    expect(settings().topP(0.71), TENTHS, 0, 2 / 9.0, 3 / 9.0, 4 / 9.0);
    expect(settings().topP(0), TENTHS, 0, 0, 0, 1);
  }

  @Test
  void topPLooksAtWhatTopKLeft() {
    // of 3/7 and 4/7, the second alone reaches 0.57
    expect(settings().topK(2).topP(0.57), TENTHS, 0, 0, 0, 1);
    expect(settings().topK(2).topP(0.58), TENTHS, 0, 0, 3 / 7.0, 4 / 7.0);
  }

  @Test
  void minPComparesWithTheLikeliest() {
    expect(settings().minP(0.51), TENTHS, 0, 0, 3 / 7.0, 4 / 7.0);
    expect(settings().minP(0.49), TENTHS, 0, 2 / 9.0, 3 / 9.0, 4 / 9.0);
    expect(settings().minP(1), TENTHS, 0, 0, 0, 1);
  }

  @Test
  void tiesGoToTheLowerId() {
    float[] level = {0, 5, 5, -0f, 5, 0};
    assertThat(new Sampler(SamplingSettings.greedy(), List.of()).sample(level, none()).id())
        .isEqualTo(1);
    expect(settings().topK(2), level, 0, 0.5, 0.5, 0, 0, 0);
    float[] zeros = {-0f, 0, -0f, 0};
    expect(settings().topK(1), zeros, 1, 0, 0, 0);
  }

  /// The shortcut that leaves improbable tokens out of the sort must change nothing.
  @Test
  void topPEqualsItsDefinitionOnRandomLogits() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int size = 2 + random.nextInt(40);
      float[] logits = new float[size];
      double sharpness = random.nextDouble() * 6;
      for (int i = 0; i < size; i++) {
        logits[i] = (float) (sharpness * random.nextGaussian());
      }
      double p = random.nextDouble();
      var allowed = nucleus(logits, p);
      var sampler = new Sampler(settings().topP(p).seed(round).build(), List.of());
      var drawn = new TreeSet<Integer>();
      for (int i = 0; i < 300; i++) {
        drawn.add(sampler.sample(logits.clone(), none()).id());
      }
      assertThat(allowed).containsAll(drawn);
      // p sums to at least 1/size a token; 300 draws all but surely see the likeliest
      assertThat(drawn).contains(allowed.getFirst());
    }
  }

  private static List<Integer> nucleus(float[] logits, double p) {
    double z = Sampler.logSumExp(logits);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      ids.add(i);
    }
    ids.sort((a, b) -> Float.compare(logits[b], logits[a]));
    double spent = 0;
    List<Integer> kept = new ArrayList<>();
    for (int id : ids) {
      if (kept.isEmpty() || spent < p) {
        kept.add(id);
      }
      spent += Math.exp(logits[id] - z);
    }
    return kept;
  }

  @Test
  void repetitionPenaltyByHand() {
    // seen: 0 and 1 in the prompt, 2 made; 3 is new
    TokenHistory history = history(new int[] {0, 1}, 2);
    float[] logits = {3, -1, 2.5f, 1.4f};
    seen(settings().repetitionPenalty(2), logits, history);
    assertThat(logits).containsExactly(1.5f, -2, 1.25f, 1.4f);
  }

  @Test
  void frequencyAndPresencePenaltiesByHand() {
    // 0 only in the prompt, 1 made once, 2 made three times
    TokenHistory history = history(new int[] {0, 0}, 1, 2, 2, 2);
    float[] logits = {1, 1, 1, 1};
    seen(settings().frequencyPenalty(0.25).presencePenalty(0.5), logits, history);
    assertThat(logits).containsExactly(1, 0.25f, -0.25f, 1);
  }

  @Test
  void penaltiesLookAtTheirWindowOnly() {
    TokenHistory history = history(new int[] {0, 1}, 1, 2);
    float[] logits = {2, 2, 2, 2};
    seen(settings().repetitionPenalty(2).frequencyPenalty(0.5).penaltyWindow(2), logits, history);
    assertThat(logits).containsExactly(2, 0.5f, 0.5f, 2);
    float[] wider = {2, 2, 2, 2};
    seen(settings().repetitionPenalty(2).frequencyPenalty(0.5).penaltyWindow(3), wider, history);
    // token 1: once in the prompt part, once made
    assertThat(wider).containsExactly(2, 0.5f, 0.5f, 2);
    float[] all = {2, 2, 2, 2};
    seen(settings().repetitionPenalty(2).frequencyPenalty(0.5), all, history);
    assertThat(all).containsExactly(1, 0.5f, 0.5f, 2);
  }

  @Test
  void biasComesFirstThenPenaltiesThenFilters() {
    List<float[]> filtered = new ArrayList<>();
    var settings =
        settings().temperature(0).logitBias(Map.of(0, 4.0, 1, -9.0)).repetitionPenalty(2).build();
    var sampler =
        new Sampler(
            settings,
            List.of(
                (logits, history) -> filtered.add(logits.clone()),
                (logits, history) -> logits[0] = Float.NEGATIVE_INFINITY));
    int id = sampler.sample(new float[] {-1, 3, 0.5f}, history(new int[] {0})).id();
    assertThat(filtered.getFirst()).containsExactly(1.5f, -6, 0.5f);
    assertThat(id).isEqualTo(2);
  }

  @Test
  void logprobIsTheModelsOwn() {
    var settings = settings().temperature(0).logitBias(Map.of(0, 100.0)).build();
    var choice = new Sampler(settings, List.of()).sample(TENTHS.clone(), none());
    assertThat(choice.id()).isZero();
    assertThat(choice.logprob()).isCloseTo(Math.log(0.1), within(1e-6));
  }

  @Test
  void theSeedDecides() {
    assertThat(draws(3)).isEqualTo(draws(3)).isNotEqualTo(draws(4));
  }

  private static List<Integer> draws(long seed) {
    var sampler = new Sampler(settings().seed(seed).build(), List.of());
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add(sampler.sample(TENTHS.clone(), none()).id());
    }
    return ids;
  }

  @Test
  void brokenLogitsNameTheStepAndTheToken() {
    var sampler = new Sampler(SamplingSettings.greedy(), List.of());
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () -> sampler.sample(new float[] {1, bad, 2}, history(new int[] {0}, 1, 1)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("step 2")
          .hasMessageContaining("token 1");
    }
  }

  @Test
  void barredTokensAreNeverDrawnAndAllBarredIsAnError() {
    float out = Float.NEGATIVE_INFINITY;
    expect(settings(), new float[] {0, out, 0, out}, 0.5, 0, 0.5, 0);
    expect(settings().topK(3).topP(0.99), new float[] {0, out, 0, out}, 0.5, 0, 0.5, 0);
    LogitsFilter all = (logits, history) -> Arrays.fill(logits, out);
    LogitsFilter nan = (logits, history) -> logits[1] = Float.NaN;
    assertThatThrownBy(() -> new Sampler(settings().build(), List.of(all)).sample(level(), none()))
        .hasMessageContaining("every token of the vocabulary is barred");
    assertThatThrownBy(() -> new Sampler(settings().build(), List.of(nan)).sample(level(), none()))
        .hasMessageContaining("a filter made the logit of token 1 NaN");
  }

  @Test
  void aBiasOutsideTheVocabularyIsAnError() {
    var sampler = new Sampler(settings().logitBias(Map.of(2, 1.0)).build(), List.of());
    assertThatThrownBy(() -> sampler.sample(level(), none()))
        .hasMessageContaining("logit_bias names token 2 of a vocabulary of 2");
  }

  private static float[] level() {
    return new float[] {0, 0};
  }

  private static SamplingSettings.Builder settings() {
    return SamplingSettings.builder().seed(11);
  }

  private static TokenHistory none() {
    return new TokenHistory(new int[0]);
  }

  private static TokenHistory history(int[] prompt, int... generated) {
    TokenHistory history = new TokenHistory(prompt);
    for (int id : generated) {
      history.add(id);
    }
    return history;
  }

  /// Leaves in `logits` what the filters get to see.
  private static void seen(
      SamplingSettings.Builder settings, float[] logits, TokenHistory history) {
    new Sampler(settings.build(), List.of()).sample(logits, history);
  }

  /// Draws often and tests the counts by chi-square; tokens of probability 0 must not come at all.
  private static void expect(
      SamplingSettings.Builder settings, float[] logits, double... probabilities) {
    var sampler = new Sampler(settings.build(), List.of());
    int[] counts = new int[probabilities.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(logits.clone(), none()).id()]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = probabilities[i] * DRAWS;
      if (probabilities[i] == 0) {
        assertThat(counts[i]).as("draws of token %d", i).isZero();
      } else {
        chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
      }
    }
    // 3 degrees of freedom: above 16.3 once in 1000 seeds; the seed is fixed.
    assertThat(chiSquare).isLessThan(16.3);
  }
}
