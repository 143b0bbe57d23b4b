package sirocco.cli;

import java.util.Optional;
import sirocco.lab.eval.Progress;

/// A bar for work of the lab, which tells how much it is when it begins, and may begin again.
final class TaskBar implements Progress, AutoCloseable {
  private final String what;
  private Optional<ProgressBar> bar = Optional.empty();

  /// @param what is being done
  TaskBar(String what) {
    this.what = what;
  }

  @Override
  public void begins(int total, int done) {
    close();
    ProgressBar begun = new ProgressBar(what, total);
    begun.resume(done);
    bar = Optional.of(begun);
  }

  @Override
  public void advances() {
    bar.orElseThrow().advance(1, "");
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
