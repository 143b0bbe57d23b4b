package sirocco.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.LanguageModel;
import sirocco.engine.EngineException;
import sirocco.engine.SamplingSettings;
import sirocco.text.TemplateException;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco chat`: a conversation on the terminal, or one line at a time from a pipe.
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Talks with a model.",
      "",
      "A line that ends with \\ goes on in the next one; lines between \"\"\" and \"\"\" are one."
          + " Ctrl-C stops an answer, Ctrl-D ends the chat. /help lists the commands."
    },
    footer = {"", "Example: ./sirocco chat --system \"Answer in one sentence.\""})
final class ChatCommand implements Callable<Integer> {
  private static final String HELP =
      """
      /reset         forget what was said
      /system TEXT   set the system message; without TEXT take it away
      /save FILE     write the conversation as JSON
      /exit          end the chat (or Ctrl-D)
      A line that ends with \\ goes on; lines between \""" and \""" are one.
      Ctrl-C stops an answer.\
      """;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "What holds for the whole conversation.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Talk with a model behind a server of OpenAI's API, such as `serve`; -m then names one of"
              + " its models.")
  private Optional<URI> server = Optional.empty();

  @Option(names = "--api-key", paramLabel = "KEY", description = "The key for that server.")
  private Optional<String> apiKey = Optional.empty();

  @Mixin private PromptArguments promptFormat = new PromptArguments();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @ArgGroup(validate = false, order = 9, heading = SamplingArguments.HEADING)
  private SamplingArguments sampling = new SamplingArguments();

  /// @return 0, or 1 if something failed and nobody was there to see it
  @Override
  public Integer call() throws IOException {
    SamplingSettings settings = sampling.chatSettings(spec.commandLine(), model.sampling());
    if (server.isPresent()) {
      try (ServerSpeaker speaker = remote(server.get(), settings)) {
        return talk(new Chat(speaker, system));
      }
    }
    try (LanguageModel loaded = model.load(spec.commandLine(), promptFormat.format());
        Speaker speaker = new EngineSpeaker(loaded, settings)) {
      ModelArguments.warn(spec.commandLine(), loaded.engine().promptComplaint());
      return talk(new Chat(speaker, system));
    }
  }

  private ServerSpeaker remote(URI address, SamplingSettings settings) {
    ObjectNode fields = sampling.given(spec.commandLine(), settings);
    model.given().ifPresent(name -> fields.put("model", name.toString()));
    ServerSpeaker speaker = new ServerSpeaker(address, apiKey, fields);
    if (Machine.stderrIsTerminal()) {
      spec.commandLine().getErr().println("sirocco: " + speaker.model() + " answers");
    }
    return speaker;
  }

  private int talk(Chat chat) throws IOException {
    if (!StandardInput.isInteractive()) {
      var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      return converse(chat, new ChatInput(prompt -> readLine(reader)), false) ? 0 : 1;
    }
    try (ChatTerminal terminal = ChatTerminal.open(chat::cancel)) {
      spec.commandLine().getErr().println("/help lists the commands, Ctrl-D ends the chat.");
      converse(chat, new ChatInput(terminal::readLine), true);
      return 0;
    }
  }

  /// @return whether everything went well
  private boolean converse(Chat chat, ChatInput input, boolean interactive) {
    boolean well = true;
    for (var said = input.next(); said.isPresent(); said = input.next()) {
      String text = said.get().strip();
      if (text.equals("/exit")) {
        return well;
      }
      try {
        if (text.startsWith("/")) {
          command(chat, text);
        } else if (!text.isEmpty()) {
          answer(chat, text, interactive);
        }
      } catch (InputException | EngineException | TemplateException e) {
        well = false;
        complain(String.valueOf(e.getMessage()));
      }
    }
    return well;
  }

  private void answer(Chat chat, String question, boolean interactive) {
    PrintWriter out = spec.commandLine().getOut();
    Speaker.Spoken spoken =
        chat.ask(
            question,
            piece -> {
              out.print(piece);
              out.flush();
            });
    out.println();
    out.flush();
    if (spoken.end() == Speaker.End.CONTEXT) {
      complain("the context is full; /reset starts afresh, --context gives more");
    }
    if (interactive) {
      spec.commandLine()
          .getErr()
          .printf(
              Locale.ROOT,
              "[%d tokens, %.1f tokens/s]%n",
              spoken.tokens(),
              spoken.tokensPerSecond());
    }
  }

  private void command(Chat chat, String text) {
    String[] words = text.split("\\s+", 2);
    String rest = words.length > 1 ? words[1] : "";
    switch (words[0]) {
      case "/help" -> spec.commandLine().getErr().println(HELP);
      case "/reset" -> {
        chat.reset();
        spec.commandLine().getErr().println("what was said is forgotten");
      }
      case "/system" -> {
        chat.system(rest);
        spec.commandLine()
            .getErr()
            .println("the system message is " + (rest.isEmpty() ? "taken away" : "set"));
      }
      case "/save" -> save(chat, rest);
      default ->
          throw new InputException("there is no " + words[0] + "; /help lists what there is");
    }
  }

  private void save(Chat chat, String file) {
    if (file.isEmpty()) {
      throw new InputException("/save needs the name of a file");
    }
    try {
      Files.writeString(Path.of(file), chat.toJson() + "\n");
    } catch (IOException e) {
      throw new InputException(file + ": cannot be written: " + e.getMessage());
    }
    spec.commandLine().getErr().println("saved to " + file);
  }

  private void complain(String message) {
    spec.commandLine().getErr().println("sirocco: " + message);
  }

  private static Optional<String> readLine(BufferedReader reader) {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
