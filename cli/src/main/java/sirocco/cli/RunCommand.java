package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.engine.TokenEvent;
import sirocco.text.Message;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco run`: continues a text or answers it. Nobody names the default model to have a text
/// continued, so it answers unless told otherwise.
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Answers a prompt, or continues it.",
      "",
      "Without -m the tiny model that comes with Sirocco answers. A model that -m or SIROCCO_MODEL"
          + " names continues the text; with --chat it answers."
    },
    footer = {
      "",
      "Examples:",
      "  ./sirocco run \"Tell me a story.\"",
      "  ./sirocco run -m MODEL \"Once upon a time\" --temperature 0 -n 100",
      "  ./sirocco run -m MODEL --chat --seed 7 \"Name three winds.\"",
      "  cat article.txt | ./sirocco run -m MODEL -"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @ArgGroup(validate = false, order = 9, heading = SamplingArguments.HEADING)
  private SamplingArguments sampling = new SamplingArguments();

  @ArgGroup(validate = false, order = 10, heading = RoutingArguments.HEADING)
  private RoutingArguments routing = new RoutingArguments();

  @Parameters(
      paramLabel = "PROMPT",
      arity = "0..*",
      description = "The text; its words are joined by spaces. - or nothing: standard input.")
  private List<String> prompt = new ArrayList<>();

  @Option(
      names = "--chat",
      negatable = true,
      description =
          "Answer the prompt as a user's message, or continue it as it stands (default: answer"
              + " only where no model is named).")
  private Optional<Boolean> chat = Optional.empty();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "When answering: a system message before it.")
  private Optional<String> system = Optional.empty();

  @Mixin private PromptArguments promptFormat = new PromptArguments();

  @Option(names = "--json", description = "Print one JSON object at the end, no text.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    SamplingSettings settings = sampling.settings(spec.commandLine(), model.sampling());
    String text = prompt();
    PrintWriter out = spec.commandLine().getOut();
    // First, as it must be closed last.
    try (Interrupt interrupt = new Interrupt();
        Engine engine = model.open(spec.commandLine(), promptFormat.format());
        Session session = engine.newSession()) {
      Request request = Request.of(ids(engine, text), settings).answers(answers());
      Completion completion;
      if (json) {
        ObjectNode node = JsonLines.object();
        completion = interrupt.run(session.start(withRoutings(engine, request, node)));
        describe(completion, settings, node);
        out.println(JsonLines.write(node));
      } else if (routing.isOn()) {
        RoutingView view = view(engine, out);
        completion = interrupt.run(session.start(request.onRouting(view::show)));
        view.finish(completion.tokens());
      } else {
        completion =
            interrupt.run(session.start(request.onToken(token -> stream(token, out, interrupt))));
        out.println();
      }
      out.flush();
      report(completion, settings);
    }
    return 0;
  }

  private static void stream(TokenEvent token, PrintWriter out, Interrupt interrupt) {
    out.print(token.text());
    if (out.checkError()) {
      interrupt.cancel(); // nobody reads on: `sirocco run ... | head -1`
    }
  }

  private RoutingView view(Engine engine, PrintWriter out) {
    ModelConfig config = mixture(engine);
    return new RoutingView(
        out,
        engine.tokenizer().orElseThrow(),
        routing.layer(config.numHiddenLayers()),
        config.numLocalExperts(),
        routing.colours());
  }

  private ModelConfig mixture(Engine engine) {
    ModelConfig config = engine.model().config();
    if (!config.isMixture()) {
      throw new InputException(
          model.path() + ": --show-routing: a dense model has no experts to show");
    }
    return config;
  }

  /// With `--show-routing`, every token fed gets `{"position", "id", "experts": [layer][rank]}`.
  private Request withRoutings(Engine engine, Request request, ObjectNode node) {
    if (!routing.isOn()) {
      return request;
    }
    int layers = mixture(engine).numHiddenLayers();
    ArrayNode tokens = node.putArray("routing");
    return request.onRouting(routed -> {
      for (int i = 0; i < routed.count(); i++) {
        ObjectNode token = tokens.addObject();
        token.put("position", routed.position(i)).put("id", routed.id(i));
        ArrayNode experts = token.putArray("experts");
        for (int layer = 0; layer < layers; layer++) {
          ArrayNode ranks = experts.addArray();
          for (int rank = 0; rank < routed.routing(layer).chosen(); rank++) {
            ranks.add(routed.expert(layer, i, rank));
          }
        }
      }
    });
  }

  /// Whether the prompt is answered, not continued.
  private boolean answers() {
    return chat.orElseGet(model::isDefault);
  }

  private int[] ids(Engine engine, String text) {
    if (!answers()) {
      int[] ids = engine.encode(text);
      if (ids.length == 0) {
        throw new InputException("the prompt is empty and the model has no opening token");
      }
      return ids;
    }
    ModelArguments.warn(spec.commandLine(), engine.promptComplaint());
    List<Message> messages = new ArrayList<>();
    system.ifPresent(s -> messages.add(new Message.Instruction(s)));
    messages.add(new Message.User(text));
    return engine.encode(messages);
  }

  private String prompt() throws IOException {
    boolean fromInput = prompt.equals(List.of("-"));
    if (prompt.isEmpty()) {
      if (StandardInput.isInteractive()) {
        throw new ParameterException(
            spec.commandLine(), "what is the prompt? Give a PROMPT, or pipe one in");
      }
      fromInput = true;
    }
    return fromInput ? StandardInput.readInput() : String.join(" ", prompt);
  }

  private void report(Completion completion, SamplingSettings settings) {
    Completion.Usage usage = completion.usage();
    spec.commandLine()
        .getErr()
        .println(
            String.format(
                Locale.ROOT,
                "prompt %d at %.1f tokens/s; generated %d at %.1f tokens/s; %s%s%s",
                usage.promptTokens(),
                completion.promptTokensPerSecond(),
                usage.generatedTokens(),
                completion.generatedTokensPerSecond(),
                completion.finishReason().json(),
                settings.temperature() == 0 ? "" : "; seed " + settings.seed(),
                guessed(completion.guesses())));
    spec.commandLine().getErr().flush();
  }

  private static String guessed(Completion.Guesses guesses) {
    return guesses.proposed() == 0
        ? ""
        : "; %d of %d guesses right".formatted(guesses.accepted(), guesses.proposed());
  }

  private static void describe(Completion completion, SamplingSettings settings, ObjectNode node) {
    node.put("text", completion.text());
    node.put("finish_reason", completion.finishReason().json());
    completion.tokens().forEach(node.putArray("tokens")::add);
    node.put("seed", settings.seed());
    Completion.Usage usage = completion.usage();
    node.putObject("usage")
        .put("prompt_tokens", usage.promptTokens())
        .put("cached_tokens", usage.cachedTokens())
        .put("completion_tokens", usage.generatedTokens())
        .put("total_tokens", usage.promptTokens() + usage.generatedTokens());
    node.putObject("timings")
        .put("prompt_seconds", completion.timings().prompt().toNanos() / 1e9)
        .put("generation_seconds", completion.timings().generation().toNanos() / 1e9)
        .put("prompt_tokens_per_second", completion.promptTokensPerSecond())
        .put("generation_tokens_per_second", completion.generatedTokensPerSecond());
  }
}
