package sirocco.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sirocco.Answer;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Prompt;
import sirocco.Sirocco;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.ExpertLoad;
import sirocco.engine.FinishReason;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Terms;
import sirocco.engine.Ticket;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// Meters of models that have answered.
@Timeout(60)
final class LanguageModelMetricsTest {
  private static final LoadOptions SHORT =
      LoadOptions.DEFAULT.sampling(SamplingSettings.greedy().toBuilder().maxTokens(9).build());

  @TempDir private Path folder = Path.of("");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void write() throws IOException {
    write("tiny", Configs.mixtral(5, 2));
  }

  private void write(String name, ModelConfig config) throws IOException {
    Path model = Files.createDirectory(folder.resolve(name));
    try (var source = new RandomCheckpoint(config, 3)) {
      TinyModels.huggingFace(model, source, DType.F32);
    }
    TinyTokenizer.write(model);
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tags(Tags.of("model", "tiny").and(tags)).gauge().value();
  }

  private double counter(String name, String... tags) {
    return registry.get(name).tags(Tags.of("model", "tiny").and(tags)).functionCounter().count();
  }

  @Test
  void countsWhatWasAnswered() throws InterruptedException {
    try (var model = Sirocco.load(folder.resolve("tiny"), SHORT);
        var metrics = new LanguageModelMetrics(model)) {
      metrics.bindTo(registry);
      assertThat(counter("sirocco.generated.tokens")).isZero();
      List<Answer> answers =
          Stream.of("in the end", "another", "in the end")
              .map(q -> model.generate(Prompt.toContinue(q)))
              .toList();
      model.drain(Duration.ofSeconds(20));
      assertThat(counter("sirocco.generated.tokens"))
          .isEqualTo(answers.stream().mapToInt(a -> a.usage().generatedTokens()).sum());
      assertThat(counter("sirocco.prompt.tokens") + counter("sirocco.cached.tokens"))
          .isEqualTo(answers.stream().mapToInt(a -> a.usage().promptTokens()).sum());
      assertThat(counter("sirocco.cached.tokens"))
          .isEqualTo(answers.stream().mapToInt(a -> a.usage().cachedTokens()).sum());
      assertThat(counter("sirocco.passes"))
          .isEqualTo((double) model.scheduler().status().counts().passes())
          .isPositive();
      for (FinishReason reason : FinishReason.values()) {
        assertThat(counter("sirocco.requests.ended", "reason", reason.json()))
            .isEqualTo((double) answers.stream().filter(a -> a.finishReason() == reason).count());
      }
      assertThat(gauge("sirocco.requests.running")).isZero();
      assertThat(gauge("sirocco.cache.pages")).isPositive();
      assertThat(gauge("sirocco.cache.pages.used")).isEqualTo(gauge("sirocco.cache.pages.kept"));
      assertThat(registry.find("sirocco.expert.choices").meters()).as("not asked for").isEmpty();
    }
  }

  @Test
  void seesWhatIsUnderWayAndHowItEnds() throws InterruptedException {
    var reached = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    try (var model = Sirocco.load(folder.resolve("tiny"), SHORT)) {
      new LanguageModelMetrics(model, Tags.of("place", "here")).bindTo(registry);
      Request request = Request.of(new int[] {9, 8, 7}, SHORT.sampling());
      Ticket held =
          model
              .scheduler()
              .submit(
                  request.onToken(_ -> {
                    reached.countDown();
                    await(open);
                  }),
                  Terms.DEFAULT);
      await(reached);
      Ticket waits = model.scheduler().submit(request, Terms.DEFAULT);
      Ticket fails =
          model
              .scheduler()
              .submit(
                  request.filters(List.of((x, _) -> Arrays.fill(x, Float.NEGATIVE_INFINITY))),
                  Terms.DEFAULT);
      assertThat(gauge("sirocco.requests.running", "place", "here")).isOne();
      assertThat(gauge("sirocco.requests.queued")).isEqualTo(2);
      assertThat(gauge("sirocco.healthy")).isOne();
      waits.cancel();
      open.countDown();
      held.completion().join();
      waits.completion().join();
      assertThat(fails.completion().handle((_, e) -> e).join()).isNotNull();
      assertThat(counter("sirocco.requests.ended", "reason", "cancelled")).isOne();
      assertThat(counter("sirocco.requests.ended", "reason", "failed")).isOne();
      model.drain(Duration.ofSeconds(20));
      assertThat(gauge("sirocco.healthy")).isZero();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void expertsAreCountedOneByOne() {
    try (var model = Sirocco.load(folder.resolve("tiny"), SHORT)) {
      new LanguageModelMetrics(model).withExperts().bindTo(registry);
      assertThat(registry.find("sirocco.expert.choices").meters()).hasSize(2 * 5);
      model.complete("in the end");
      ExpertLoad load = model.scheduler().load();
      for (int layer = 0; layer < 2; layer++) {
        String l = Integer.toString(layer);
        double all = 0;
        for (int expert = 0; expert < 5; expert++) {
          double count =
              counter("sirocco.expert.choices", "layer", l, "expert", String.valueOf(expert));
          assertThat(count).isEqualTo((double) load.chosen()[layer][expert]);
          all += count;
        }
        assertThat(all).isEqualTo(2.0 * load.tokens()).isPositive();
        assertThat(gauge("sirocco.router.entropy.nats", "layer", l))
            .isCloseTo(load.entropy()[layer], within(1e-12));
      }
      assertThat(counter("sirocco.routed.tokens")).isEqualTo((double) load.tokens());
    }
  }

  @Test
  void aDenseModelHasNoMetersOfExperts() throws IOException {
    write("dense", Configs.mistral(OptionalInt.empty()));
    try (var model = Sirocco.load(folder.resolve("dense"), SHORT)) {
      new LanguageModelMetrics(model).withExperts().bindTo(registry);
      assertThat(registry.getMeters().stream().map(m -> m.getId().getName()))
          .doesNotContain("sirocco.expert.choices", "sirocco.routed.tokens")
          .contains("sirocco.passes");
    }
  }

  @Test
  void whatIsClosedMakesRoomForAnotherOfItsName() {
    for (int round = 0; round < 2; round++) {
      try (var model = Sirocco.load(folder.resolve("tiny"), SHORT);
          var metrics = new LanguageModelMetrics(model).withExperts()) {
        metrics.bindTo(registry);
        Answer answer = model.generate(Prompt.toContinue("in the end"));
        assertThat(counter("sirocco.generated.tokens")).isEqualTo(answer.usage().generatedTokens());
      }
      assertThat(registry.getMeters()).isEmpty();
    }
  }

  @Test
  void everyMeterSaysWhatItIs() {
    try (var model = Sirocco.load(folder.resolve("tiny"), SHORT)) {
      new LanguageModelMetrics(model).withExperts().bindTo(registry);
      assertThat(registry.getMeters())
          .extracting(Meter::getId)
          .allMatch(id -> id.getName().startsWith("sirocco."))
          .allMatch(id -> id.getDescription() != null && !id.getDescription().isBlank())
          .allMatch(id -> "tiny".equals(id.getTag("model")));
    }
  }

  @Test
  void aModelThatNobodyHoldsIsNotKept() throws InterruptedException {
    WeakReference<LanguageModel> gone = bound();
    for (int i = 0; i < 100 && gone.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(gone.get()).isNull();
    assertThat(registry.getMeters()).isNotEmpty();
  }

  private WeakReference<LanguageModel> bound() {
    try (var model = Sirocco.load(folder.resolve("tiny"), SHORT)) {
      new LanguageModelMetrics(model).withExperts().bindTo(registry);
      model.complete("in the end");
      return new WeakReference<>(model);
    }
  }
}
