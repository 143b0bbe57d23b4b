package sirocco.lab.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.statistics.Estimate;

/// What a change of the routers does to the loss on a domain.
///
/// @param documents that have a loss
/// @param tokens that have one
/// @param before mean negative log-likelihood without the change, in nats a token
/// @param after with it
/// @param difference after minus before. Both are measured on the same documents, so its error is
///   that of the documents' differences
public record LossEffect(
    String domain, int documents, long tokens, double before, double after, Estimate difference) {
  /// Of every domain.
  ///
  /// @param before traces of the same documents
  /// @throws EvaluationException if they are not the same
  public static List<LossEffect> between(RoutingTrace before, RoutingTrace after) {
    if (!before.domains().equals(after.domains())) {
      throw new EvaluationException(
          "expected the same domains before and after, found %s and %s"
              .formatted(before.domains(), after.domains()));
    }
    List<LossEffect> effects = new ArrayList<>();
    for (String domain : before.domains()) {
      effects.add(between(domain, before.documents(domain), after.documents(domain)));
    }
    return List.copyOf(effects);
  }

  private static LossEffect between(
      String domain, List<DocumentCounts> before, List<DocumentCounts> after) {
    double[] tokens = before.stream().mapToDouble(DocumentCounts::scored).toArray();
    if (!Arrays.equals(tokens, after.stream().mapToDouble(DocumentCounts::scored).toArray())) {
      throw new EvaluationException(
          domain + ": expected the same documents before and after, found others");
    }
    double[] differences =
        IntStream.range(0, tokens.length)
            .mapToDouble(i -> after.get(i).loss() - before.get(i).loss())
            .toArray();
    return new LossEffect(
        domain,
        (int) Arrays.stream(tokens).filter(n -> n > 0).count(),
        (long) Arrays.stream(tokens).sum(),
        DocumentCounts.ratio(before, DocumentCounts::loss, DocumentCounts::scored).value(),
        DocumentCounts.ratio(after, DocumentCounts::loss, DocumentCounts::scored).value(),
        Estimate.ratio(differences, tokens));
  }
}
