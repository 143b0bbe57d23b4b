package sirocco.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.engine.Engine;
import sirocco.lab.fidelity.Fidelity;
import sirocco.lab.fidelity.FidelityRun;
import sirocco.lab.statistics.Estimate;

/// `sirocco fidelity`: how far a quantised model strays from its reference.
@Command(
    name = "fidelity",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how far a model strays from another that it should equal, such as a quantised one"
          + " from its original: perplexities, KL divergence, how often both think the same token"
          + " likeliest, how far probabilities move.",
      "",
      "The text is cut into windows; the second half of each is scored, as llama.cpp's"
          + " `llama-perplexity --kl-divergence` does.",
    },
    footer = {"", "Example: ./sirocco fidelity -m q4.gguf --reference f16.gguf -f book.txt"})
final class FidelityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(validate = false, order = 8, heading = ModelArguments.HEADING)
  private ModelArguments model = new ModelArguments();

  @Option(
      names = "--reference",
      required = true,
      paramLabel = "MODEL",
      description = "The model that it is compared with.")
  private Path reference = Path.of("");

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "The text, UTF-8.")
  private Path file = Path.of("");

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Tokens of a window (default: ${DEFAULT-VALUE}).")
  private int window = 512;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    String text = TextFile.read(file);
    try (Engine ours = model.open(spec.commandLine());
        Engine theirs = Engine.open(ModelSource.existing(reference))) {
      int[] ids = theirs.encode(text);
      try (TaskBar bar = new TaskBar("fidelity")) {
        print(new FidelityRun(theirs, ours, window).run(ids, bar));
      }
    }
    return 0;
  }

  private void print(Fidelity found) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.pretty(found));
    } else {
      out.printf(Locale.ROOT, "tokens compared        %d%n", found.tokens());
      line(out, "perplexity", found.perplexity());
      line(out, "reference's", found.referencePerplexity());
      line(out, "ln of their ratio", found.logRatio());
      line(out, "KL divergence", found.divergence());
      out.printf(
          Locale.ROOT,
          "  median, greatest     %.6f, %.6f%n",
          found.medianDivergence(),
          found.greatestDivergence());
      line(out, "same likeliest token", found.sameTop());
      line(out, "shift of p, mean", found.shift());
      out.printf(Locale.ROOT, "  root mean square     %.6f%n", found.rootMeanSquareShift());
      out.printf(Locale.ROOT, "  greatest of all      %.6f%n", found.greatestShift());
    }
    out.flush();
  }

  private static void line(PrintWriter out, String name, Estimate estimate) {
    out.printf(
        Locale.ROOT, "%-22s %.6f +- %.6f%n", name, estimate.value(), estimate.standardError());
  }
}
