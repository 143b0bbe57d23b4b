package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.lab.routing.Corpus;
import sirocco.lab.routing.Document;
import sirocco.lab.routing.LossEffect;
import sirocco.lab.routing.RoutingTrace;
import sirocco.lab.statistics.Estimate;
import sirocco.model.Intervention;

/// `sirocco routing ablate`: what becomes of the loss if routers choose otherwise.
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures what becomes of the loss on several domains if experts are dropped, forced or"
          + " swapped, or if tokens visit more or fewer of them.",
      "",
      "Every change is measured by itself, unless --together, on the same texts as the model without"
          + " it. Losses are mean negative log-likelihoods in nats a token; the error of the"
          + " difference is its standard error by document.",
    },
    footer = {"", "Example: ./sirocco routing ablate -m mixtral --corpus texts --drop 3:0 --k 1"})
final class RoutingAblateCommand implements Callable<Integer> {
  private static final Pattern EXPERT = Pattern.compile("(\\d{1,9}):(\\d{1,9}|\\*)");
  private static final Pattern PAIR = Pattern.compile("(\\d{1,9}):(\\d{1,9}):(\\d{1,9})");

  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 7, heading = CorpusArguments.HEADING)
  private CorpusArguments texts = new CorpusArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = "--drop",
      paramLabel = "L:E",
      description =
          "Nobody chooses expert E of layer L: the others share its gate. * is every expert of the"
              + " layer in turn.")
  private List<String> drop = new ArrayList<>();

  @Option(
      names = "--force",
      paramLabel = "L:E",
      description = "Everybody goes to expert E of layer L alone; * is every expert in turn.")
  private List<String> force = new ArrayList<>();

  @Option(
      names = "--swap",
      paramLabel = "L:A:B",
      description = "Who chooses expert A of layer L visits B instead, and the other way round.")
  private List<String> swap = new ArrayList<>();

  @Option(names = "--k", paramLabel = "K", split = ",", description = "Tokens visit K experts.")
  private List<Integer> visits = new ArrayList<>();

  @Option(
      names = "--together",
      description = "Make all drops, forces and swaps, in this order, one change.")
  private boolean together;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /// A model that routes otherwise.
  private record Change(String name, UnaryOperator<EngineOptions.Builder> options) {}

  /// What a change did.
  ///
  /// @param change in words
  record Outcome(String change, List<LossEffect> effects) {}

  @Override
  public Integer call() throws IOException {
    Corpus corpus = texts.corpus(spec.commandLine());
    List<Document> documents;
    List<Change> changes;
    RoutingTrace before;
    try (Engine engine = model.open(spec.commandLine())) {
      changes = changes(engine.model().config().numLocalExperts());
      documents = texts.documents(corpus, engine);
      before = texts.trace(engine, documents, "without a change", _ -> {});
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Change change : changes) {
      try (Engine engine = model.open(spec.commandLine(), change.options)) {
        RoutingTrace after = texts.trace(engine, documents, change.name, _ -> {});
        outcomes.add(new Outcome(change.name, LossEffect.between(before, after)));
      }
    }
    print(outcomes);
    return 0;
  }

  private List<Change> changes(int experts) {
    List<Intervention> all = new ArrayList<>();
    for (String text : drop) {
      all.addAll(each("--drop", text, experts, Intervention.Drop::new));
    }
    for (String text : force) {
      all.addAll(each("--force", text, experts, Intervention.Force::new));
    }
    swap.forEach(text -> all.add(swapped(text)));
    List<Change> changes = new ArrayList<>();
    if (together && !all.isEmpty()) {
      changes.add(new Change("all together", options -> options.interventions(all)));
    } else {
      all.forEach(one ->
          changes.add(new Change(name(one), options -> options.interventions(List.of(one)))));
    }
    visits.forEach(k -> changes.add(new Change("K = " + k, options -> options.expertsPerToken(k))));
    if (changes.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected a change: --drop, --force, --swap or --k");
    }
    return changes;
  }

  /// An intervention of one expert.
  private interface OfExpert {
    Intervention of(int layer, int expert);
  }

  private List<Intervention> each(String option, String text, int experts, OfExpert kind) {
    Matcher found = match(option, text, "L:E", EXPERT);
    int layer = Integer.parseInt(found.group(1));
    List<Intervention> all = new ArrayList<>();
    if (found.group(2).equals("*")) {
      for (int e = 0; e < experts; e++) {
        all.add(kind.of(layer, e));
      }
    } else {
      all.add(kind.of(layer, Integer.parseInt(found.group(2))));
    }
    return all;
  }

  private Intervention swapped(String text) {
    Matcher found = match("--swap", text, "L:A:B", PAIR);
    return new Intervention.Swap(
        Integer.parseInt(found.group(1)),
        Integer.parseInt(found.group(2)),
        Integer.parseInt(found.group(3)));
  }

  private Matcher match(String option, String text, String form, Pattern pattern) {
    Matcher found = pattern.matcher(text);
    if (!found.matches()) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected " + form + " in numbers, found '" + text + "'");
    }
    return found;
  }

  private static String name(Intervention change) {
    return switch (change) {
      case Intervention.Drop(int layer, int expert) -> "drop %d:%d".formatted(layer, expert);
      case Intervention.Force(int layer, int expert) -> "force %d:%d".formatted(layer, expert);
      case Intervention.Swap(int layer, int first, int second) ->
          "swap %d:%d:%d".formatted(layer, first, second);
    };
  }

  private void print(List<Outcome> outcomes) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(outcomes));
      out.flush();
      return;
    }
    out.printf(
        "%-14s %-20s %8s %9s %9s  %s%n",
        "change", "domain", "tokens", "before", "after", "difference");
    for (Outcome outcome : outcomes) {
      for (LossEffect effect : outcome.effects) {
        Estimate difference = effect.difference();
        out.printf(
            Locale.ROOT,
            "%-14s %-20s %8d %9.4f %9.4f  %+.4f +- %.4f%n",
            outcome.change,
            effect.domain(),
            effect.tokens(),
            effect.before(),
            effect.after(),
            difference.value(),
            difference.standardError());
      }
    }
    out.flush();
  }
}
