package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.SettingDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.model.CachePages;
import sirocco.model.KvCache.Precision;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Routing;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// What a recording of Java's flight recorder holds, beside what is told otherwise.
@Timeout(60)
final class FlightEventsTest {
  @TempDir private Path folder = Path.of("");

  private static Engine engine(int guesses) {
    var model = Models.load(new RandomCheckpoint(Configs.mixtral(5, 2), 3), ModelOptions.DEFAULT);
    EngineOptions options = EngineOptions.builder().guesses(guesses).chunk(64).build();
    return Engine.of(model, Optional.empty(), Optional.empty(), Set.of(7), options);
  }

  private static Scheduler scheduler(Engine engine, int concurrent) {
    long bytes = 40 * CachePages.bytes(engine.model().config(), Precision.F32);
    return Scheduler.start(
        engine, new SchedulerOptions(concurrent, 99, bytes, Duration.ofMillis(1)));
  }

  private static Request request(long seed, int length, int maxTokens) {
    int[] prompt = new SplittableRandom(seed).ints(length, 10, 50).toArray();
    return Request.of(
        prompt, SamplingSettings.builder().temperature(0).maxTokens(maxTokens).build());
  }

  private static Completion get(Ticket ticket) {
    return ticket.completion().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /// What is recorded of a piece of work.
  private List<RecordedEvent> record(Consumer<Recording> settings, Runnable work) {
    Path file = folder.resolve("work.jfr");
    try (var recording = new Recording()) {
      settings.accept(recording);
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(e -> e.getEventType().getName().startsWith("sirocco."))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<RecordedEvent> named(String name, List<RecordedEvent> events) {
    return events.stream()
        .filter(e -> e.getEventType().getName().equals("sirocco." + name))
        .toList();
  }

  private static int sum(String field, List<RecordedEvent> events) {
    return events.stream().mapToInt(e -> e.getInt(field)).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void passesAndRequestsAddUpToWhatWasMade(int guesses) {
    List<Completion> completions = new ArrayList<>();
    try (Engine engine = engine(guesses);
        var scheduler = scheduler(engine, 4)) {
      // Classes that are there before the recorder is awake have to tell it, too.
      get(scheduler.submit(request(1, 150, 3), Terms.DEFAULT));
      SchedulerStatus.Counts before = scheduler.status().counts();
      List<RecordedEvent> events =
          record(
              _ -> {},
              () -> {
                List<Ticket> tickets = new ArrayList<>();
                for (int i = 0; i < 12; i++) {
                  tickets.add(scheduler.submit(request(i, 150 - 9 * i, 2 + i), Terms.DEFAULT));
                }
                tickets.forEach(ticket -> completions.add(get(ticket)));
              });
      SchedulerStatus.Counts counts = scheduler.status().counts();
      List<RecordedEvent> steps = named("Step", events);
      List<RecordedEvent> prompts = named("Prompt", events);
      assertThat(sum("tokens", steps) + sum("firstTokens", prompts))
          .isEqualTo(completions.stream().mapToInt(c -> c.usage().generatedTokens()).sum());
      assertThat(sum("firstTokens", prompts)).isEqualTo(12);
      assertThat((long) sum("tokens", prompts))
          .isEqualTo(counts.promptTokens() - before.promptTokens());
      assertThat((long) steps.size() + prompts.size()).isEqualTo(counts.passes() - before.passes());
      assertThat(events).allMatch(e -> !e.hasField("pass") || e.getLong("pass") > before.passes());
      assertThat(steps).allMatch(e -> e.getInt("sessions") <= 4);
      assertThat(steps).anyMatch(e -> e.getInt("sessions") > 1);
      assertThat(steps).allMatch(e -> e.getInt("rows") >= e.getInt("tokens"));
      assertThat(steps.stream().allMatch(e -> e.getInt("rows") == e.getInt("sessions")))
          .isEqualTo(guesses == 0);
      assertThat(steps).allMatch(e -> e.getDuration().isPositive());
      assertThat(named("Routing", events)).as("off unless asked for").isEmpty();
      checkRequests(named("Request", events), completions);
    }
  }

  private static void checkRequests(List<RecordedEvent> events, List<Completion> completions) {
    assertThat(events)
        .extracting(
            e -> e.getInt("promptTokens"),
            e -> e.getInt("cachedTokens"),
            e -> e.getInt("generatedTokens"),
            e -> e.getString("finishReason"))
        .containsExactlyInAnyOrderElementsOf(
            completions.stream()
                .map(c ->
                    tuple(
                        c.usage().promptTokens(),
                        c.usage().cachedTokens(),
                        c.usage().generatedTokens(),
                        c.finishReason().json()))
                .toList());
    assertThat(events).anyMatch(e -> e.getInt("cachedTokens") > 0);
    for (RecordedEvent event : events) {
      assertThat(event.getString("model")).isEqualTo("model");
      assertThat(event.getDuration("queued")).isLessThan(event.getDuration("firstToken"));
      // The recorder has a clock of its own.
      assertThat(event.getDuration("firstToken"))
          .isLessThanOrEqualTo(event.getDuration().plusNanos(100_000));
    }
  }

  @Test
  void howARequestEndsIsRecorded() {
    var reached = new CountDownLatch(1);
    var open = new CountDownLatch(1);
    LogitsFilter barsAll = (logits, _) -> Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    try (Engine engine = engine(0);
        var scheduler = scheduler(engine, 1)) {
      List<RecordedEvent> events =
          record(
              _ -> {},
              () -> {
                Request holds =
                    request(1, 9, 2)
                        .onToken(_ -> {
                          reached.countDown();
                          await(open);
                        });
                Ticket first = scheduler.submit(holds, Terms.DEFAULT);
                await(reached);
                Ticket waits = scheduler.submit(request(2, 9, 2), Terms.DEFAULT);
                waits.cancel();
                Ticket fails =
                    scheduler.submit(request(3, 9, 2).filters(List.of(barsAll)), Terms.DEFAULT);
                open.countDown();
                get(first);
                get(waits);
                assertThatThrownBy(() -> get(fails)).hasRootCauseInstanceOf(EngineException.class);
              });
      List<RecordedEvent> requests = named("Request", events);
      assertThat(requests)
          .extracting(e -> e.getString("finishReason"), e -> e.getInt("generatedTokens"))
          .containsExactlyInAnyOrder(tuple("length", 2), tuple("cancelled", 0), tuple("failed", 0));
      for (RecordedEvent request : requests) {
        assertThat(request.getLong("firstToken") == Long.MIN_VALUE)
            .isEqualTo(request.getInt("generatedTokens") == 0);
      }
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
  void nothingIsRecordedThatIsSwitchedOff() {
    try (Engine engine = engine(0);
        var scheduler = scheduler(engine, 2)) {
      List<RecordedEvent> events =
          record(
              recording ->
                  List.of("Step", "Prompt", "Request")
                      .forEach(name -> recording.disable("sirocco." + name)),
              () -> get(scheduler.submit(request(1, 9, 5), Terms.DEFAULT)));
      assertThat(events).isEmpty();
    }
  }

  /// A layer's part in a pass, computed from what whoever asked is told.
  private record Spread(
      boolean step, int layer, int rows, int touched, double share, double entropy) {
    static Spread of(boolean step, int layer, Routing routing) {
      Map<Integer, Integer> chosen = new LinkedHashMap<>();
      double entropy = 0;
      for (int row = 0; row < routing.rows(); row++) {
        for (int rank = 0; rank < routing.chosen(); rank++) {
          chosen.merge(routing.expert(row, rank), 1, Integer::sum);
        }
        entropy += routing.entropy(row) / routing.rows();
      }
      int most = chosen.values().stream().mapToInt(n -> n).max().orElseThrow();
      return new Spread(
          step,
          layer,
          routing.rows(),
          chosen.size(),
          (double) most / (routing.rows() * routing.chosen()),
          entropy);
    }
  }

  @Test
  void routingIsWhatTheListenerIsTold() {
    List<Spread> expected = new ArrayList<>();
    try (Engine engine = engine(0);
        var session = engine.newSession()) {
      Request request =
          request(1, 100, 6)
              .onRouting(routed -> {
                for (int layer = 0; layer < routed.layers(); layer++) {
                  boolean step = routed.position(0) >= 100;
                  expected.add(Spread.of(step, layer, routed.routing(layer)));
                }
              });
      List<RecordedEvent> all =
          record(r -> r.enable("sirocco.Routing"), () -> session.start(request).run());
      List<RecordedEvent> events = named("Routing", all);
      assertThat(expected).hasSize(2 * (2 + 5)); // two layers; two pieces of the prompt, five steps
      assertThat(events).hasSameSizeAs(expected);
      for (int i = 0; i < events.size(); i++) {
        RecordedEvent event = events.get(i);
        Spread spread = expected.get(i);
        assertThat(event.getBoolean("step")).isEqualTo(spread.step());
        assertThat(event.getInt("layer")).isEqualTo(spread.layer());
        assertThat(event.getInt("rows")).isEqualTo(spread.rows());
        assertThat(event.getInt("touched")).isEqualTo(spread.touched());
        assertThat(event.getDouble("share")).isCloseTo(spread.share(), within(1e-12));
        assertThat(event.getDouble("imbalance")).isCloseTo(5 * spread.share(), within(1e-12));
        assertThat(event.getDouble("entropy")).isCloseTo(spread.entropy(), within(1e-9));
      }
      assertThat(named("Routing", all).stream().map(e -> e.getLong("pass")).distinct())
          .containsExactlyInAnyOrderElementsOf(
              all.stream()
                  .filter(e -> e.hasField("sessions"))
                  .map(e -> e.getLong("pass"))
                  .toList());
    }
  }

  @Test
  void aTextToEmbedIsReadInPromptPasses() {
    try (Engine engine = engine(0);
        var scheduler = scheduler(engine, 2)) {
      int[] ids = request(1, 100, 1).prompt();
      List<RecordedEvent> events = record(_ -> {}, () -> scheduler.embed(ids, Pooling.MEAN).join());
      assertThat(events)
          .extracting(
              e -> e.getEventType().getName(),
              e -> e.getInt("tokens"),
              e -> e.getInt("firstTokens"))
          .containsExactly(tuple("sirocco.Prompt", 64, 0), tuple("sirocco.Prompt", 36, 0));
    }
  }

  @Test
  void loadingIsRecordedWithItsPath() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.huggingFace(model, source, DType.F32);
    }
    List<RecordedEvent> events = record(_ -> {}, () -> Engine.open(model).close());
    assertThat(events).hasSize(1);
    RecordedEvent load = events.getFirst();
    assertThat(load.getEventType().getName()).isEqualTo("sirocco.ModelLoad");
    assertThat(load.getString("path")).isEqualTo(model.toString());
    assertThat(load.getString("architecture")).isEqualTo("mixtral");
    assertThat(load.getLong("bytes"))
        .isEqualTo(model.resolve("model.safetensors").toFile().length());
    assertThat(load.getDuration()).isPositive();
  }

  @Test
  void everyEventSaysWhatItIs() {
    for (Class<?> type : FlightEvents.class.getDeclaredClasses()) {
      if (Modifier.isAbstract(type.getModifiers())) {
        continue;
      }
      var event = EventType.getEventType(type.asSubclass(Event.class));
      assertThat(event.getName()).isEqualTo("sirocco." + type.getSimpleName());
      assertThat(event.getLabel()).isNotBlank();
      assertThat(event.getDescription()).isNotBlank();
      assertThat(event.getCategoryNames().getFirst()).isEqualTo("Sirocco");
      assertThat(event.getSettingDescriptors())
          .filteredOn(setting -> setting.getName().equals("stackTrace"))
          .singleElement()
          .extracting(SettingDescriptor::getDefaultValue)
          .isEqualTo("false");
      assertThat(event.getFields()).allMatch(f -> f.getLabel() != null && !f.getLabel().isBlank());
    }
  }
}
