package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.binding.Bounds;
import sirocco.binding.Length;
import sirocco.binding.RecordShape;
import sirocco.binding.Size;
import sirocco.defaultmodel.DefaultModel;
import sirocco.testkit.Answers;

/// The default model answers with records of twenty types, several at once. It knows nothing of
/// what it is asked, but every answer binds. `-Dsirocco.records=50` asks for each fifty times.
@Timeout(300)
class RecordAnswersTest {
  private static final int EACH = Integer.getInteger("sirocco.records", 2);

  /// Maps, trees and addresses have no bound, and so small a model may go on with them until its
  /// context is full.
  private static final Set<Class<?>> UNBOUNDED =
      Set.of(
          Answers.Settings.class,
          Answers.Chain.class,
          Answers.Expression.class,
          Answers.Reference.class,
          Answers.Report.class);

  record Link(UUID id, @Length(max = 30) String text) {}

  enum Sky {
    CLEAR,
    CLOUDS,
    RAIN
  }

  record Weather(
      Sky sky, @Bounds(min = -40, max = 50) int celsius, Optional<@Length(max = 20) String> note) {}

  record Stop(@Length(max = 16) String name, OptionalInt platform) {}

  record Route(@Size(min = 1, max = 3) List<Stop> stops, boolean express) {}

  record Guess(@Bounds(min = 0, max = 1) double confidence, @Size(max = 4) List<Sky> skies) {}

  record Trip(LocalDate from, LocalDate to, Route route, Guess weather) {}

  private static List<Class<?>> types() {
    return Stream.concat(
            Answers.all().stream().filter(type -> !UNBOUNDED.contains(type)),
            Stream.of(Link.class, Weather.class, Route.class, Guess.class, Trip.class))
        .toList();
  }

  @Test
  void everyAnswerBinds() throws Exception {
    assertThat(types()).hasSize(20);
    try (LanguageModel model = DefaultModel.load();
        ExecutorService threads = Executors.newFixedThreadPool(64)) {
      List<Future<?>> answers = new ArrayList<>();
      for (int seed = 0; seed < EACH; seed++) {
        for (Class<?> type : types()) {
          Prompt prompt =
              Prompt.of("Give me a " + type.getSimpleName() + ".")
                  .sampling(s -> s.temperature(1))
                  .seed(seed);
          answers.add(threads.submit(() -> answer(model, prompt, RecordShape.of(type))));
        }
      }
      for (Future<?> answer : answers) {
        assertThat(answer.get()).isNotNull();
      }
      assertThat(answers).hasSize(EACH * 20);
    }
  }

  private static <T> T answer(LanguageModel model, Prompt prompt, RecordShape<T> shape) {
    return model.generate(prompt, shape);
  }
}
