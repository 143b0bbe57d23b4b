package sirocco.lab.routing;

import java.util.List;
import sirocco.lab.statistics.Estimate;

/// How often neighbours choose alike in a layer (the paper's Table 5 and Figure 10): the rest of
/// what [RoutingShape#chanceOfSameFirst] and [RoutingShape#chanceOfCommonChoice] say of chance.
///
/// @param pairs of neighbours within a window
/// @param first of these, the part whose first choices are the same
/// @param any the part whose K choices have an expert in common
public record Repetition(String domain, int layer, long pairs, Estimate first, Estimate any) {
  static Repetition of(RoutingTrace trace, String domain, int layer) {
    List<DocumentCounts> documents = trace.documents(domain);
    return new Repetition(
        domain,
        layer,
        documents.stream().mapToLong(DocumentCounts::pairs).sum(),
        DocumentCounts.ratio(documents, d -> d.sameFirst(layer), DocumentCounts::pairs),
        DocumentCounts.ratio(documents, d -> d.common(layer), DocumentCounts::pairs));
  }
}
