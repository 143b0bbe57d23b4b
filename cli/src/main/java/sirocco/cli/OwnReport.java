package sirocco.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import sirocco.engine.Engine;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Evaluation;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Task;
import sirocco.lab.range.ContextCurve;
import sirocco.lab.range.KeyValueRetrieval;
import sirocco.lab.range.Passkey;
import sirocco.lab.report.Block;
import sirocco.lab.report.EvaluationReport;
import sirocco.lab.routing.Document;
import sirocco.lab.routing.DomainInformation;
import sirocco.lab.routing.EngineSource;
import sirocco.lab.routing.Repetition;
import sirocco.lab.routing.RoutingShape;
import sirocco.lab.routing.RoutingStatistics;
import sirocco.lab.routing.RoutingStatistics.DomainSize;
import sirocco.lab.routing.RoutingTrace;
import sirocco.lab.statistics.Estimate;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;
import sirocco.train.data.Preference;
import sirocco.train.synthetic.Exercises;
import sirocco.train.synthetic.Generators;

/// What can be measured of a model without any files: the default model's own exercises, passkeys
/// and key-value pairs, perplexity by length of context, and what its experts do with texts of the
/// kinds that it learnt.
final class OwnReport {
  private static final int DRAWS = 1000;
  private static final int PERMUTATIONS = 1000;
  private static final int TOKENS = 16_384; // of a domain whose routing is looked at
  private static final int WINDOW = 512;
  private static final int SCORED = 32; // tokens at the end of a context
  private static final int LONGEST = 4096;
  private static final List<String> DOMAINS =
      List.of("story", "paragraph", "records", "lookup", "arithmetic", "units", "java");

  private final EvaluatedModel model;
  private final Engine engine;

  /// @param model whose engine it is
  OwnReport(EvaluatedModel model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /// Measures.
  ///
  /// @param samples folder for the answers: what an interrupted run left there is not asked again
  sirocco.lab.report.Document measure(Path samples, String command) throws InterruptedException {
    List<Result> results = new ArrayList<>();
    for (Task task : tasks()) {
      results.add(answers(task, samples));
    }
    results.add(curve());
    var run = new ResultsFile(command, Main.Version.text(), results);
    boolean mixture = engine.model().config().numLocalExperts() > 1;
    return EvaluationReport.of(run, mixture ? routing() : List.of());
  }

  private int context() {
    return Math.min(LONGEST, engine.context());
  }

  private List<Task> tasks() {
    List<Integer> lengths =
        IntStream.of(256, 512, 1024, 2048, 3840).filter(n -> n < context()).boxed().toList();
    return List.of(
        new Exercises(),
        new Passkey(lengths, List.of(0.0, 0.25, 0.5, 0.75, 1.0), 8),
        new KeyValueRetrieval(List.of(5, 10, 20), 5, 8, false));
  }

  private static Settings settings(int inFlight) {
    return new Settings(0, OptionalInt.empty(), 0, inFlight, DRAWS);
  }

  private Result answers(Task task, Path samples) throws InterruptedException {
    String name = task.description().name();
    try (TaskBar bar = new TaskBar(name)) {
      return new Evaluation(
              task, model.subject(), new DataFolder(samples, false), settings(model.concurrent()))
          .run(samples.resolve(name + ".jsonl"), bar);
    }
  }

  private Result curve() throws InterruptedException {
    List<Integer> lengths =
        IntStream.of(64, 128, 256, 512, 1024, 2048, 4096)
            .filter(n -> n <= context())
            .boxed()
            .toList();
    String stories = String.join("\n\n", texts("story", 6 * context()));
    try (TaskBar bar = new TaskBar("context")) {
      return new ContextCurve(lengths, SCORED, 64)
          .measure(
              engine,
              model.subject().name(),
              model.subject().fingerprint(),
              stories,
              "stories of the kind that it learnt, one after the other",
              settings(1),
              bar);
    }
  }

  /// Texts of a domain that training never showed, of at least so many tokens together.
  private List<String> texts(String domain, int tokens) {
    ItemGenerator generator = Generators.named(domain + "-text-evaluation").orElseThrow();
    Random random = new Random(domain.hashCode());
    List<String> texts = new ArrayList<>();
    for (int left = tokens; left > 0; ) {
      String text = text(generator.generate(random));
      texts.add(text);
      left -= engine.encode(text).length;
    }
    return texts;
  }

  private static String text(Item item) {
    return switch (item) {
      case sirocco.train.data.Document document -> document.text();
      case Dialogue _, Preference _ -> throw new IllegalArgumentException("expected a text");
    };
  }

  private List<Block> routing() {
    List<Document> documents =
        DOMAINS.stream()
            .flatMap(domain ->
                texts(domain, TOKENS).stream()
                    .map(text -> new Document(domain, engine.encode(text))))
            .toList();
    int window = Math.min(WINDOW, context());
    RoutingStatistics found;
    try (EngineSource source = new EngineSource(engine, window)) {
      RoutingTrace trace = RoutingTrace.of(source, documents.iterator(), window, _ -> {});
      found = RoutingStatistics.of(trace, PERMUTATIONS, 0);
    }
    return routing(found);
  }

  private static List<Block> routing(RoutingStatistics found) {
    RoutingShape shape = found.shape();
    List<Integer> layers = shape.shownLayers();
    List<String> head = new ArrayList<>(List.of("domain", "tokens", "nats a token"));
    layers.forEach(layer -> head.add("first choice, layer " + layer));
    layers.forEach(layer -> head.add("any choice, layer " + layer));
    List<List<String>> rows = new ArrayList<>();
    for (DomainSize domain : found.domains()) {
      rows.add(row(domain, found, layers));
    }
    List<String> chance = new ArrayList<>(List.of("by chance", "", ""));
    layers.forEach(_ -> chance.add(percent(shape.chanceOfSameFirst())));
    layers.forEach(_ -> chance.add(percent(shape.chanceOfCommonChoice())));
    rows.add(chance);
    return List.of(
        new Block.Heading(2, "What its experts do"),
        new Block.Paragraph(
            "Percentages of consecutive tokens with the same first choice, and with a choice in"
                + " common, by domain and layer (the form of table 5 of the Mixtral paper, arXiv"
                + " 2401.04088), on made-up texts that training never showed, in windows of "
                + WINDOW
                + " tokens."),
        new Block.Table(head, rows),
        new Block.Paragraph(
            "What the choice of an expert tells of the domain of its token, in nats, beside what"
                + " comes about by chance, where domains are dealt out anew among the documents."),
        new Block.Table(
            List.of("layer", "mutual information", "by chance", "p"),
            found.information().stream().map(OwnReport::information).toList()));
  }

  private static List<String> row(
      DomainSize domain, RoutingStatistics found, List<Integer> layers) {
    List<String> row = new ArrayList<>();
    row.add(domain.domain());
    row.add(Long.toString(domain.tokens()));
    row.add(String.format(Locale.ROOT, "%.2f", domain.loss().value()));
    IntFunction<Repetition> repetition = layer -> found.repetition(domain.domain(), layer);
    layers.forEach(layer -> row.add(percent(repetition.apply(layer).first())));
    layers.forEach(layer -> row.add(percent(repetition.apply(layer).any())));
    return row;
  }

  private static List<String> information(DomainInformation of) {
    return List.of(
        Integer.toString(of.layer()),
        String.format(Locale.ROOT, "%.4f", of.nats()),
        String.format(Locale.ROOT, "%.4f", of.byChance()),
        String.format(Locale.ROOT, "%.4f", of.pValue()));
  }

  private static String percent(Estimate share) {
    return String.format(
        Locale.ROOT, "%.1f ± %.1f", 100 * share.value(), 100 * share.standardError());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
