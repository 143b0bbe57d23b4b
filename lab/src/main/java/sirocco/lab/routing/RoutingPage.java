package sirocco.lab.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.lab.report.BarChart;
import sirocco.lab.report.Html;
import sirocco.lab.report.LineChart;
import sirocco.lab.report.LineChart.Line;
import sirocco.lab.report.LineChart.Look;
import sirocco.lab.report.Page;
import sirocco.lab.report.Scale;
import sirocco.lab.report.Series;
import sirocco.lab.routing.ExpertShares.Choice;
import sirocco.lab.routing.RoutingStatistics.DomainSize;
import sirocco.lab.statistics.Estimate;
import sirocco.text.Tokenizer;

/// A page that shows what experts do, after the figures of Mixtral's paper (arXiv 2401.04088,
/// section 5): shares of experts (Figure 7), repetition (Table 5 and Figure 10), tokens in the
/// colours of experts (Figure 8).
public final class RoutingPage {
  /// Tokens of a coloured text.
  private static final int SHOWN_TOKENS = 160;

  /// Rows of an expert in the table of tokens, and how often a token of it occurs at least.
  private static final int ROWS = 8;

  private static final int OCCURRENCES = 10;

  private final RoutingStatistics statistics;
  private final TokenTable tokens;
  private final List<Passage> passages;
  private final Optional<Tokenizer> tokenizer;
  private final List<String> domains;
  private final List<Integer> layers;

  private RoutingPage(
      RoutingStatistics statistics,
      TokenTable tokens,
      List<Passage> passages,
      Optional<Tokenizer> tokenizer) {
    this.statistics = statistics;
    this.tokens = tokens;
    this.passages = List.copyOf(passages);
    this.tokenizer = tokenizer;
    this.domains = statistics.domains().stream().map(DomainSize::domain).toList();
    this.layers = tokens.layers();
  }

  /// The page.
  ///
  /// @param facts of the run, any text
  /// @param tokens counted of the layers that are shown one by one
  /// @param passages to show in colours
  /// @param tokenizer texts of tokens; without it they are numbers and nothing is coloured
  public static String html(
      String title,
      Map<String, String> facts,
      RoutingStatistics statistics,
      TokenTable tokens,
      List<Passage> passages,
      Optional<Tokenizer> tokenizer) {
    var page = new RoutingPage(statistics, tokens, passages, tokenizer);
    return Page.html(
        title,
        page.facts(facts)
            + page.sizes()
            + page.shares()
            + page.repetition()
            + page.information()
            + page.tokens()
            + page.texts());
  }

  private String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(f ->
            "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
                .formatted(Html.text(f.getKey()), Html.text(f.getValue())))
        .collect(Collectors.joining("", "<table>\n", "</table>\n"));
  }

  private String sizes() {
    return table(
        "Texts",
        "Losses are mean negative log-likelihoods in nats a token; ± is a standard error, by"
            + " document.",
        List.of("domain", "documents", "empty", "tokens", "loss"),
        statistics.domains().stream()
            .map(d ->
                List.of(
                    d.domain(),
                    Integer.toString(d.documents()),
                    Integer.toString(d.emptyDocuments()),
                    Long.toString(d.tokens()),
                    show(d.loss(), 1, 4)))
            .toList());
  }

  private String shares() {
    var out = new StringBuilder("<h2>Shares of experts</h2>\n");
    out.append(
        "<p>Parts of the choices in a domain that went to each expert; the dashed line is an even"
            + " spread. The form of the paper's Figure 7.</p>\n");
    String key = "";
    for (int layer : layers) {
      out.append("<div class=\"charts thirds\">\n");
      for (Choice choice : Choice.values()) {
        BarChart chart = chart(layer, choice);
        key = chart.key();
        if (choice != Choice.SECOND || statistics.shape().chosen() > 1) {
          out.append(chart.toHtml());
        }
      }
      out.append("</div>\n").append(key);
    }
    return out.toString();
  }

  private BarChart chart(int layer, Choice choice) {
    String which =
        switch (choice) {
          case FIRST -> "first choice";
          case SECOND -> "second choice";
          case ANY -> "any choice";
        };
    return new BarChart(
        "Layer " + layer + ", " + which,
        "share of choices",
        "expert",
        IntStream.range(0, statistics.shape().experts()).mapToObj(Integer::toString).toList(),
        domains.stream()
            .map(domain -> bars(domain, statistics.shares(domain, layer, choice).shares()))
            .toList(),
        1.0 / statistics.shape().experts());
  }

  private static BarChart.Bars bars(String name, List<Estimate> shares) {
    return new BarChart.Bars(
        name,
        shares.stream().mapToDouble(Estimate::value).toArray(),
        shares.stream().mapToDouble(Estimate::standardError).toArray());
  }

  private String repetition() {
    RoutingShape shape = statistics.shape();
    return "<h2>Repetition</h2>\n<div class=\"charts\">\n"
        + lines("Same first choice", shape.chanceOfSameFirst(), Repetition::first)
        + lines("A choice in common", shape.chanceOfCommonChoice(), Repetition::any)
        + "</div>\n"
        + repetitionTable();
  }

  /// The form of the paper's Figure 10.
  private String lines(String title, double chance, Function<Repetition, Estimate> of) {
    double[] x = IntStream.range(0, statistics.shape().layers()).asDoubleStream().toArray();
    var lines =
        new ArrayList<>(
            IntStream.range(0, domains.size())
                .mapToObj(d ->
                    new Line(
                        new Series(
                            domains.get(d),
                            x,
                            IntStream.range(0, x.length)
                                .mapToDouble(layer ->
                                    of.apply(statistics.repetition(domains.get(d), layer)).value())
                                .toArray()),
                        d,
                        Look.MARKED))
                .toList());
    double[] even = IntStream.range(0, x.length).mapToDouble(_ -> chance).toArray();
    lines.add(new Line(new Series("by chance", x, even), 0, Look.REFERENCE));
    return new LineChart(
            title + " of neighbours",
            "part of pairs",
            false,
            new LineChart.Axis("layer", false, x),
            lines)
        .toHtml();
  }

  /// The form of the paper's Table 5.
  private String repetitionTable() {
    List<String> head =
        IntStream.range(0, 2 * layers.size())
            .mapToObj(i ->
                (i < layers.size() ? "same first, layer " : "in common, layer ")
                    + layers.get(i % layers.size()))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    for (String domain : domains) {
      rows.add(row(domain, i -> cell(domain, i)));
    }
    rows.add(row("by chance", i -> percent(chance(i))));
    return table(
        "Neighbours that choose alike",
        "Percent of pairs of consecutive tokens. The form of the paper's Table 5.",
        row("domain", head::get),
        rows);
  }

  private List<String> row(String name, IntFunction<String> cell) {
    return Stream.concat(Stream.of(name), IntStream.range(0, 2 * layers.size()).mapToObj(cell))
        .toList();
  }

  private String cell(String domain, int column) {
    Repetition found = statistics.repetition(domain, layers.get(column % layers.size()));
    return show(column < layers.size() ? found.first() : found.any(), 100, 1);
  }

  private double chance(int column) {
    return column < layers.size()
        ? statistics.shape().chanceOfSameFirst()
        : statistics.shape().chanceOfCommonChoice();
  }

  private String information() {
    return table(
        "What experts tell of the domain",
        "Mutual information of expert and domain, in nats, of all choices; by chance is the mean"
            + " where domains are dealt out anew among documents, and p says how often that is as"
            + " much.",
        List.of("layer", "information", "by chance", "p"),
        statistics.information().stream()
            .map(i ->
                List.of(
                    Integer.toString(i.layer()),
                    Scale.show(i.nats()),
                    Scale.show(i.byChance()),
                    Scale.show(i.pValue())))
            .toList());
  }

  private String tokens() {
    var out = new StringBuilder();
    for (int layer : layers) {
      List<List<String>> rows =
          IntStream.range(0, statistics.shape().experts())
              .mapToObj(e ->
                  List.of(
                      Integer.toString(e),
                      entries(layer, e, TokenTable.Order.OF_EXPERT),
                      entries(layer, e, TokenTable.Order.LIFT)))
              .toList();
      out.append(
          table(
              "Tokens of the experts of layer " + layer,
              "First choices, of tokens that occur at least "
                  + OCCURRENCES
                  + " times: what makes up most of an expert's tokens, with its part of them, and"
                  + " what is likelier to come than others, with how many times likelier.",
              "plain",
              List.of("expert", "most", "likeliest"),
              rows));
    }
    return out.toString();
  }

  private String entries(int layer, int expert, TokenTable.Order order) {
    return tokens.tokens(layer, expert, order, ROWS, OCCURRENCES).stream()
        .map(entry ->
            name(entry.token())
                + " "
                + switch (order) {
                  case OF_EXPERT -> percent(entry.ofExpert()) + "%";
                  case LIFT -> String.format(Locale.ROOT, "%.1f×", entry.lift());
                })
        .collect(Collectors.joining(", "));
  }

  private String name(int token) {
    return tokenizer
        .map(t -> "‘" + t.vocabulary().tokens().get(token).text() + "’")
        .orElseGet(() -> Integer.toString(token));
  }

  private String texts() {
    if (tokenizer.isEmpty()) {
      return "";
    }
    var out = new StringBuilder("<h2>Texts in the colours of experts</h2>\n");
    out.append("<p>First choices. The form of the paper's Figure 8.</p>\n");
    out.append(ColouredTokens.key(statistics.shape().experts()));
    for (Passage passage : passages) {
      out.append(
          "<h2>%s</h2>\n<div class=\"charts thirds\">\n".formatted(Html.text(passage.domain())));
      for (int layer : layers) {
        out.append("<figure><figcaption>Layer %d</figcaption>".formatted(layer))
            .append(ColouredTokens.html(passage.window(), layer, tokenizer.get(), SHOWN_TOKENS))
            .append("</figure>\n");
      }
      out.append("</div>\n");
    }
    return out.toString();
  }

  /// A table whose first column names its rows.
  private static String table(
      String title, String meaning, List<String> head, List<List<String>> rows) {
    return table(title, meaning, "numbers", head, rows);
  }

  /// The same with a style.
  private static String table(
      String title, String meaning, String style, List<String> head, List<List<String>> rows) {
    var out = new StringBuilder("<h2>%s</h2>\n<p>%s</p>\n".formatted(title, meaning));
    out.append("<table class=\"%s\">\n<thead><tr>".formatted(style));
    head.forEach(name -> out.append("<th>").append(Html.text(name)).append("</th>"));
    out.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      out.append("<tr><th scope=\"row\">").append(Html.text(row.getFirst())).append("</th>");
      row.stream()
          .skip(1)
          .forEach(cell -> out.append("<td>").append(Html.text(cell)).append("</td>"));
      out.append("</tr>\n");
    }
    return out.append("</tbody>\n</table>\n").toString();
  }

  private static String show(Estimate estimate, double factor, int digits) {
    if (!Double.isFinite(estimate.value())) {
      return "–";
    }
    String value = String.format(Locale.ROOT, "%." + digits + "f", factor * estimate.value());
    return Double.isFinite(estimate.standardError())
        ? String.format(
            Locale.ROOT, "%s ± %." + digits + "f", value, factor * estimate.standardError())
        : value;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
