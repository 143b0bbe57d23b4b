package sirocco.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.engine.Engine;
import sirocco.lab.routing.Corpus;
import sirocco.lab.routing.Document;
import sirocco.lab.routing.EngineSource;
import sirocco.lab.routing.Passage;
import sirocco.lab.routing.RoutingTrace;

/// Which texts are routed, and how.
final class CorpusArguments {
  static final String HEADING = "%nTexts:%n";

  private static final int WINDOW = 512;

  @Option(
      names = "--corpus",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Files, or folders of them; each file is a domain: .jsonl (also .gz, .zst) and .parquet"
              + " with a text in each row, or .txt.")
  private List<Path> corpus = new ArrayList<>();

  @Option(
      names = "--domains",
      paramLabel = "NAME",
      split = ",",
      description = "Some of them, by the names of their files (default: all).")
  private List<String> domains = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "The most tokens of a domain (default: ${DEFAULT-VALUE}).")
  private int tokens = 16384;

  @Option(
      names = "--window",
      paramLabel = "N",
      description =
          "The most tokens that are read together; a longer document is cut (default: 512, or the"
              + " model's context).")
  private Optional<Integer> window = Optional.empty();

  /// The domains that are wanted.
  Corpus corpus(CommandLine command) {
    // Picocli cannot ask for an option of a group, which may be left out as a whole.
    if (corpus.isEmpty()) {
      throw new ParameterException(command, "expected texts: --corpus PATH");
    }
    if (tokens < 1) {
      throw new ParameterException(command, "--tokens must be at least 1");
    }
    Corpus all = Corpus.of(corpus);
    return domains.isEmpty() ? all : all.only(domains);
  }

  /// Their documents, as a model reads them.
  List<Document> documents(Corpus wanted, Engine engine) {
    return wanted.documents(engine::encode, tokens);
  }

  /// How many tokens of a document a model reads together.
  int window(Engine engine) {
    return window.orElse(Math.min(WINDOW, engine.context()));
  }

  /// Routes documents.
  RoutingTrace trace(
      Engine engine, List<Document> documents, String what, Consumer<Passage> observer) {
    long all = documents.stream().mapToLong(d -> d.ids().length).sum();
    int length = window(engine);
    try (var source = new EngineSource(engine, length);
        var progress = new ProgressBar(what, all)) {
      return RoutingTrace.of(
          source,
          documents.iterator(),
          length,
          passage -> {
            observer.accept(passage);
            progress.advance(passage.window().tokens(), passage.domain());
          });
    }
  }
}
