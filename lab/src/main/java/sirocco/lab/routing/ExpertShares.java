package sirocco.lab.routing;

import java.util.List;
import java.util.stream.IntStream;
import sirocco.lab.statistics.Estimate;

/// How the choices of a domain's tokens in a layer are spread over the experts (the paper's Figure
/// 7). Shares are of choices, so that they add up to 1 whichever are counted, and an even spread is
/// 1/E.
///
/// @param shares by expert
public record ExpertShares(String domain, int layer, Choice choice, List<Estimate> shares) {
  /// Which choices of a token are counted.
  public enum Choice {
    FIRST,
    SECOND,
    /// all K
    ANY
  }

  public ExpertShares {
    shares = List.copyOf(shares);
  }

  /// The shares in a domain.
  static ExpertShares of(RoutingTrace trace, String domain, int layer, Choice choice) {
    List<DocumentCounts> documents = trace.documents(domain);
    int choices =
        switch (choice) {
          case FIRST -> 1;
          case SECOND -> trace.shape().chosen() > 1 ? 1 : 0;
          case ANY -> trace.shape().chosen();
        };
    return new ExpertShares(
        domain,
        layer,
        choice,
        IntStream.range(0, trace.shape().experts())
            .mapToObj(e ->
                DocumentCounts.ratio(
                    documents, d -> d.chosen(layer, choice, e), d -> (double) choices * d.tokens()))
            .toList());
  }
}
