package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.CachePages;
import sirocco.model.KvCache.Precision;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// Many requests at once, each as if it were alone.
@Timeout(60)
class SchedulerTest {
  private static final ModelConfig MIXTURE = Configs.mixtral(5, 2);

  private static Engine engine(ModelConfig config) {
    var model = Models.load(new RandomCheckpoint(config, 3), ModelOptions.DEFAULT);
    return Engine.of(model, Optional.empty(), Optional.empty(), Set.of(7), EngineOptions.DEFAULT);
  }

  private static SchedulerOptions options(int concurrent, int pages) {
    long bytes = pages * CachePages.bytes(MIXTURE, Precision.F32);
    return new SchedulerOptions(concurrent, 200, bytes, Duration.ofMillis(1));
  }

  private static int[] tokens(long seed, int count) {
    return new SplittableRandom(seed).ints(count, 10, 50).toArray();
  }

  private static Request request(int[] prompt, int maxTokens, double temperature, long seed) {
    return Request.of(prompt, settings(maxTokens, temperature, seed).build());
  }

  /// That never end by themselves.
  private static SamplingSettings.Builder settings(int maxTokens, double temperature, long seed) {
    return SamplingSettings.builder()
        .temperature(temperature)
        .seed(seed)
        .maxTokens(maxTokens)
        .logitBias(Map.of(7, -1e6));
  }

  private static Completion get(Ticket ticket) {
    return ticket.completion().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /// Prompts of all lengths, some with a common beginning.
  private static List<Request> requests(int count) {
    int[] common = tokens(99, 200);
    var random = new SplittableRandom(4);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] own = tokens(i, 1 + random.nextInt(40));
      int shared = i % 3 == 0 ? 0 : random.nextInt(200);
      int[] prompt = Arrays.copyOf(common, shared + own.length);
      System.arraycopy(own, 0, prompt, shared, own.length);
      var settings = settings(1 + random.nextInt(20), i % 2, i).logitBias(Map.of()).build();
      requests.add(Request.of(prompt, settings));
    }
    return requests;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 1})
  void eachComesToWhatItComesToAlone(int kind) throws InterruptedException {
    ModelConfig config =
        kind == 0
            ? MIXTURE
            : Configs.mistral(kind == 1 ? OptionalInt.empty() : OptionalInt.of(kind));
    List<Request> requests = requests(60);
    try (Engine engine = engine(config)) {
      List<List<Integer>> alone = new ArrayList<>();
      for (Request request : requests) {
        try (Session session = engine.newSession()) {
          alone.add(session.start(request).run().tokens());
        }
      }
      try (var scheduler = Scheduler.start(engine, options(8, 20))) {
        List<Ticket> tickets = new ArrayList<>();
        var random = new SplittableRandom(5);
        for (Request request : requests) {
          tickets.add(scheduler.submit(request, Terms.DEFAULT));
          Thread.sleep(random.nextInt(3));
        }
        for (int i = 0; i < tickets.size(); i++) {
          assertThat(get(tickets.get(i)).tokens()).as("request %d", i).isEqualTo(alone.get(i));
        }
        scheduler.drain(Duration.ofSeconds(10));
        var status = scheduler.status();
        assertThat(status.running()).isZero();
        assertThat(status.counts().completed()).isEqualTo(60);
        assertThat(status.pages().used()).isEqualTo(status.pages().kept());
      }
    }
  }

  @Test
  void aPromptThatWasReadIsNotReadAgain() {
    int[] prompt = tokens(1, 150);
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(4, 8))) {
      Completion first = get(scheduler.submit(request(prompt, 5, 0, 0), Terms.DEFAULT));
      Completion second = get(scheduler.submit(request(prompt, 5, 0, 0), Terms.DEFAULT));
      assertThat(first.usage().cachedTokens()).isZero();
      assertThat(second.usage().cachedTokens()).isEqualTo(128);
      assertThat(second.tokens()).isEqualTo(first.tokens());
      // another's pages make room when they are needed
      for (int i = 2; i < 9; i++) {
        get(scheduler.submit(request(tokens(i, 150), 50, 0, 0), Terms.DEFAULT));
      }
      Completion third = get(scheduler.submit(request(prompt, 5, 0, 0), Terms.DEFAULT));
      assertThat(third.usage().cachedTokens()).isZero();
      assertThat(third.tokens()).isEqualTo(first.tokens());
    }
  }

  @Test
  void whatIsAskedForIsTold() {
    List<TokenEvent> events = Collections.synchronizedList(new ArrayList<>());
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(4, 8))) {
      Completion completion =
          get(
              scheduler.submit(
                  request(tokens(1, 9), 6, 0, 0).topLogprobs(3).onToken(events::add),
                  Terms.DEFAULT));
      assertThat(events.stream().map(TokenEvent::id)).isEqualTo(completion.tokens());
      for (TokenEvent event : events) {
        assertThat(event.top())
            .hasSize(3)
            .first()
            .isEqualTo(new Sampler.Choice(event.id(), event.logprob()));
        assertThat(event.top())
            .isSortedAccordingTo((a, b) -> Double.compare(b.logprob(), a.logprob()));
      }
      ExpertLoad load = scheduler.load();
      assertThat(load.tokens()).isEqualTo(9 + completion.tokens().size() - 1);
      assertThat(IntStream.range(0, 5).mapToDouble(e -> load.share(1, e)).sum())
          .isCloseTo(1, within(1e-9));
      assertThat(load.entropy()[0]).isBetween(0.0, Math.log(5));
    }
  }

  /// Holds the scheduler's thread at its first token until it is let go.
  private static final class Gate {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    void hold() {
      reached.countDown();
      try {
        open.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void waitsInOrderOfPriorityAndNotForEver() throws InterruptedException {
    var gate = new Gate();
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    try (Engine engine = engine(MIXTURE);
        var scheduler =
            Scheduler.start(engine, new SchedulerOptions(1, 4, 1L << 20, Duration.ofMillis(1)))) {
      var first =
          scheduler.submit(request(tokens(1, 5), 2, 0, 0).onToken(_ -> gate.hold()), Terms.DEFAULT);
      gate.reached.await();
      List<Ticket> tickets = new ArrayList<>();
      for (int priority : new int[] {0, 5, 0}) {
        tickets.add(
            scheduler.submit(
                request(tokens(2, 5), 1, 0, 0).onToken(_ -> order.add("of " + priority)),
                new Terms(priority, Optional.empty())));
      }
      Ticket late =
          scheduler.submit(
              request(tokens(2, 5), 1, 0, 0), new Terms(9, Optional.of(Duration.ofNanos(1))));
      assertThatThrownBy(() -> scheduler.submit(request(tokens(3, 5), 1, 0, 0), Terms.DEFAULT))
          .isInstanceOfSatisfying(
              QueueFullException.class, e -> assertThat(e.retryAfter().toSeconds()).isPositive())
          .hasMessage("4 requests wait already; try again in 1 seconds");
      tickets.getLast().cancel();
      gate.open.countDown();
      assertThat(get(first).finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(get(late).finishReason()).isEqualTo(FinishReason.TIMEOUT);
      assertThat(get(tickets.getLast()).finishReason()).isEqualTo(FinishReason.CANCELLED);
      tickets.forEach(SchedulerTest::get);
      assertThat(order).containsExactly("of 5", "of 0");
      assertThat(scheduler.status().counts().cancelled()).isEqualTo(2);
    }
  }

  @Test
  void cancellingFreesItsPagesAtTheNextPass() throws InterruptedException {
    var gate = new Gate();
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(4, 8))) {
      Ticket ticket =
          scheduler.submit(
              request(tokens(1, 5), 200, 0.9, 0).onToken(_ -> gate.hold()), Terms.DEFAULT);
      gate.reached.await();
      ticket.cancel();
      gate.open.countDown();
      Completion completion = get(ticket);
      assertThat(completion.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(completion.tokens()).hasSizeLessThanOrEqualTo(2);
      scheduler.drain(Duration.ofSeconds(5));
      assertThat(scheduler.status().pages().used()).isZero();
    }
  }

  @Test
  void whatFailsFailsAlone() {
    LogitsFilter barsAll = (logits, _) -> Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(4, 16))) {
      Ticket good = scheduler.submit(request(tokens(1, 5), 30, 0, 0), Terms.DEFAULT);
      Ticket bad =
          scheduler.submit(
              request(tokens(2, 5), 30, 0, 0).filters(List.of(barsAll)), Terms.DEFAULT);
      Ticket rude =
          scheduler.submit(
              request(tokens(2, 5), 30, 0, 0)
                  .onToken(token -> {
                    throw new IllegalStateException("the listener is broken");
                  }),
              Terms.DEFAULT);
      assertThatThrownBy(() -> get(bad))
          .hasRootCauseMessage("step 0: every token of the vocabulary is barred");
      assertThatThrownBy(() -> get(rude)).hasRootCauseMessage("the listener is broken");
      assertThat(get(good).finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(scheduler.status().counts().failed()).isEqualTo(2);
      assertThat(scheduler.status().healthy()).isTrue();
    }
  }

  @Test
  void anErrorIsToldAndTheNextRequestIsAnswered() throws InterruptedException {
    LogitsFilter breaks =
        (logits, history) -> {
          throw new StackOverflowError("made up");
        };
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(4, 16))) {
      var gate = new Gate();
      Ticket beside =
          scheduler.submit(
              request(tokens(1, 5), 200, 0.9, 0).onToken(_ -> gate.hold()), Terms.DEFAULT);
      gate.reached.await();
      Ticket bad =
          scheduler.submit(request(tokens(2, 5), 9, 0, 0).filters(List.of(breaks)), Terms.DEFAULT);
      gate.open.countDown();
      for (Ticket ticket : List.of(bad, beside)) {
        assertThatThrownBy(() -> get(ticket))
            .hasRootCauseInstanceOf(SchedulerStoppedException.class)
            .hasMessageContaining("the engine broke off: java.lang.StackOverflowError: made up");
      }
      assertThat(scheduler.status().healthy()).isFalse();
      Completion after = get(scheduler.submit(request(tokens(1, 5), 9, 0, 0), Terms.DEFAULT));
      assertThat(after.tokens()).isNotEmpty();
      assertThat(scheduler.status().healthy()).isTrue();
      scheduler.drain(Duration.ofSeconds(5));
      assertThat(scheduler.status().pages().used()).isZero();
    }
  }

  @Test
  void drainsAndCloses() throws InterruptedException {
    try (Engine engine = engine(MIXTURE)) {
      var scheduler = Scheduler.start(engine, options(2, 16));
      Ticket small = scheduler.submit(request(tokens(1, 5), 3, 0, 0), Terms.DEFAULT);
      scheduler.drain(Duration.ofSeconds(20));
      assertThat(small.completion()).isCompleted();
      assertThatThrownBy(() -> scheduler.submit(request(tokens(1, 5), 3, 0, 0), Terms.DEFAULT))
          .isInstanceOf(SchedulerStoppedException.class);
      assertThat(scheduler.status().healthy()).isFalse();
      scheduler.close();
      var other = Scheduler.start(engine, options(1, 16));
      var gate = new Gate();
      Ticket under =
          other.submit(request(tokens(1, 5), 9, 0, 0).onToken(_ -> gate.hold()), Terms.DEFAULT);
      Ticket waits = other.submit(request(tokens(1, 5), 9, 0, 0), Terms.DEFAULT);
      gate.reached.await();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(other::close);
      while (other.status().accepting()) {
        Thread.sleep(1);
      }
      gate.open.countDown();
      closing.join();
      for (Ticket ticket : List.of(under, waits)) {
        assertThatThrownBy(() -> get(ticket))
            .hasRootCauseInstanceOf(SchedulerStoppedException.class);
      }
    }
  }

  @Test
  void refusesWhatCannotBe() {
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(2, 3))) {
      assertThat(scheduler.context()).isEqualTo(192);
      assertThatThrownBy(() -> scheduler.submit(request(tokens(1, 193), 1, 0, 0), Terms.DEFAULT))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("a prompt of 193 tokens does not fit the context of 192");
      assertThatThrownBy(() -> scheduler.submit(request(new int[] {50}, 1, 0, 0), Terms.DEFAULT))
          .hasMessageContaining("prompt token 0 is 50");
      Completion full = get(scheduler.submit(request(tokens(1, 150), 500, 0.9, 0), Terms.DEFAULT));
      assertThat(full.finishReason()).isEqualTo(FinishReason.CONTEXT);
      assertThatThrownBy(
              () -> Scheduler.start(engine, new SchedulerOptions(1, 1, 10, Duration.ofMillis(1))))
          .hasMessage("a cache of 10 bytes holds no page; one of 64 tokens takes 12288 bytes");
    }
  }

  @Test
  void aTextIsAVector() throws InterruptedException, ExecutionException {
    int[] text = tokens(1, 90);
    try (Engine engine = engine(MIXTURE);
        var scheduler = Scheduler.start(engine, options(2, 8))) {
      float[] mean = scheduler.embed(text, Pooling.MEAN).get();
      float[] last = scheduler.embed(text, Pooling.LAST).get();
      assertThat(mean).hasSize(24).isNotEqualTo(last);
      double squares = 0;
      for (float number : mean) {
        squares += number * number;
      }
      assertThat(squares).isCloseTo(1, within(1e-5));
      float[] states = new float[24];
      try (Session session = engine.newSession()) {
        engine.reader().states(session, text, Pooling.LAST, states);
      }
      double length =
          Math.sqrt(IntStream.range(0, 24).mapToDouble(i -> states[i] * states[i]).sum());
      for (int i = 0; i < 24; i++) {
        assertThat((double) last[i]).isCloseTo(states[i] / length, within(1e-6));
      }
      assertThatThrownBy(() -> scheduler.embed(new int[0], Pooling.MEAN))
          .isInstanceOf(EngineException.class);
    }
  }
}
