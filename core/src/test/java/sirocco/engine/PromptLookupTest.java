package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// Guessing ahead changes how long it takes and nothing else.
final class PromptLookupTest {
  private static final int[] PROMPT = new int[40];

  static {
    Arrays.setAll(PROMPT, i -> 3 + i % 5);
  }

  @TempDir private Path folder = Path.of("");

  @Test
  void guessesChangeNothingInAMixture() {
    compare(Configs.mixtral(5, 2));
  }

  @Test
  void guessesChangeNothingWhereAWindowRolls() {
    compare(Configs.mistral(OptionalInt.of(48)));
  }

  private void compare(ModelConfig config) {
    try (var source = new RandomCheckpoint(config, 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    int proposed = 0;
    for (SamplingSettings settings : settings()) {
      Answer plain = answer(settings, 0);
      assertThat(plain.completion.guesses().proposed()).isZero();
      for (int most : new int[] {1, 3, 8}) {
        Answer guessed = answer(settings, most);
        assertThat(guessed.completion.tokens()).isEqualTo(plain.completion.tokens());
        assertThat(guessed.completion.finishReason()).isEqualTo(plain.completion.finishReason());
        assertThat(guessed.routed).isEqualTo(plain.routed);
        assertThat(guessed.again).isEqualTo(plain.again);
        proposed += guessed.completion.guesses().proposed();
      }
    }
    assertThat(proposed).isPositive();
  }

  private static List<SamplingSettings> settings() {
    List<SamplingSettings> all = new ArrayList<>();
    all.add(SamplingSettings.greedy().toBuilder().maxTokens(60).build());
    for (int seed = 0; seed < 3; seed++) {
      var some = SamplingSettings.builder().temperature(1).seed(seed).maxTokens(50);
      all.add(some.build());
      // two tokens and nothing else: much comes again, and much does not
      all.add(some.logitBias(Map.of(3, 99.0, 4, 99.0)).build());
    }
    return all;
  }

  private static void tell(RoutedTokens tokens, List<Integer> routed) {
    for (int i = 0; i < tokens.count(); i++) {
      routed.add(tokens.position(i));
      routed.add(tokens.id(i));
    }
  }

  /// An answer, the positions whose experts were told, and the answer to the same text and a bit in
  /// the same session, which is only right if the cache is.
  private record Answer(Completion completion, List<Integer> routed, List<Integer> again) {}

  private Answer answer(SamplingSettings settings, int guesses) {
    var options =
        EngineOptions.builder().chunk(16).guesses(guesses).weights(WeightMemory.MAPPED).build();
    try (Engine engine = Engine.open(folder, options);
        Session session = engine.newSession(128)) {
      List<Integer> routed = new ArrayList<>();
      Request request = Request.of(PROMPT, settings).onRouting(r -> tell(r, routed));
      Completion first = session.start(request).run();
      int[] longer = Arrays.copyOf(PROMPT, PROMPT.length + first.tokens().size());
      for (int i = 0; i < first.tokens().size(); i++) {
        longer[PROMPT.length + i] = first.tokens().get(i);
      }
      var few = SamplingSettings.greedy().toBuilder().maxTokens(5).build();
      return new Answer(first, routed, session.start(Request.of(longer, few)).run().tokens());
    }
  }
}
