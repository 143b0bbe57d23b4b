package sirocco.server.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// How long things took: counts by upper bound.
final class Histogram {
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300
  };

  /// One more than bounds: what took longer than all of them.
  private final LongAdder[] counts =
      Stream.generate(LongAdder::new).limit(SECONDS.length + 1).toArray(LongAdder[]::new);

  private final DoubleAdder sum = new DoubleAdder();

  void add(Duration time) {
    double seconds = time.toNanos() / 1e9;
    int bucket = 0;
    while (bucket < SECONDS.length && seconds > SECONDS[bucket]) {
      bucket++;
    }
    counts[bucket].increment();
    sum.add(seconds);
  }

  /// Writes its buckets, which add up, its sum and its count.
  void write(PrometheusText text, String name, String... labels) {
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i].sum();
      String bound = i < SECONDS.length ? Double.toString(SECONDS[i]) : "+Inf";
      text.sample(name + "_bucket", below, with(labels, "le", bound));
    }
    text.sample(name + "_sum", sum.sum(), labels);
    text.sample(name + "_count", below, labels);
  }

  private static String[] with(String[] labels, String name, String value) {
    return Stream.concat(Stream.of(labels), Stream.of(name, value)).toArray(String[]::new);
  }
}
