package sirocco.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Ledger;
import sirocco.engine.EngineOptions;
import sirocco.model.Model;
import sirocco.model.PassCost;
import sirocco.model.Workspace;
import sirocco.tensor.Backend;
import sirocco.tensor.Ceilings;
import sirocco.tensor.Kernels;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco bench`: how fast a model runs here.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how fast a model reads prompts and generates, and how much of what this machine can"
          + " do that is.",
      "",
      "Two tests, as llama-bench has them: pp reads a prompt of P tokens, tg feeds N tokens one by"
          + " one, or to B sessions together. Both begin after D tokens. -p, -n, -d, --batch and -t"
          + " take several numbers (-p 128,512); each combination is a row. Tokens are drawn at"
          + " random from a seed: one repeated token would visit the same experts each time. Each"
          + " test runs to warm up, once at least and for S seconds, and R times to be measured;"
          + " sampling and text are not part of it.",
      "",
      "The columns: tokens a second of all sessions, mean ± standard deviation and median; of one"
          + " session; of the very first run, while Java's compiler was still at work; the experts"
          + " that a pass visits in a layer / what uniform routing would visit;"
          + " the share of the memory's speed and of the speed of multiplications that the median"
          + " reaches. Both limits are measured first, with every core."
    },
    footer = {
      "",
      "Examples:",
      "  ./sirocco bench -p 512 -n 64 -r 5",
      "  ./sirocco bench --shape mixtral-8x7b --type q2_k -p 0 -n 32 --batch 1,8"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int LONGEST_WARM_UP = 3600;

  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelSource.HEADING)
  private BenchArguments model = new BenchArguments();

  @Option(
      names = {"-p", "--prompt-tokens"},
      paramLabel = "P",
      split = ",",
      defaultValue = "512",
      description = "Tokens of the prompt; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
  private List<Integer> promptTokens = List.of();

  @Option(
      names = {"-n", "--generated-tokens"},
      paramLabel = "N",
      split = ",",
      defaultValue = "128",
      description = "Tokens to generate; 0 leaves the test out (default: ${DEFAULT-VALUE}).")
  private List<Integer> generatedTokens = List.of();

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "D",
      split = ",",
      defaultValue = "0",
      description = "Tokens in each session before the test (default: ${DEFAULT-VALUE}).")
  private List<Integer> depths = List.of();

  @Option(
      names = "--batch",
      paramLabel = "B",
      split = ",",
      defaultValue = "1",
      description = "Sessions that generate together (default: ${DEFAULT-VALUE}).")
  private List<Integer> sessions = List.of();

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "R",
      description = "Measured runs of each test (default: ${DEFAULT-VALUE}).")
  private int repetitions = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      description =
          "Seconds that a test runs before it counts: Java compiles what runs often"
              + " (default: ${DEFAULT-VALUE}).")
  private double warmUp = 5;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of the random tokens (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--json",
      description = "Print JSON: an array of rows with llama-bench's names, and our own after.")
  private boolean json;

  @Override
  public Integer call() {
    EngineOptions options = model.options(spec.commandLine());
    check();
    List<BenchTest> tests =
        BenchTest.combinations(promptTokens, generatedTokens, depths, sessions, model.threads());
    int context = context(tests);
    try (BenchModel opened = open(options, tests, context)) {
      Backend backend = options.computing().backend().map(Backend::named).orElseGet(Backend::best);
      Ceilings ceilings = ceilings(opened);
      PrintWriter out = spec.commandLine().getOut();
      heading(opened, backend, ceilings, out);
      run(tests, context, opened, backend, ceilings, out);
      out.print(json ? "\n]\n" : "");
      out.flush();
    }
    return 0;
  }

  private void check() {
    allAtLeast("-p", promptTokens, 0);
    allAtLeast("-n", generatedTokens, 0);
    allAtLeast("-d", depths, 0);
    allAtLeast("--batch", sessions, 1);
    allAtLeast("-t", model.threads(), 1);
    allAtLeast("-r", List.of(repetitions), 1);
    if (!(warmUp >= 0 && warmUp <= LONGEST_WARM_UP)) {
      throw new ParameterException(
          spec.commandLine(),
          "--warm-up must be from 0 to " + LONGEST_WARM_UP + " seconds, found " + warmUp);
    }
    if (promptTokens.stream().allMatch(p -> p == 0)
        && generatedTokens.stream().allMatch(n -> n == 0)) {
      throw new ParameterException(
          spec.commandLine(), "-p and -n are both 0, so there is nothing to measure");
    }
  }

  private void allAtLeast(String option, List<Integer> values, int least) {
    for (int value : values) {
      if (value < least) {
        throw new ParameterException(
            spec.commandLine(), option + " must be at least " + least + ", found " + value);
      }
    }
  }

  /// Tokens that a session has room for: what the longest test needs, or what was asked for.
  private int context(List<BenchTest> tests) {
    int needed = tests.stream().mapToInt(BenchTest::context).max().orElse(0);
    int context = model.context().orElse(needed);
    if (context < needed) {
      throw new InputException(
          "--context is " + context + ", but the longest test takes " + needed + " tokens");
    }
    return context;
  }

  private BenchModel open(EngineOptions options, List<BenchTest> tests, int context) {
    CommandLine command = spec.commandLine();
    Optional<BenchArguments.Synthetic> synthetic = model.synthetic(command);
    if (synthetic.isEmpty()) {
      model.tellOfDefault(command);
      return BenchModel.open(model, options);
    }
    int most = tests.stream().mapToInt(BenchTest::sessions).max().orElse(1);
    return BenchModel.of(synthetic.get(), options, context, most, Machine.here().memoryAvailable());
  }

  /// The machine's own, whatever back end is measured.
  private static Ceilings ceilings(BenchModel opened) {
    try (Kernels kernels = Backend.best().open()) {
      return Ceilings.measure(kernels.probe(), opened.memory());
    }
  }

  private void run(
      List<BenchTest> tests,
      int context,
      BenchModel opened,
      Backend backend,
      Ceilings ceilings,
      PrintWriter out) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    PassCost cost = opened.cost();
    String separator = "";
    for (int threads : tests.stream().map(BenchTest::threads).distinct().toList()) {
      try (Kernels kernels = backend.open(OptionalInt.of(threads));
          Workspace workspace = new Workspace();
          Model running = opened.on(kernels)) {
        for (BenchTest test : tests.stream().filter(t -> t.threads() == threads).toList()) {
          Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
          try (BenchRun run =
              new BenchRun(test, running, workspace, opened.options(), cost, context, random)) {
            BenchRow row =
                new BenchRow(
                    test, start, run.measure(repetitions, (long) (warmUp * 1e9)), ceilings);
            out.print(json ? separator + object(opened, backend, row) : row.line() + "\n");
            out.flush();
            separator = ",\n";
          }
        }
      }
    }
  }

  /// What is measured, then the head of a table of Markdown, as llama-bench prints one.
  private void heading(BenchModel opened, Backend backend, Ceilings ceilings, PrintWriter out) {
    if (json) {
      out.print("[\n");
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s: %s, %s, %.1f M parameters, %.1f MB read for a token%n",
        opened.checkpoint().path(),
        opened.describe(),
        Bytes.show(opened.bytes()),
        Ledger.of(opened.checkpoint().config()).total() / 1e6,
        opened.cost().tokenBytes() / 1e6);
    out.printf(
        Locale.ROOT,
        "back end %s; %s, %d cores: %.1f GB/s reading %s of the weights%s, %.0f Gflop/s float32%n",
        backend.name(),
        Machine.processor(),
        Runtime.getRuntime().availableProcessors(),
        ceilings.bytesPerSecond() / 1e9,
        Bytes.show(ceilings.bytes()),
        ceilings.bytes() < CACHED ? " (few: partly from the caches)" : "",
        ceilings.operationsPerSecond() / 1e9);
    out.printf("%d runs of each test, tokens a second%n%n", repetitions);
    BenchRow.HEAD.forEach(out::println);
    out.flush();
  }

  /// A processor's caches may hold so much.
  private static final long CACHED = 512L << 20;

  private static String object(BenchModel opened, Backend backend, BenchRow row) {
    EngineOptions options = opened.options();
    String cache = options.cache().name().toLowerCase(Locale.ROOT);
    ObjectNode node = JsonLines.object();
    // No commit is known to a program that was built: the version says what it is.
    node.put("build_commit", new Main.Version().getVersion()[0]).put("build_number", 0);
    node.put("cpu_info", Machine.processor()).put("gpu_info", "");
    node.put("backends", backend.name());
    node.put("model_filename", opened.checkpoint().path().toString());
    node.put("model_type", opened.describe()).put("model_size", opened.bytes());
    node.put("model_n_params", Ledger.of(opened.checkpoint().config()).total());
    node.put("n_batch", options.chunk()).put("n_ubatch", options.chunk());
    node.put("type_k", cache).put("type_v", cache);
    row.write(node);
    return JsonLines.write(node);
  }
}
