package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.engine.Engine;
import sirocco.engine.Session;

/// `sirocco perplexity`: how well a model foretells a text.
@Command(
    name = "perplexity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how well a model foretells a text.",
      "",
      "The text is encoded as a whole, with the opening token if the vocabulary asks for one, and"
          + " cut into windows of N tokens (--context, at most 512 unless given) that start S"
          + " tokens apart (--stride, N unless given). A token is scored once, in the first window"
          + " that foretells it; the first token of the text, and with S = N of every window, has"
          + " nothing before it and is not scored. This is the strided definition of Hugging Face's"
          + " guide. Perplexity is exp of the mean negative log-likelihood; the error given is its"
          + " standard error, the tokens taken as independent.",
    },
    footer = {"", "Example: ./sirocco perplexity -f book.txt --context 512 --stride 256"})
final class PerplexityCommand implements Callable<Integer> {
  private static final int WINDOW = 512;

  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The text, UTF-8.")
  private Path file = Path.of("");

  @Option(
      names = "--stride",
      paramLabel = "S",
      description = "Tokens from one window to the next (default: the window's length).")
  private Optional<Integer> stride = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    String text = TextFile.read(file);
    try (Engine engine = model.open(spec.commandLine());
        Session session = engine.newSession(window(engine))) {
      int[] ids = engine.encode(text);
      if (ids.length < 2) {
        throw new InputException(
            file + ": expected at least 2 tokens, found " + ids.length + "; use a longer text");
      }
      int window = Math.min(session.capacity(), ids.length);
      if (session.capacity() < 2) {
        throw new ParameterException(spec.commandLine(), "--context must be at least 2");
      }
      int step = stride.orElse(session.capacity());
      if (step < 1 || step > session.capacity()) {
        throw new ParameterException(
            spec.commandLine(), "--stride must lie in 1 to the window's " + session.capacity());
      }
      print(Windows.of(ids.length, window, step).score(session, ids), ids.length, step, session);
    }
    return 0;
  }

  private int window(Engine engine) {
    return model
        .context()
        .orElseGet(() -> Math.min(WINDOW, engine.model().config().maxPositionEmbeddings()));
  }

  private void print(Result result, int tokens, int step, Session session) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      var node = JsonLines.object();
      node.put("tokens", tokens);
      node.put("scored_tokens", result.scored());
      node.put("mean_nll", result.mean());
      node.put("mean_nll_standard_error", result.standardError());
      node.put("perplexity", result.perplexity());
      node.put("perplexity_standard_error", result.perplexity() * result.standardError());
      node.put("context", session.capacity());
      node.put("stride", step);
      out.println(JsonLines.write(node));
    } else {
      out.printf(
          Locale.ROOT,
          "tokens %d, scored %d, mean negative log-likelihood %.6f +- %.6f%n",
          tokens,
          result.scored(),
          result.mean(),
          result.standardError());
      out.printf(
          Locale.ROOT,
          "perplexity %.4f +- %.4f (windows of %d, stride %d)%n",
          result.perplexity(),
          result.perplexity() * result.standardError(),
          session.capacity(),
          step);
    }
    out.flush();
  }

  /// The windows of a text.
  ///
  /// @param tokens of the text
  /// @param length of a window
  /// @param stride from one to the next
  record Windows(int tokens, int length, int stride) {
    static Windows of(int tokens, int length, int stride) {
      return new Windows(tokens, length, stride);
    }

    /// The scores of all tokens that have something before them.
    Result score(Session session, int[] ids) {
      double[] scores = new double[tokens];
      int count = 0;
      int done = 1; // tokens before this one are scored or cannot be
      try (ProgressBar progress = new ProgressBar("perplexity", tokens)) {
        for (int start = 0; done < tokens; start += stride) {
          int end = Math.min(start + length, tokens);
          int first = Math.max(done, start + 1);
          if (first < end) {
            double[] window = session.score(Arrays.copyOfRange(ids, start, end));
            for (int i = first; i < end; i++) {
              scores[count++] = window[i - start - 1];
            }
          }
          progress.advance(end - done, "");
          done = end;
        }
      }
      return Result.of(Arrays.copyOf(scores, count));
    }
  }

  /// What the scores come to.
  ///
  /// @param scored tokens that were scored
  /// @param mean negative log-likelihood, nats
  /// @param standardError of the mean
  record Result(int scored, double mean, double standardError) {
    static Result of(double[] scores) {
      double mean = Arrays.stream(scores).average().orElse(Double.NaN);
      double squares = Arrays.stream(scores).map(s -> (s - mean) * (s - mean)).sum();
      int n = scores.length;
      return new Result(n, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n));
    }

    double perplexity() {
      return Math.exp(mean);
    }
  }
}
