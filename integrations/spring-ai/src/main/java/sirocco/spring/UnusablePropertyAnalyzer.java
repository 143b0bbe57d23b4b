package sirocco.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Has an application that cannot start say what is wrong in two lines in place of a stack trace.
/// Found by way of `META-INF/spring.factories`.
final class UnusablePropertyAnalyzer extends AbstractFailureAnalyzer<UnusablePropertyException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, UnusablePropertyException cause) {
    return new FailureAnalysis(
        String.valueOf(cause.getMessage()), "Change or set " + cause.property() + ".", cause);
  }
}
