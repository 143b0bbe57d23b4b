package sirocco.server.http;

/// Answers one kind of request.
@FunctionalInterface
public interface Endpoint {
  /// Sends an answer.
  ///
  /// @throws ProblemException to refuse the request
  /// @throws ClientLeftException if nobody is there to read the answer
  void answer(Exchange exchange);
}
