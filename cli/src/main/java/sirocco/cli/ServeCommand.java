package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.LanguageModel;
import sirocco.engine.SchedulerOptions;
import sirocco.server.Server;
import sirocco.server.ServerOptions;

/// `sirocco serve`: a model behind HTTP, until it is told to stop.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves a model to OpenAI's clients, and a web page to talk with it.",
      "",
      "A line of JSON for each request goes to standard error. Ctrl-C, or a kill, lets what is"
          + " under way finish, for half a minute at most."
    },
    footer = {
      "",
      "Examples:",
      "  ./sirocco serve",
      "  ./sirocco serve -m MODEL --host 0.0.0.0 --api-key-file keys.txt"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--max-concurrent",
      paramLabel = "N",
      description = "Answers under way at once (default: ${DEFAULT-VALUE}).")
  private int maxConcurrent = SchedulerOptions.DEFAULT.maxConcurrent();

  @Option(
      names = "--max-queued",
      paramLabel = "N",
      description = "Requests that may wait beside them (default: ${DEFAULT-VALUE}).")
  private int maxQueued = SchedulerOptions.DEFAULT.maxQueued();

  @Option(
      names = "--cache-memory",
      paramLabel = "SIZE",
      converter = Bytes.Converter.class,
      description = "The most memory for keys and values of all of them, such as 4G (default: 1G).")
  private long cacheMemory = SchedulerOptions.DEFAULT.cacheBytes();

  @Mixin private PromptArguments promptFormat = new PromptArguments();

  @ArgGroup(validate = false, order = 7, heading = ServeArguments.HEADING)
  private ServeArguments server = new ServeArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelSource.HEADING)
  private ServeModel model = new ServeModel();

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkServer();
    ServerOptions options = ServerSettings.of(spec.commandLine(), server, model);
    SchedulerOptions scheduling = scheduling();
    PrintWriter err = spec.commandLine().getErr();
    try (StopSignal stop = new StopSignal();
        LanguageModel served = model.load(spec.commandLine(), promptFormat.format(), scheduling)) {
      ModelArguments.warn(spec.commandLine(), served.engine().promptComplaint());
      try (Server running = Server.start(served, options, err::println)) {
        plan(served);
        row("listens at", running.uri() + "  (Ctrl-C stops it)");
        stop.await();
        err.println("sirocco: finishing what is under way");
        running.drain(PATIENCE);
      }
    }
    return 0;
  }

  /// On the module path the server is there only if it was asked for.
  private static void checkServer() {
    boolean modules = ServeCommand.class.getModule().isNamed();
    if (modules && ModuleLayer.boot().findModule("sirocco.server").isEmpty()) {
      throw new InputException(
          "the server's module is missing: start ./sirocco, or java with"
              + " --add-modules=sirocco.server");
    }
  }

  private SchedulerOptions scheduling() {
    try {
      return new SchedulerOptions(
          maxConcurrent, maxQueued, cacheMemory, SchedulerOptions.DEFAULT.longestPrompt());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /// The memory that it takes, and for what.
  private void plan(LanguageModel served) throws IOException {
    Inspection inspection = Inspection.of(model.path());
    MemoryPlan plan =
        MemoryPlan.of(
            served.engine().model().config(),
            inspection.weightsBytes(),
            model.maxResident(),
            served.context(),
            model.cache(),
            Machine.here().memoryAvailable());
    long together = plan.totalBytes() - plan.cacheBytes() + cacheMemory;
    row("serves", model.name() + ", " + inspection.architecture());
    row("weights", Bytes.show(plan.residentBytes()));
    row(
        "cache",
        "%s at most: %,d tokens of all requests together, %,d of one"
            .formatted(
                Bytes.show(cacheMemory),
                cacheMemory / plan.cacheBytesPerToken(),
                served.context()));
    row(
        "together",
        Bytes.show(together)
            + " at most"
            + (plan.availableBytes().isPresent()
                ? ", of " + Bytes.show(plan.availableBytes().getAsLong()) + " available"
                : ""));
    if (plan.availableBytes().isPresent() && together > plan.availableBytes().getAsLong()) {
      spec.commandLine()
          .getErr()
          .println(
              "sirocco: warning: memory may run out; --cache-memory or --max-resident take less");
    }
  }

  private void row(String name, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(String.format(Locale.ROOT, "%-11s %s", name, value));
    out.flush();
  }
}
