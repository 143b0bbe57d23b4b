package sirocco.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import sirocco.LanguageModel;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.FinishReason;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerStatus;
import sirocco.engine.SchedulerStatus.Counts;

/// What a model is doing and has done, for Micrometer: those who use it bring
/// `io.micrometer:micrometer-core`, nothing else here needs it. Prometheus sees the names that
/// Sirocco's server has, beside a label `model`.
///
/// ```java
/// try (var model = Sirocco.load(Path.of("models/mixtral"))) {
///   new LanguageModelMetrics(model).bindTo(io.micrometer.core.instrument.Metrics.globalRegistry);
/// }
/// ```
///
/// Meters do not keep a model in memory. [#close] takes them out of their registries: a registry
/// that still has those of a model that is closed would take another of the same name for it.
public final class LanguageModelMetrics implements MeterBinder, AutoCloseable {
  private final Scheduler scheduler;
  private final ModelConfig config;
  private final Tags tags;
  private final boolean experts;
  private final List<Bound> bound = new ArrayList<>(); // guarded by itself

  private record Bound(MeterRegistry registry, Meter meter) {}

  /// Meters with the tag `model`, the model's name; none for single experts.
  public LanguageModelMetrics(LanguageModel model) {
    this(model, List.of());
  }

  /// The same with more tags.
  public LanguageModelMetrics(LanguageModel model, Iterable<Tag> more) {
    this(
        model.scheduler(),
        model.engine().model().config(),
        Tags.of("model", model.name()).and(more),
        false);
  }

  private LanguageModelMetrics(
      Scheduler scheduler, ModelConfig config, Tags tags, boolean experts) {
    this.scheduler = scheduler;
    this.config = config;
    this.tags = tags;
    this.experts = experts;
  }

  /// The same, and how often each expert of each layer was chosen and how sure each layer's router
  /// was: a meter an expert, 256 for Mixtral 8x7B. A dense model has none.
  public LanguageModelMetrics withExperts() {
    return new LanguageModelMetrics(scheduler, config, tags, true);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    List<Meter> meters = new ArrayList<>();
    gauges(registry, meters);
    counters(registry, meters);
    if (experts && config.isMixture()) {
      experts(registry, meters);
    }
    synchronized (bound) {
      meters.forEach(meter -> bound.add(new Bound(registry, meter)));
    }
  }

  /// Takes the meters out of the registries that they were bound to.
  @Override
  public void close() {
    synchronized (bound) {
      bound.forEach(b -> b.registry().remove(b.meter()));
      bound.clear();
    }
  }

  private void gauges(MeterRegistry registry, List<Meter> meters) {
    var named = new Named(registry, meters);
    named.gauge(
        "sirocco.healthy",
        "1 while requests are taken and passes succeed",
        s -> s.healthy() ? 1 : 0);
    named.gauge("sirocco.requests.running", "Generations under way", SchedulerStatus::running);
    named.gauge("sirocco.requests.queued", "Requests that wait", SchedulerStatus::queued);
    named.gauge(
        "sirocco.cache.pages", "Pages of keys and values there may be", s -> s.pages().total());
    named.gauge("sirocco.cache.pages.used", "Of those in use or kept", s -> s.pages().used());
    named.gauge(
        "sirocco.cache.pages.kept", "Of those kept for prefixes only", s -> s.pages().kept());
  }

  private void counters(MeterRegistry registry, List<Meter> meters) {
    var named = new Named(registry, meters);
    String ended = "Requests by how they ended";
    named.counter("sirocco.prompt.tokens", "Tokens of prompts read", Counts::promptTokens);
    named.counter(
        "sirocco.cached.tokens", "Tokens of prompts that the cache had", Counts::cachedTokens);
    named.counter("sirocco.generated.tokens", "Tokens made", Counts::generatedTokens);
    named.counter("sirocco.passes", "Passes through the model", Counts::passes);
    for (FinishReason reason : FinishReason.values()) {
      named.counter("sirocco.requests.ended", ended, c -> c.ended(reason), "reason", reason.json());
    }
    named.counter("sirocco.requests.ended", ended, Counts::failed, "reason", "failed");
  }

  private void experts(MeterRegistry registry, List<Meter> meters) {
    var named = new Named(registry, meters);
    var load = new RecentLoad();
    named.counter(
        "sirocco.routed.tokens",
        "Tokens that went to experts",
        s -> load.of(s).tokens(),
        Tags.empty());
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      int at = layer;
      Tags ofLayer = Tags.of("layer", Integer.toString(layer));
      named.gauge(
          "sirocco.router.entropy.nats",
          "Mean entropy of a layer's router; log of E if it does not care",
          s -> load.entropy(s, at),
          ofLayer);
      for (int expert = 0; expert < config.numLocalExperts(); expert++) {
        int which = expert;
        named.counter(
            "sirocco.expert.choices",
            "How often a token went to an expert of a layer",
            s -> load.chosen(s, at, which),
            ofLayer.and("expert", Integer.toString(expert)));
      }
    }
  }

  /// Registers meters. They hold the scheduler weakly.
  private final class Named {
    private final MeterRegistry registry;
    private final List<Meter> meters;

    Named(MeterRegistry registry, List<Meter> meters) {
      this.registry = registry;
      this.meters = meters;
    }

    void gauge(String name, String description, ToDoubleFunction<SchedulerStatus> value) {
      gauge(name, description, s -> value.applyAsDouble(s.status()), Tags.empty());
    }

    void gauge(String name, String description, ToDoubleFunction<Scheduler> value, Tags more) {
      meters.add(
          Gauge.builder(name, scheduler, value)
              .description(description)
              .tags(tags.and(more))
              .register(registry));
    }

    void counter(String name, String description, ToLongFunction<Counts> value, String... more) {
      counter(name, description, s -> value.applyAsLong(s.status().counts()), Tags.of(more));
    }

    void counter(String name, String description, ToDoubleFunction<Scheduler> value, Tags more) {
      meters.add(
          FunctionCounter.builder(name, scheduler, value)
              .description(description)
              .tags(tags.and(more))
              .register(registry));
    }
  }
}
