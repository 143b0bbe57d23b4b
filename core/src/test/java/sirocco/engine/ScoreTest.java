package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// What a model thinks of a prompt's own tokens.
@Timeout(60)
class ScoreTest {
  private static final ModelConfig MIXTURE = Configs.mixtral(5, 2);
  private static final int LENGTH = 150;

  private static Engine engine(int chunk) {
    var model = Models.load(new RandomCheckpoint(MIXTURE, 3), ModelOptions.DEFAULT);
    var options = EngineOptions.builder().chunk(chunk).build();
    return Engine.of(model, Optional.empty(), Optional.empty(), Set.of(7), options);
  }

  private static int[] tokens(long seed, int count) {
    return new SplittableRandom(seed).ints(count, 10, 50).toArray();
  }

  private static Request scored(int[] prompt, int from, int maxTokens) {
    var settings = SamplingSettings.builder().temperature(0).maxTokens(maxTokens).build();
    return Request.of(prompt, settings).scoredFrom(from).topLogprobs(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 64, 512})
  void areThoseOfASessionThatReadsAlone(int chunk) {
    int[] prompt = tokens(1, LENGTH);
    try (Engine engine = engine(chunk);
        Session alone = engine.newSession(LENGTH + 5)) {
      double[] expected = alone.score(prompt);
      for (int from : new int[] {0, 1, 2, 64, 65, LENGTH - 1, LENGTH}) {
        try (Session session = engine.newSession(LENGTH + 5)) {
          Completion completion = session.start(scored(prompt, from, 3)).run();
          int first = Math.max(1, from);
          assertThat(completion.scores()).hasSize(LENGTH - first);
          for (int i = first; i < LENGTH; i++) {
            Completion.Score score = completion.scores().get(i - first);
            assertThat(score.id()).isEqualTo(prompt[i]);
            assertThat(score.logprob()).isEqualTo(-expected[i - 1], within(1e-5));
            assertThat(score.top().getFirst().logprob()).isGreaterThanOrEqualTo(score.logprob());
          }
          assertThat(completion.tokens())
              .isEqualTo(alone.start(scored(prompt, LENGTH, 3)).run().tokens());
        }
      }
    }
  }

  @Test
  void nothingIsMadeWhereNothingIsWanted() {
    try (Engine engine = engine(512);
        Session session = engine.newSession(LENGTH)) {
      Completion completion = session.start(scored(tokens(1, LENGTH), 100, 0)).run();
      assertThat(completion.tokens()).isEmpty();
      assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(completion.scores()).hasSize(50);
    }
  }

  @Test
  void manyAtOnceShareTheirBeginningAndScoreAsAlone() throws InterruptedException {
    int[] common = tokens(9, 200);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int[] own = tokens(100 + i, 1 + i % 7);
      int[] prompt = Arrays.copyOf(common, common.length + own.length);
      System.arraycopy(own, 0, prompt, common.length, own.length);
      requests.add(scored(prompt, i % 5 == 0 ? 30 : common.length, i % 4 == 0 ? 2 : 0));
    }
    try (Engine engine = engine(512);
        Scheduler scheduler =
            Scheduler.start(engine, new SchedulerOptions(8, 200, 1 << 24, Duration.ofMillis(50)))) {
      List<Ticket> tickets =
          requests.stream().map(r -> scheduler.submit(r, Terms.DEFAULT)).toList();
      int cached = 0;
      for (int i = 0; i < requests.size(); i++) {
        Completion together = tickets.get(i).completion().join();
        try (Session alone = engine.newSession(300)) {
          Completion expected = alone.start(requests.get(i)).run();
          assertThat(together.scores()).isEqualTo(expected.scores());
          assertThat(together.tokens()).isEqualTo(expected.tokens());
        }
        cached += together.usage().cachedTokens();
      }
      // All but the first eight find three pages; those that are scored from 30 on find none.
      assertThat(cached).isGreaterThan(20 * 192);
    }
  }

  @Test
  void logitsThatAreNoNumbersAreNoScores() {
    assertThatThrownBy(() -> Sampler.score(new float[] {1, Float.NaN, 2}, 0, 0))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no numbers");
    assertThat(Sampler.score(new float[] {0, Float.NEGATIVE_INFINITY}, 1, 0).logprob())
        .isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void refusesAPlaceOutsideOfThePrompt() {
    assertThatThrownBy(() -> scored(tokens(1, 5), 6, 1)).hasMessageContaining("found 6");
    assertThatThrownBy(() -> scored(tokens(1, 5), -1, 1)).hasMessageContaining("found -1");
  }
}
