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
import sirocco.Answer;
import sirocco.AnswerStream;
import sirocco.Event;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.Completion;
import sirocco.engine.RoutedToken;
import sirocco.engine.SamplingSettings;
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
        LanguageModel loaded = model.load(spec.commandLine(), promptFormat.format());
        AnswerStream stream = loaded.stream(prompt(loaded, text, settings))) {
      Answer answer;
      if (json) {
        int layers = routing.isOn() ? mixture(loaded).numHiddenLayers() : 0;
        answer = interrupt.run(stream, _ -> {});
        out.println(JsonLines.write(describe(answer, settings, layers)));
      } else if (routing.isOn()) {
        RoutingView view = view(loaded, out);
        answer = interrupt.run(stream, event -> show(event, view));
        view.finish(answer.completion().tokens());
      } else {
        answer = interrupt.run(stream, event -> show(event, out, interrupt));
        out.println();
      }
      out.flush();
      report(answer.completion(), settings);
    }
    return 0;
  }

  private static void show(Event event, PrintWriter out, Interrupt interrupt) {
    if (event instanceof Event.Text(String piece)) {
      out.print(piece);
      if (out.checkError()) {
        interrupt.cancel(); // nobody reads on: `sirocco run ... | head -1`
      }
    }
  }

  private static void show(Event event, RoutingView view) {
    if (event instanceof Event.Routing(List<RoutedToken> tokens)) {
      view.show(tokens);
    }
  }

  private RoutingView view(LanguageModel loaded, PrintWriter out) {
    ModelConfig config = mixture(loaded);
    return new RoutingView(
        out,
        loaded.engine().tokenizer().orElseThrow(),
        routing.layer(config.numHiddenLayers()),
        config.numLocalExperts(),
        routing.colours());
  }

  private ModelConfig mixture(LanguageModel loaded) {
    ModelConfig config = loaded.engine().model().config();
    if (!config.isMixture()) {
      throw new InputException(
          model.path() + ": --show-routing: a dense model has no experts to show");
    }
    return config;
  }

  /// Whether the prompt is answered, not continued.
  private boolean answers() {
    return chat.orElseGet(model::isDefault);
  }

  private Prompt prompt(LanguageModel loaded, String text, SamplingSettings settings) {
    if (routing.isOn()) {
      var _ = mixture(loaded);
    }
    Prompt asked = Prompt.toContinue(text);
    if (answers()) {
      ModelArguments.warn(spec.commandLine(), loaded.engine().promptComplaint());
      List<Message> messages = new ArrayList<>();
      system.ifPresent(s -> messages.add(new Message.Instruction(s)));
      messages.add(new Message.User(text));
      asked = Prompt.of(messages);
    } else if (loaded.countTokens(asked) == 0) {
      throw new InputException("the prompt is empty and the model has no opening token");
    }
    return asked.sampling(settings).routing(routing.isOn());
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

  /// @param layers with `--show-routing`, where every token fed gets `{"position", "id", "experts":
  ///   [layer][rank]}`; else 0
  private static ObjectNode describe(Answer answer, SamplingSettings settings, int layers) {
    ObjectNode node = JsonLines.object();
    if (layers > 0) {
      ArrayNode tokens = node.putArray("routing");
      answer.routing().forEach(token -> describe(token, layers, tokens.addObject()));
    }
    Completion completion = answer.completion();
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
    return node;
  }

  private static void describe(RoutedToken token, int layers, ObjectNode node) {
    node.put("position", token.position()).put("id", token.id());
    ArrayNode experts = node.putArray("experts");
    for (int layer = 0; layer < layers; layer++) {
      ArrayNode ranks = experts.addArray();
      for (int rank = 0; rank < token.chosen(layer); rank++) {
        ranks.add(token.expert(layer, rank));
      }
    }
  }
}
