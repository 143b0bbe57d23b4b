package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.text.ChatTemplate;
import sirocco.text.TemplateException;
import sirocco.text.Vocabulary;
import sirocco.train.data.FieldNames;
import sirocco.train.data.FileSource;
import sirocco.train.tokenizer.BpeTrainer;
import sirocco.train.tokenizer.Corpus;
import sirocco.train.tokenizer.Progress;
import sirocco.train.tokenizer.TokenizerFiles;
import sirocco.train.tokenizer.TokenizerRecipe;
import sirocco.train.tokenizer.TokenizerSettings;

/// `sirocco tokenizer-train`: text to a tokenizer.
@Command(
    name = "tokenizer-train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains a tokenizer on text: SentencePiece's byte-pair encoding with byte fallback.",
      "",
      "Writes tokenizer.model, tokenizer.json and tokenizer_config.json, which SentencePiece and"
          + " Hugging Face's libraries read too."
    },
    footer = {
      "",
      "Example:",
      "  ./sirocco tokenizer-train -i books.jsonl.zst -i code.txt -o tokenizer",
      "  ./sirocco tokenizer-train recipe.yaml"
    })
final class TokenizerTrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "RECIPE",
      arity = "0..1",
      description = "YAML or JSON file in place of the options; docs/training.md has its fields.")
  private Optional<Path> recipe = Optional.empty();

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      arity = "1..*",
      description = {
        "Text to learn from: .jsonl (documents, conversations), .txt with a document a line, also"
            + " .zst and .gz of these, .parquet."
      })
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where the tokenizer's files go; made if missing.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "Tokens in all (default: ${DEFAULT-VALUE}).")
  private int vocabulary = 4096;

  @Option(
      names = "--control-token",
      paramLabel = "NAME",
      description = "A control token such as [INST]; may be repeated.")
  private List<String> controlTokens = new ArrayList<>();

  @Option(
      names = "--chat-template",
      paramLabel = "FILE",
      description = "Jinja: how a conversation becomes a prompt.")
  private Optional<Path> chatTemplate = Optional.empty();

  @Option(
      names = "--max-bytes-per-file",
      paramLabel = "N",
      description = "Learn from the first N bytes of each file's text only.")
  private long maxBytesPerFile = Long.MAX_VALUE;

  @Override
  public Integer call() throws IOException {
    TokenizerRecipe wanted = recipe.isPresent() ? TokenizerRecipe.read(recipe.get()) : options();
    Optional<String> template = template(wanted.chatTemplate());
    List<FileSource> files = wanted.inputs().stream().map(TokenizerTrainCommand::source).toList();
    try (Corpus corpus = new Corpus(files, wanted.maxBytesPerFile());
        Report report = new Report(spec.commandLine().getErr())) {
      Vocabulary made = BpeTrainer.train(corpus, wanted.settings(), report);
      TokenizerFiles.write(wanted.output(), made, template);
    }
    spec.commandLine().getOut().println(wanted.output());
    return 0;
  }

  private TokenizerRecipe options() {
    if (inputs.isEmpty() || output.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "expected a RECIPE, or --input and --output; found neither");
    }
    TokenizerSettings settings =
        TokenizerSettings.ofSize(vocabulary).withControlTokens(controlTokens);
    return new TokenizerRecipe(inputs, settings, chatTemplate, maxBytesPerFile, output.get());
  }

  private static FileSource source(Path file) {
    return new FileSource(file.toString(), file, FieldNames.USUAL, 1, 0);
  }

  /// The template, known to be one.
  private static Optional<String> template(Optional<Path> given) throws IOException {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    Path file = InputException.notFolder(given.get());
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try {
      ChatTemplate.parse(text);
    } catch (TemplateException e) {
      throw new InputException(file + ": " + e.getMessage());
    }
    return Optional.of(text);
  }

  /// The reading as lines, the merging as a bar.
  private static final class Report implements Progress, AutoCloseable {
    private static final long LINE_NANOS = 10_000_000_000L;

    private final PrintWriter err;
    private long lastLine = System.nanoTime();
    private Optional<ProgressBar> bar = Optional.empty();
    private int done;

    Report(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void read(long documents, long characters) {
      if (System.nanoTime() - lastLine >= LINE_NANOS) {
        lastLine = System.nanoTime();
        err.println(
            "read " + documents + " documents, " + characters / 1_000_000 + " million characters");
      }
    }

    @Override
    public void found(int pieces, int wanted) {
      if (bar.isEmpty()) {
        bar = Optional.of(new ProgressBar("merge to " + wanted + " pieces", wanted));
      }
      bar.get().advance(pieces - done, "");
      done = pieces;
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
    }
  }
}
