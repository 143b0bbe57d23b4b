package sirocco.spring;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.SamplingSettings;

/// The default model, greedy where nothing is said.
final class TestModel {
  /// It knows the answer.
  static final String QUESTION = "What is 47 + 38?";

  /// Words that take the model long to write.
  static final SiroccoChatOptions LONG =
      SiroccoChatOptions.builder().form(new Form.Regex("(ab ){1500}")).build();

  private TestModel() {}

  static LanguageModel open() {
    return Sirocco.load(
        DefaultModel.path(), LoadOptions.DEFAULT.sampling(SamplingSettings.greedy()));
  }

  static Generation result(ChatResponse response) {
    return Objects.requireNonNull(response.getResult());
  }

  /// Waits until nothing is under way.
  static void awaitIdle(LanguageModel model) {
    await(() -> {
      var status = model.scheduler().status();
      return status.running() == 0 && status.queued() == 0;
    });
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 20 seconds");
      }
      Thread.onSpinWait();
    }
  }
}
