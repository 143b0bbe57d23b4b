package sirocco;

import java.util.List;
import sirocco.engine.Request;
import sirocco.engine.TokenEvent;

/// A [Prompt] made ready for a model: what the scheduler is to do, and what its tokens mean. For
/// programs that talk with the scheduler themselves; others use [AnswerStream]. It has the state of
/// one answer.
public final class PreparedPrompt {
  private final Request request;
  private final AnswerReader reader;

  PreparedPrompt(Request request, AnswerReader reader) {
    this.request = request;
    this.reader = reader;
  }

  /// What the scheduler is to do. Nobody listens yet.
  public Request request() {
    return request;
  }

  /// The same with probabilities of the prompt's own tokens, from one on ([Request#scoredFrom]).
  public PreparedPrompt scoredFrom(int first) {
    return new PreparedPrompt(request.scoredFrom(first), reader);
  }

  /// The text or calls that this token completes.
  public List<Event.Said> read(TokenEvent token) {
    return reader.read(token);
  }

  /// The text or calls that were held back, when no token will come.
  public List<Event.Said> end() {
    return reader.end();
  }
}
