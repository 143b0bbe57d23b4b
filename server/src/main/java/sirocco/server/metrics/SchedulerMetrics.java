package sirocco.server.metrics;

import sirocco.engine.ExpertLoad;
import sirocco.engine.FinishReason;
import sirocco.engine.SchedulerStatus;

/// What the scheduler says of itself.
final class SchedulerMetrics {
  private SchedulerMetrics() {}

  static void write(PrometheusText text, SchedulerStatus status) {
    gauge(text, "sirocco_healthy", "1 while requests are taken and passes succeed", flag(status));
    gauge(text, "sirocco_requests_running", "Generations under way", status.running());
    gauge(text, "sirocco_requests_queued", "Requests that wait", status.queued());
    SchedulerStatus.Pages pages = status.pages();
    gauge(text, "sirocco_cache_pages", "Pages of keys and values there may be", pages.total());
    gauge(text, "sirocco_cache_pages_used", "Of those in use or kept", pages.used());
    gauge(text, "sirocco_cache_pages_kept", "Of those kept for prefixes only", pages.kept());
    SchedulerStatus.Counts counts = status.counts();
    counter(text, "sirocco_prompt_tokens_total", "Tokens of prompts read", counts.promptTokens());
    counter(
        text,
        "sirocco_cached_tokens_total",
        "Tokens of prompts that the cache had",
        counts.cachedTokens());
    counter(text, "sirocco_generated_tokens_total", "Tokens made", counts.generatedTokens());
    counter(text, "sirocco_passes_total", "Passes through the model", counts.passes());
    String ended = "sirocco_requests_ended_total";
    text.family(ended, "counter", "Requests by how and why they ended");
    for (FinishReason reason : FinishReason.values()) {
      text.sample(ended, counts.ended(reason), "how", how(reason), "reason", reason.json());
    }
    text.sample(ended, counts.failed(), "how", "failed", "reason", "failed");
  }

  /// Where tokens went, and how sure the routers were.
  static void write(PrometheusText text, ExpertLoad load) {
    counter(text, "sirocco_routed_tokens_total", "Tokens that went to experts", load.tokens());
    String share = "sirocco_expert_share";
    text.family(share, "gauge", "Of a layer's choices the part that went to an expert");
    for (int layer = 0; layer < load.layers(); layer++) {
      for (int expert = 0; expert < load.chosen()[layer].length; expert++) {
        text.sample(
            share,
            load.share(layer, expert),
            "layer",
            Integer.toString(layer),
            "expert",
            Integer.toString(expert));
      }
    }
    String entropy = "sirocco_router_entropy_nats";
    text.family(entropy, "gauge", "Mean entropy of a layer's router; log of E if it does not care");
    for (int layer = 0; layer < load.layers(); layer++) {
      text.sample(entropy, load.entropy()[layer], "layer", Integer.toString(layer));
    }
  }

  private static String how(FinishReason reason) {
    return switch (reason) {
      case STOP, LENGTH, CONTEXT -> "completed";
      case CANCELLED, TIMEOUT -> "cancelled";
    };
  }

  private static long flag(SchedulerStatus status) {
    return status.healthy() ? 1 : 0;
  }

  private static void gauge(PrometheusText text, String name, String help, long value) {
    text.family(name, "gauge", help).sample(name, value);
  }

  private static void counter(PrometheusText text, String name, String help, long value) {
    text.family(name, "counter", help).sample(name, value);
  }
}
