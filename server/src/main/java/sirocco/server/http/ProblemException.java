package sirocco.server.http;

import java.io.Serial;

/// A request is refused.
public final class ProblemException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    // Refusals are everyday: a trace would cost more than the answer.
    super(problem.message(), null, false, false);
    this.problem = problem;
  }

  /// A request that makes no sense; see [Problem#invalid(String)].
  public static ProblemException invalid(String message) {
    return new ProblemException(Problem.invalid(message));
  }

  /// A request of which one field makes no sense.
  public static ProblemException invalid(String param, String message) {
    return new ProblemException(Problem.invalid(param, message));
  }

  /// What is told.
  public Problem problem() {
    return problem;
  }
}
