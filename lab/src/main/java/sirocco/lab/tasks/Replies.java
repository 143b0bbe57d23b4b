package sirocco.lab.tasks;

import java.util.List;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Reply;

/// What a judge expects of a reply.
final class Replies {
  private Replies() {}

  /// One likelihood for each of so many continuations.
  static List<Reply.Likelihood> likelihoods(Reply reply, int count) {
    if (reply instanceof Reply.Likelihoods found
        && found.all().size() == count
        && found.all().stream().noneMatch(l -> Double.isNaN(l.logLikelihood()))) {
      return found.all();
    }
    throw new EvaluationException(
        "expected the likelihoods of " + count + " continuations, found " + reply);
  }

  /// So many texts.
  static List<String> texts(Reply reply, int count) {
    if (reply instanceof Reply.Texts found && found.all().size() == count) {
      return found.all();
    }
    throw new EvaluationException("expected " + count + " texts, found " + reply);
  }
}
