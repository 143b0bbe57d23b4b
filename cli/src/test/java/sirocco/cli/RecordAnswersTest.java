package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.binding.RecordShape;
import sirocco.defaultmodel.DefaultModel;
import sirocco.testkit.Answers;

/// The default model answers with records of twenty types, several at once. It knows nothing of
/// what it is asked, but every answer binds. `-Dsirocco.records=50` asks for each fifty times.
@Timeout(300)
class RecordAnswersTest {
  private static final int EACH = Integer.getInteger("sirocco.records", 3);

  @Test
  void everyAnswerBinds() throws Exception {
    try (LanguageModel model = DefaultModel.load();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> answers = new ArrayList<>();
      for (int seed = 0; seed < EACH; seed++) {
        for (Class<?> type : Answers.all()) {
          Prompt prompt =
              Prompt.of("Give me a " + type.getSimpleName() + ".")
                  .sampling(s -> s.temperature(1))
                  .seed(seed);
          answers.add(threads.submit(() -> answer(model, prompt, RecordShape.of(type))));
        }
      }
      for (Future<?> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Record.class);
      }
      assertThat(answers).hasSize(EACH * 20);
    }
  }

  private static <T> T answer(LanguageModel model, Prompt prompt, RecordShape<T> shape) {
    return model.generate(prompt, shape);
  }
}
