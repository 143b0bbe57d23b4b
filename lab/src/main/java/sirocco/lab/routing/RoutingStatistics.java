package sirocco.lab.routing;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.routing.ExpertShares.Choice;
import sirocco.lab.statistics.Estimate;

/// What a trace says of the experts. Lists of a domain and layer go through the domains first.
///
/// @param shares of experts: first, second and any choice of each domain and layer
/// @param repetition of each domain and layer
/// @param balance of each domain and layer
/// @param coActivation of each domain and layer
/// @param information of each layer, of all choices
public record RoutingStatistics(
    RoutingShape shape,
    List<DomainSize> domains,
    List<ExpertShares> shares,
    List<Repetition> repetition,
    List<LoadBalance> balance,
    List<CoActivation> coActivation,
    List<DomainInformation> information) {
  /// What was routed of a domain.
  ///
  /// @param documents with a token
  /// @param emptyDocuments without one
  /// @param loss mean negative log-likelihood, in nats a token; not a number if no model told
  public record DomainSize(
      String domain, int documents, int emptyDocuments, long tokens, Estimate loss) {}

  public RoutingStatistics {
    domains = List.copyOf(domains);
    shares = List.copyOf(shares);
    repetition = List.copyOf(repetition);
    balance = List.copyOf(balance);
    coActivation = List.copyOf(coActivation);
    information = List.copyOf(information);
  }

  /// All there is to say of a trace.
  ///
  /// @param permutations of domains among documents, from which chance is learnt; at least 1
  public static RoutingStatistics of(RoutingTrace trace, int permutations, long seed) {
    if (permutations < 1) {
      throw new EvaluationException("expected at least 1 permutation, found " + permutations);
    }
    List<ExpertShares> shares =
        List.of(Choice.values()).stream()
            .flatMap(choice -> each(trace, (d, l) -> ExpertShares.of(trace, d, l, choice)).stream())
            .toList();
    return new RoutingStatistics(
        trace.shape(),
        trace.domains().stream().map(domain -> size(trace, domain)).toList(),
        shares,
        each(trace, (domain, layer) -> Repetition.of(trace, domain, layer)),
        each(trace, (domain, layer) -> LoadBalance.of(trace, domain, layer)),
        each(trace, (domain, layer) -> CoActivation.of(trace, domain, layer)),
        DomainInformation.of(trace, Choice.ANY, permutations, seed));
  }

  private static DomainSize size(RoutingTrace trace, String domain) {
    List<DocumentCounts> documents = trace.documents(domain);
    return new DomainSize(
        domain,
        documents.size(),
        trace.emptyDocuments(domain),
        documents.stream().mapToLong(DocumentCounts::tokens).sum(),
        DocumentCounts.ratio(documents, DocumentCounts::loss, DocumentCounts::scored));
  }

  private static <T> List<T> each(RoutingTrace trace, BiFunction<String, Integer, T> make) {
    return trace.domains().stream()
        .flatMap(domain ->
            IntStream.range(0, trace.shape().layers()).mapToObj(layer -> make.apply(domain, layer)))
        .toList();
  }

  /// The shares of a domain in a layer.
  ///
  /// @throws EvaluationException if there is no such domain or layer
  public ExpertShares shares(String domain, int layer, Choice choice) {
    return shares.stream()
        .filter(s -> s.domain().equals(domain) && s.layer() == layer && s.choice() == choice)
        .findFirst()
        .orElseThrow(() -> missing(domain, layer));
  }

  /// The repetition of a domain in a layer.
  ///
  /// @throws EvaluationException if there is no such domain or layer
  public Repetition repetition(String domain, int layer) {
    return repetition.stream()
        .filter(r -> r.domain().equals(domain) && r.layer() == layer)
        .findFirst()
        .orElseThrow(() -> missing(domain, layer));
  }

  private EvaluationException missing(String domain, int layer) {
    return new EvaluationException(
        "nothing was routed of %s in layer %d; there are %s and layers 0 to %d"
            .formatted(
                domain,
                layer,
                domains.stream().map(DomainSize::domain).toList(),
                shape.layers() - 1));
  }
}
