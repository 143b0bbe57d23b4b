package sirocco.server.metrics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import sirocco.engine.Scheduler;
import sirocco.server.http.Exchange;

/// What the server counts, for Prometheus. Its text format is a few lines of code, so no library of
/// metrics is needed.
public final class Metrics {
  private final Scheduler scheduler;
  private final Map<Answer, LongAdder> answers = new ConcurrentSkipListMap<>();
  private final Map<String, Histogram> times = new ConcurrentSkipListMap<>();
  private final Histogram firstToken = new Histogram();
  private final Histogram betweenTokens = new Histogram();

  /// What answers are counted by.
  private record Answer(String route, String method, int status) implements Comparable<Answer> {
    @Override
    public int compareTo(Answer other) {
      int byRoute = route.compareTo(other.route);
      int byMethod = byRoute != 0 ? byRoute : method.compareTo(other.method);
      return byMethod != 0 ? byMethod : Integer.compare(status, other.status);
    }
  }

  /// @param scheduler tells of itself when it is asked
  public Metrics(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /// Counts an answer.
  ///
  /// @param route the pattern of its path; empty if there is none
  /// @param code its status; 0 if the client left before there was one
  public void answered(String route, String method, int code, Duration time) {
    String label = route.isEmpty() ? "none" : route;
    // What clients may write has no bounds, labels must.
    String known = method.equals("GET") || method.equals("POST") ? method : "other";
    answers.computeIfAbsent(new Answer(label, known, code), a -> new LongAdder()).increment();
    times.computeIfAbsent(label, r -> new Histogram()).add(time);
  }

  /// Counts an answer's first token.
  ///
  /// @param time since the request was there
  public void firstToken(Duration time) {
    firstToken.add(time);
  }

  /// Counts a further token.
  ///
  /// @param time since the one before
  public void nextToken(Duration time) {
    betweenTokens.add(time);
  }

  /// Answers `GET /metrics`.
  public void answer(Exchange exchange) {
    exchange.send(
        200, PrometheusText.CONTENT_TYPE, text().toString().getBytes(StandardCharsets.UTF_8));
  }

  private PrometheusText text() {
    PrometheusText text = new PrometheusText();
    text.family("sirocco_http_answers_total", "counter", "Answers; status 0: the client left");
    answers.forEach((answer, count) ->
        text.sample(
            "sirocco_http_answers_total",
            count.sum(),
            "route",
            answer.route(),
            "method",
            answer.method(),
            "status",
            Integer.toString(answer.status())));
    String time = "sirocco_http_answer_seconds";
    text.family(time, "histogram", "From the request's header to the answer's end");
    times.forEach((route, histogram) -> histogram.write(text, time, "route", route));
    String first = "sirocco_first_token_seconds";
    text.family(first, "histogram", "From the request to an answer's first token");
    firstToken.write(text, first);
    String between = "sirocco_between_tokens_seconds";
    text.family(between, "histogram", "From one token of an answer to its next");
    betweenTokens.write(text, between);
    SchedulerMetrics.write(text, scheduler.status());
    SchedulerMetrics.write(text, scheduler.load());
    Runtime java = Runtime.getRuntime();
    text.family("sirocco_java_heap_bytes", "gauge", "Java's heap in use")
        .sample("sirocco_java_heap_bytes", java.totalMemory() - java.freeMemory());
    return text;
  }
}
