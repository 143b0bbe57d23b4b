package sirocco.metrics;

import java.time.Duration;
import sirocco.engine.ExpertLoad;
import sirocco.engine.Scheduler;

/// A scheduler's [ExpertLoad] of a moment ago. It is a copy with a number for each expert, and
/// there is a meter for each, so one copy serves all meters that are read together.
final class RecentLoad {
  private static final Duration MOMENT = Duration.ofMillis(100);

  private ExpertLoad load = new ExpertLoad(0, new long[0][], new double[0]); // guarded by this
  private long read = System.nanoTime() - MOMENT.toNanos(); // guarded by this

  /// @param scheduler the same each time; not held
  synchronized ExpertLoad of(Scheduler scheduler) {
    if (System.nanoTime() - read >= MOMENT.toNanos()) {
      load = scheduler.load();
      read = System.nanoTime();
    }
    return load;
  }

  /// How often an expert was chosen; 0 before the first pass.
  long chosen(Scheduler scheduler, int layer, int expert) {
    ExpertLoad now = of(scheduler);
    return layer < now.layers() ? now.chosen()[layer][expert] : 0;
  }

  /// Of a layer, in nats; 0 before the first pass.
  double entropy(Scheduler scheduler, int layer) {
    ExpertLoad now = of(scheduler);
    return layer < now.layers() ? now.entropy()[layer] : 0;
  }
}
