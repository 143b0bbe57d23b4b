package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.text.ChatTemplate;
import sirocco.text.Vocabulary;
import sirocco.train.tokenizer.BpeTrainer;
import sirocco.train.tokenizer.Progress;
import sirocco.train.tokenizer.TextFile;
import sirocco.train.tokenizer.TokenizerFiles;
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
      "  ./sirocco tokenizer-train -i books.jsonl.zst -i code.txt -o tokenizer"
    })
final class TokenizerTrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      arity = "1..*",
      required = true,
      description = {
        "Text to learn from: .txt, or .jsonl with a field text; also .gz and .zst of these."
      })
  private List<Path> inputs = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "Where the tokenizer's files go; made if missing.")
  private Path output = Path.of("");

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
    TokenizerSettings settings =
        TokenizerSettings.ofSize(vocabulary).withControlTokens(controlTokens);
    Optional<String> template = template();
    try (Documents documents = new Documents(inputs, maxBytesPerFile)) {
      PrintWriter err = spec.commandLine().getErr();
      Vocabulary made = BpeTrainer.train(documents, settings, report(err));
      TokenizerFiles.write(output, made, template);
    }
    spec.commandLine().getOut().println(output);
    return 0;
  }

  /// The template, known to be one.
  private Optional<String> template() throws IOException {
    if (chatTemplate.isEmpty()) {
      return Optional.empty();
    }
    Path file = InputException.notFolder(chatTemplate.get());
    String text = Files.readString(file, StandardCharsets.UTF_8);
    ChatTemplate.parse(text);
    return Optional.of(text);
  }

  private static Progress report(PrintWriter err) {
    return new Progress() {
      private long documents;

      @Override
      public void read(long count, long bytes) {
        if (count >= documents + 20_000) {
          documents = count;
          err.println("sirocco: read " + count + " documents, " + (bytes >> 20) + " MiB");
        }
      }

      @Override
      public void found(int pieces, int wanted) {
        if (pieces % 1000 == 0 || pieces == wanted) {
          err.println("sirocco: " + pieces + " of " + wanted + " pieces");
        }
      }
    };
  }

  /// The documents of one file after the other, each open only while it is read.
  private static final class Documents implements Iterator<String>, AutoCloseable {
    private final Deque<Path> files;
    private final long most;
    private Optional<TextFile> open = Optional.empty();

    Documents(List<Path> files, long most) {
      this.files = new ArrayDeque<>(files);
      this.most = most;
    }

    @Override
    public boolean hasNext() {
      while (open.isEmpty() || !open.get().hasNext()) {
        close();
        if (files.isEmpty()) {
          return false;
        }
        open = Optional.of(new TextFile(files.remove(), most));
      }
      return true;
    }

    @Override
    public String next() {
      hasNext();
      return open.orElseThrow().next();
    }

    @Override
    public void close() {
      open.ifPresent(TextFile::close);
      open = Optional.empty();
    }
  }
}
