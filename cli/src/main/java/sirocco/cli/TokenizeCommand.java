package sirocco.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.engine.PromptFormat;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import sirocco.text.Tokenizer;
import tools.jackson.databind.node.ObjectNode;

/// `sirocco tokenize`: text to token ids and back.
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Turns text into token ids, and ids into text.",
      "",
      "MODEL is a model's folder or .gguf file, or a tokenizer alone: tokenizer.model,"
          + " tokenizer.json, tekken.json, or a folder with one. The opening token is added with"
          + " --bos, and in conversations. Where the first argument is none of these, the model is"
          + " SIROCCO_MODEL or the tiny one that comes with Sirocco."
    },
    footer = {
      "",
      "Examples:",
      "  ./sirocco tokenize \"Hello, world\"",
      "  ./sirocco tokenize MODEL \"Hello, world\"",
      "  ./sirocco tokenize MODEL --pieces \"Hello, world\"",
      "  ./sirocco tokenize MODEL --decode 1,22557,28725",
      "  ./sirocco tokenize MODEL --jsonl -i texts.jsonl > ids.jsonl"
    })
final class TokenizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "The model or tokenizer, if it is not the first argument.")
  private Optional<Path> model = Optional.empty();

  @Parameters(
      paramLabel = "MODEL TEXT",
      arity = "0..*",
      description =
          "The model, then the text; its words are joined by spaces. - or no text:"
              + " standard input.")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--jsonl",
      description = {
        "Read a line {\"text\": ...} or {\"messages\": [...]} at a time from -i or standard input"
            + " and write a line {\"ids\": [...], \"decoded\": ...} for each."
      })
  private boolean jsonLines;

  @Option(
      names = {"-i", "--input"},
      paramLabel = "IN",
      description = "With --jsonl: the lines; - for standard input.")
  private Optional<Path> input = Optional.empty();

  @Option(names = "--bos", description = "Put the opening token before a text.")
  private boolean bos;

  @Option(
      names = {"--pieces", "--ids"},
      description = "A line for each token: its id, a tab, and its spelling in the vocabulary.")
  private boolean pieces;

  @Option(names = "--json", description = "Print {\"ids\": [...], \"decoded\": ...}.")
  private boolean json;

  @Option(
      names = "--decode",
      paramLabel = "IDS",
      description = "Print the text of these ids, apart by commas or spaces; -: standard input.")
  private Optional<String> decode = Optional.empty();

  @Mixin private PromptArguments promptFormat = new PromptArguments();

  @Override
  public Integer call() throws IOException {
    List<String> text = new ArrayList<>(arguments);
    Path path = model.orElseGet(() -> first(text));
    TokenizerSource source = TokenizerSource.of(path);
    PrintWriter out = spec.commandLine().getOut();
    try {
      if (decode.isPresent()) {
        out.println(source.tokenizer().decode(idsToDecode(decode.get(), text)));
      } else if (jsonLines) {
        lines(source, text, out);
      } else {
        one(source.tokenizer(), text, out);
      }
    } finally {
      out.flush();
    }
    return 0;
  }

  /// The first argument if it names a file; else that is text for the model of the environment or
  /// the default model. A path that leads nowhere is a mistake, not text.
  private static Path first(List<String> text) {
    if (!text.isEmpty() && namesFile(text.getFirst())) {
      return Path.of(text.removeFirst());
    }
    return ModelArguments.orDefault(ModelArguments.environment());
  }

  private static boolean namesFile(String argument) {
    try {
      return Files.exists(Path.of(argument))
          || argument.matches("\\S*/\\S+|\\S+\\.(gguf|json|model)");
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /// Ids as this command prints them, and as programs do: `1 22557`, `1,22557`, `[1, 22557]`.
  private int[] idsToDecode(String first, List<String> rest) throws IOException {
    String ids =
        first.equals("-") ? StandardInput.readInput() : first + " " + String.join(" ", rest);
    List<Integer> found = new ArrayList<>();
    for (String word : ids.split("[\\s,\\[\\]]+", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      try {
        found.add(Integer.valueOf(word));
      } catch (NumberFormatException e) {
        throw new ParameterException(
            spec.commandLine(), "--decode: expected token ids, found " + word, e);
      }
    }
    return found.stream().mapToInt(id -> id).toArray();
  }

  private void one(Tokenizer tokenizer, List<String> words, PrintWriter out) throws IOException {
    if (words.isEmpty() && StandardInput.isInteractive()) {
      throw new ParameterException(spec.commandLine(), "what should be encoded? Give a TEXT");
    }
    boolean fromInput = words.isEmpty() || words.equals(List.of("-"));
    int[] ids = encode(tokenizer, fromInput ? StandardInput.readInput() : String.join(" ", words));
    if (json) {
      out.println(describe(tokenizer, ids));
    } else if (pieces) {
      for (int id : ids) {
        out.println(id + "\t" + tokenizer.vocabulary().tokens().get(id).text());
      }
    } else {
      out.println(Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }
  }

  private void lines(TokenizerSource source, List<String> text, PrintWriter out)
      throws IOException {
    if (!text.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--jsonl reads -i or standard input, found the text " + text);
    }
    boolean warned = false;
    PromptFormat format =
        PromptFormat.of(promptFormat.format(), source.tokenizer(), source.template());
    boolean standard = input.map(path -> path.toString().equals("-")).orElse(true);
    String name = standard ? "standard input" : input.orElseThrow().toString();
    try (InputStream stream =
            standard
                ? System.in
                : Files.newInputStream(InputException.notFolder(input.orElseThrow()));
        JsonLines lines = new JsonLines(name, stream)) {
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!warned && line.get().fields().has("messages")) {
          ModelArguments.warn(spec.commandLine(), format.complaint());
          warned = true;
        }
        out.println(describe(source.tokenizer(), ids(line.get(), source.tokenizer(), format)));
      }
    }
  }

  private int[] ids(JsonLines.Line line, Tokenizer tokenizer, PromptFormat format) {
    LineFields fields = new LineFields(line);
    Optional<String> text = fields.text("text");
    Optional<List<Message>> messages = fields.messages();
    if (text.isPresent() == messages.isPresent()) {
      throw new InputException(
          line.where() + ": expected the field text or the field messages, one of them");
    }
    try {
      return text.map(t -> encode(tokenizer, t))
          .orElseGet(() -> format.encode(messages.orElseThrow(), fields.tools()));
    } catch (TemplateException e) {
      throw new InputException(line.where() + ": " + e.getMessage());
    }
  }

  private int[] encode(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    if (!bos) {
      return ids;
    }
    int opening =
        tokenizer
            .vocabulary()
            .bos()
            .orElseThrow(() -> new InputException("--bos: the vocabulary has no opening token"));
    return IntStream.concat(IntStream.of(opening), IntStream.of(ids)).toArray();
  }

  private static String describe(Tokenizer tokenizer, int[] ids) {
    ObjectNode node = JsonLines.object();
    Arrays.stream(ids).forEach(node.putArray("ids")::add);
    node.put("decoded", tokenizer.decode(ids));
    return JsonLines.write(node);
  }
}
