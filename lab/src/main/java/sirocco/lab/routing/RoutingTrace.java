package sirocco.lab.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import sirocco.lab.eval.EvaluationException;

/// Where the tokens of documents went, counted by document and layer; the tokens themselves are not
/// kept. Takes 4 (K E + 4) L bytes a document: 2.5 KB with Mixtral 8x7B.
public final class RoutingTrace {
  private final RoutingShape shape;
  private final List<DocumentCounts> documents = new ArrayList<>();
  private final SequencedMap<String, Domain> domains = new LinkedHashMap<>();

  /// What is kept of a domain as a whole.
  private static final class Domain {
    private final long[][] together; // [L][E E]
    private int documents;
    private int empty;

    Domain(RoutingShape shape) {
      this.together = new long[shape.layers()][shape.experts() * shape.experts()];
    }
  }

  private RoutingTrace(RoutingShape shape) {
    this.shape = shape;
  }

  /// Routes documents, each cut into windows that know nothing of each other.
  ///
  /// @param window the most tokens of one
  /// @param observer told of every window
  public static RoutingTrace of(
      RoutingSource source, Iterator<Document> documents, int window, Consumer<Passage> observer) {
    if (window < 1) {
      throw new EvaluationException("expected windows of at least 1 token, found " + window);
    }
    var trace = new RoutingTrace(source.shape());
    while (documents.hasNext()) {
      trace.add(documents.next(), source, window, observer);
    }
    return trace;
  }

  private void add(
      Document document, RoutingSource source, int window, Consumer<Passage> observer) {
    Domain domain = domains.computeIfAbsent(document.domain(), _ -> new Domain(shape));
    int[] ids = document.ids();
    if (ids.length == 0) {
      domain.empty++;
      return;
    }
    int number = domain.documents++;
    var counts = new DocumentCounts(document.domain(), shape);
    for (int start = 0; start < ids.length; start += window) {
      RoutedWindow routed =
          source.route(Arrays.copyOfRange(ids, start, Math.min(start + window, ids.length)));
      counts.add(routed);
      countTogether(routed, domain);
      observer.accept(new Passage(document.domain(), number, start, routed));
    }
    documents.add(counts);
  }

  private void countTogether(RoutedWindow routed, Domain domain) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (int t = 0; t < routed.tokens(); t++) {
        for (int a = 0; a < shape.chosen(); a++) {
          int row = routed.expert(layer, t, a) * shape.experts();
          for (int b = 0; b < shape.chosen(); b++) {
            domain.together[layer][row + routed.expert(layer, t, b)] += a == b ? 0 : 1;
          }
        }
      }
    }
  }

  /// How many routers there are.
  public RoutingShape shape() {
    return shape;
  }

  /// Every domain that had a document, in the order they came.
  public List<String> domains() {
    return List.copyOf(domains.keySet());
  }

  /// Every document that had a token, in the order they came.
  public List<DocumentCounts> documents() {
    return Collections.unmodifiableList(documents);
  }

  /// Those of a domain.
  public List<DocumentCounts> documents(String domain) {
    return documents.stream().filter(d -> d.domain().equals(domain)).toList();
  }

  /// How many documents of a domain had no token.
  public int emptyDocuments(String domain) {
    return domain(domain).empty;
  }

  /// How many tokens of a domain chose both of two experts of a layer.
  public long together(String domain, int layer, int first, int second) {
    return domain(domain).together[layer][first * shape.experts() + second];
  }

  private Domain domain(String name) {
    Map<String, Domain> all = domains;
    Domain found = all.get(name);
    if (found == null) {
      throw new EvaluationException(
          "no document of the domain " + name + " was routed, only of " + all.keySet());
    }
    return found;
  }
}
