package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.engine.Engine;
import sirocco.lab.routing.Corpus;
import sirocco.lab.routing.Document;
import sirocco.lab.routing.EngineSource;
import sirocco.lab.routing.FirstPassages;
import sirocco.lab.routing.Passage;
import sirocco.lab.routing.Repetition;
import sirocco.lab.routing.RoutingPage;
import sirocco.lab.routing.RoutingRows;
import sirocco.lab.routing.RoutingShape;
import sirocco.lab.routing.RoutingStatistics;
import sirocco.lab.routing.RoutingStatistics.DomainSize;
import sirocco.lab.routing.RoutingTrace;
import sirocco.lab.routing.TokenTable;

/// `sirocco routing analyze`: which experts are chosen for what.
@Command(
    name = "analyze",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts which experts are chosen for the tokens of several domains.",
      "",
      "Writes routing.html, a page after the figures of Mixtral's paper, and routing.json: shares of"
          + " experts, repetition among neighbours, balance, experts that are chosen together, and"
          + " what experts tell of the domain.",
    },
    footer = {"", "Example: ./sirocco routing analyze -m mixtral --corpus texts --out report"})
final class RoutingAnalyzeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 7, heading = CorpusArguments.HEADING)
  private CorpusArguments texts = new CorpusArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FOLDER",
      description = "Where the report is put.")
  private Path folder = Path.of("");

  @Option(
      names = "--layers",
      paramLabel = "L",
      split = ",",
      description = "Layers that are shown one by one, from 0 (default: first, middle and last).")
  private List<Integer> layers = new ArrayList<>();

  @Option(
      names = "--parquet",
      description = "Write routing.parquet, too: a row for every token, layer and choice.")
  private boolean parquet;

  @Option(
      names = "--permutations",
      paramLabel = "N",
      description =
          "Times that domains are dealt out anew among documents, to see what chance does"
              + " (default: ${DEFAULT-VALUE}).")
  private int permutations = 1000;

  @Option(names = "--seed", paramLabel = "N", description = "Of these (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--json", description = "Print what routing.json holds instead of a summary.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (permutations < 1) {
      throw new ParameterException(spec.commandLine(), "--permutations must be at least 1");
    }
    Corpus corpus = texts.corpus(spec.commandLine());
    try (Engine engine = model.open(spec.commandLine())) {
      RoutingShape shape = shape(engine);
      List<Integer> shown = layers.isEmpty() ? shape.shownLayers() : layers;
      var table = new TokenTable(shape, engine.model().config().vocabSize(), shown);
      var passages = new FirstPassages();
      List<Document> documents = texts.documents(corpus, engine);
      Files.createDirectories(folder);
      RoutingTrace trace = trace(engine, documents, table, passages);
      var statistics = RoutingStatistics.of(trace, permutations, seed);
      String result = Json.pretty(statistics);
      write("routing.json", result);
      write(
          "routing.html",
          RoutingPage.html(
              "Routing of " + model.path().getFileName(),
              facts(shape, engine),
              statistics,
              table,
              passages.kept(),
              engine.tokenizer()));
      print(result, statistics, shown);
    }
    return 0;
  }

  private RoutingShape shape(Engine engine) {
    try (var source = new EngineSource(engine, texts.window(engine))) {
      return source.shape();
    }
  }

  private RoutingTrace trace(
      Engine engine, List<Document> documents, TokenTable table, FirstPassages passages) {
    var both = table.andThen(passages);
    if (!parquet) {
      return texts.trace(engine, documents, "route", both);
    }
    try (var rows = new RoutingRows(folder.resolve("routing.parquet"))) {
      RoutingTrace trace =
          texts.trace(engine, documents, "route", both.andThen((Passage p) -> rows.accept(p)));
      rows.commit();
      return trace;
    }
  }

  private Map<String, String> facts(RoutingShape shape, Engine engine) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("model", model.path().toString());
    facts.put("layers", Integer.toString(shape.layers()));
    facts.put("experts", shape.chosen() + " of " + shape.experts() + " a token");
    facts.put("window", texts.window(engine) + " tokens");
    return facts;
  }

  /// A reader sees the old file or the new one, never half of it.
  private void write(String name, String text) throws IOException {
    // Not createTempFile, whose files nobody else may read.
    Path temporary = folder.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(temporary, text);
      Files.move(temporary, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void print(String result, RoutingStatistics statistics, List<Integer> shown) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(result);
      out.flush();
      return;
    }
    out.println("neighbours with the same first choice / with a choice in common, %");
    out.printf(
        Locale.ROOT,
        "%-20s %8s %8s%s%n",
        "domain",
        "tokens",
        "loss",
        row(shown, layer -> "%15s".formatted("layer " + layer)));
    for (DomainSize domain : statistics.domains()) {
      out.printf(
          Locale.ROOT,
          "%-20s %8d %8.4f%s%n",
          domain.domain(),
          domain.tokens(),
          domain.loss().value(),
          row(shown, layer -> pair(statistics.repetition(domain.domain(), layer))));
    }
    RoutingShape shape = statistics.shape();
    String chance = percents(shape.chanceOfSameFirst(), shape.chanceOfCommonChoice());
    out.printf(Locale.ROOT, "%-38s%s%n", "by chance", row(shown, _ -> chance));
    out.println("wrote " + folder.resolve("routing.html") + " and routing.json");
    out.flush();
  }

  private static String row(List<Integer> shown, IntFunction<String> cell) {
    var out = new StringBuilder();
    shown.forEach(layer -> out.append(cell.apply(layer)));
    return out.toString();
  }

  private static String pair(Repetition repetition) {
    return percents(repetition.first().value(), repetition.any().value());
  }

  private static String percents(double first, double any) {
    return String.format(Locale.ROOT, "%7.1f / %5.1f", 100 * first, 100 * any);
  }
}
