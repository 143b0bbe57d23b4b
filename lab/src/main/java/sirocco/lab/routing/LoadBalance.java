package sirocco.lab.routing;

import sirocco.lab.routing.ExpertShares.Choice;
import sirocco.lab.statistics.Estimate;

/// How evenly a domain's choices load the experts of a layer. Not a number without tokens.
///
/// @param entropy of the shares of all choices, in nats; log E if even
/// @param routerEntropy the mean over tokens of the entropy of the router's distribution, in nats;
///   log E if it has no preference, not a number if no router told
/// @param maxOverMean the largest share times E; 1 if even, E if one expert has all
/// @param variation the coefficient of variation of the shares; 0 if even
public record LoadBalance(
    String domain,
    int layer,
    double entropy,
    double routerEntropy,
    double maxOverMean,
    double variation) {
  static LoadBalance of(RoutingTrace trace, String domain, int layer) {
    double[] shares =
        ExpertShares.of(trace, domain, layer, Choice.ANY).shares().stream()
            .mapToDouble(Estimate::value)
            .toArray();
    double even = 1.0 / shares.length;
    double entropy = 0;
    double most = 0;
    double squares = 0;
    for (double share : shares) {
      entropy -= share == 0 ? 0 : share * Math.log(share);
      most = Math.max(most, share);
      squares += (share - even) * (share - even);
    }
    return new LoadBalance(
        domain,
        layer,
        entropy,
        DocumentCounts.ratio(trace.documents(domain), d -> d.entropy(layer), DocumentCounts::tokens)
            .value(),
        most / even,
        Math.sqrt(squares / shares.length) / even);
  }
}
