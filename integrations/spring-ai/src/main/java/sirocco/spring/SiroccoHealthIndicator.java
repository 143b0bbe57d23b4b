package sirocco.spring;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import sirocco.LanguageModel;
import sirocco.engine.SchedulerStatus;

/// Up as long as the model can be expected to answer.
final class SiroccoHealthIndicator extends AbstractHealthIndicator {
  private final LanguageModel model;

  SiroccoHealthIndicator(LanguageModel model) {
    super("the model cannot be asked how it is");
    this.model = model;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    SchedulerStatus status = model.scheduler().status();
    builder
        .status(status.healthy() ? Status.UP : Status.DOWN)
        .withDetail("model", model.name())
        .withDetail("running", status.running())
        .withDetail("queued", status.queued())
        .withDetail("accepting", status.accepting());
    status.failure().ifPresent(failure -> builder.withDetail("failure", failure));
  }
}
