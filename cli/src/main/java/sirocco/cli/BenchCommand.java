package sirocco.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Ledger;
import sirocco.engine.Engine;
import sirocco.engine.Session;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco bench`: how fast a model runs here.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how fast a model reads prompts and generates.",
      "",
      "Two tests, as llama-bench has them: a prompt of P tokens read into an empty session, and N"
          + " tokens fed one by one from an empty session. Tokens are drawn at random from a seed:"
          + " one repeated token would visit the same experts each time. Each test runs once to warm"
          + " up and R times to be measured; sampling and text are not part of it. pp is the prompt"
          + " test, tg the other."
    },
    footer = {"", "Example: ./sirocco bench -p 512 -n 64 -r 5"})
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = {"-p", "--prompt-tokens"},
      paramLabel = "P",
      description = "Tokens of the prompt; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
  private int promptTokens = 512;

  @Option(
      names = {"-n", "--generated-tokens"},
      paramLabel = "N",
      description = "Tokens to generate; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
  private int generatedTokens = 128;

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "R",
      description = "Measured runs of each test (default: ${DEFAULT-VALUE}).")
  private int repetitions = 5;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of the random tokens (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    check();
    PrintWriter out = spec.commandLine().getOut();
    try (Engine engine = model.open(spec.commandLine());
        Session session = engine.newSession(context())) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      ObjectNode node = JsonLines.object();
      node.put("model", model.path().toString());
      node.put("repetitions", repetitions);
      ArrayNode tests = node.putArray("tests");
      if (!json) {
        heading(engine, out);
      }
      if (promptTokens > 0) {
        show(measure("prompt", promptTokens, promptTokens, session, engine, random), tests, out);
      }
      if (generatedTokens > 0) {
        show(measure("generation", generatedTokens, 1, session, engine, random), tests, out);
      }
      if (json) {
        out.println(JsonLines.write(node));
      }
      out.flush();
    }
    return 0;
  }

  /// What is measured, then the head of a table of Markdown, as llama-bench prints one.
  private void heading(Engine engine, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %.1f M parameters, %d runs of each test, tokens a second%n%n",
        model.path(),
        Ledger.of(engine.model().config()).total() / 1e6,
        repetitions);
    out.println("| test     |    median |       min |       max |");
    out.println("|----------|----------:|----------:|----------:|");
    out.flush();
  }

  private int context() {
    return model.context().orElse(Math.max(promptTokens, generatedTokens));
  }

  private void check() {
    if (promptTokens < 0 || generatedTokens < 0 || promptTokens + generatedTokens == 0) {
      throw new ParameterException(
          spec.commandLine(), "-p and -n must not be negative, and one of them above 0");
    }
    if (repetitions < 1) {
      throw new ParameterException(
          spec.commandLine(), "-r must be at least 1, found " + repetitions);
    }
  }

  private Speeds measure(
      String name, int tokens, int piece, Session session, Engine engine, RandomGenerator random) {
    int vocabulary = engine.model().config().vocabSize();
    double[] speeds = new double[repetitions];
    for (int run = -1; run < repetitions; run++) {
      int[] ids = random.ints(tokens, 0, vocabulary).toArray();
      session.clear();
      long start = System.nanoTime();
      for (int at = 0; at < tokens; at += piece) {
        session.feed(Arrays.copyOfRange(ids, at, at + piece));
      }
      if (run >= 0) {
        speeds[run] = tokens * 1e9 / (System.nanoTime() - start);
      }
    }
    return Speeds.of(name, tokens, speeds);
  }

  private void show(Speeds speeds, ArrayNode tests, PrintWriter out) {
    ObjectNode node = tests.addObject();
    node.put("test", speeds.name).put("tokens", speeds.tokens);
    node.put("median", speeds.median).put("min", speeds.min).put("max", speeds.max);
    if (!json) {
      out.printf(
          Locale.ROOT,
          "| %-8s | %9.2f | %9.2f | %9.2f |%n",
          (speeds.name.equals("prompt") ? "pp" : "tg") + speeds.tokens,
          speeds.median,
          speeds.min,
          speeds.max);
      out.flush();
    }
  }

  /// What the runs of a test came to, in tokens a second.
  record Speeds(String name, int tokens, double median, double min, double max) {
    static Speeds of(String name, int tokens, double[] speeds) {
      double[] sorted = Arrays.stream(speeds).sorted().toArray();
      int n = sorted.length;
      double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
      return new Speeds(name, tokens, median, sorted[0], sorted[n - 1]);
    }
  }
}
