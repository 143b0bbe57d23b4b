package sirocco.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.checkpoint.SafetensorsWriter;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.train.data.Batch;
import sirocco.train.model.Balance;
import sirocco.train.model.Gradients;
import sirocco.train.model.Surprisals;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.WeightGradients;
import sirocco.train.objective.Dpo;
import sirocco.train.objective.Preferences;
import sirocco.train.objective.StoredReference;

/// `sirocco dpo-check`: what the preference objective computes, for comparison with other
/// implementations.
@Command(
    name = "dpo-check",
    mixinStandardHelpOptions = true,
    description = {
      "Prints log-probabilities, loss and gradient norm of preference pairs given as token ids.",
      "",
      "Log-probabilities are summed over an answer's tokens. The loss is the mean over pairs:"
          + " sigmoid is DPO's, ipo the squared distance of the per-token averages from"
          + " 1 / (2 beta). Everything is float32, without a balance loss.",
      "",
      "The pairs are JSON, or safetensors with dpo.chosen, dpo.rejected [P, T] and"
          + " dpo.prompt_length as int32, and perhaps dpo.reference_logps [2 P], chosen first."
    },
    footer = {
      "",
      "Example:",
      "  ./sirocco dpo-check -m MODEL --reference MODEL --pairs pairs.json",
      "pairs.json: {\"prompt_length\": 2, \"chosen\": [[1, 5, 7]],",
      "  \"rejected\": [[1, 5, 9, 2]]}",
      "and perhaps reference_chosen and reference_rejected: a number for each pair."
    })
final class DpoCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-m", "--model"},
      required = true,
      defaultValue = "${env:SIROCCO_MODEL}",
      paramLabel = "MODEL",
      description = "The policy: a model's folder or .gguf file.")
  private Path modelPath = Path.of("");

  @ArgGroup private Given reference = new Given();

  @Option(
      names = "--pairs",
      required = true,
      paramLabel = "FILE",
      description = "JSON or safetensors with the pairs.")
  private Path pairsFile = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "A safetensors file to write: policy_chosen, policy_rejected, reference_chosen,"
              + " reference_rejected [P], loss [1] and grad_norm [1], float64.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--beta",
      paramLabel = "B",
      description = "How strongly the reference holds (default: ${DEFAULT-VALUE}).")
  private double beta = 0.1;

  @Option(
      names = "--loss",
      paramLabel = "FORM",
      description = "sigmoid or ipo (default: ${DEFAULT-VALUE}).")
  private Dpo.Form form = Dpo.Form.SIGMOID;

  @Option(
      names = "--label-smoothing",
      paramLabel = "E",
      description = "Share of pairs taken to be the wrong way round; sigmoid only (default: 0).")
  private double labelSmoothing;

  /// The reference, unless the pairs come with it.
  static final class Given {
    @Option(names = "--reference", paramLabel = "MODEL", description = "The reference model.")
    private Optional<Path> model = Optional.empty();

    @Option(
        names = "--reference-logprobs",
        paramLabel = "FILE",
        description =
            "Its log-probabilities: JSON or safetensors with reference_chosen and"
                + " reference_rejected.")
    private Optional<Path> file = Optional.empty();
  }

  /// What is printed.
  private record Report(
      List<Preferences.Pair> pairs, double loss, double gradNorm, double margin, double accuracy) {}

  @Override
  public Integer call() throws IOException {
    try (Checkpoint checkpoint = Checkpoints.open(modelPath)) {
      PreferencePairs pairs = PreferencePairs.read(pairsFile, checkpoint.config().vocabSize());
      for (Batch pair : pairs.pairs()) {
        TrainableFile.requireMemory(pairsFile, checkpoint.config(), pair);
      }
      // Settings out of range are told before a model is read.
      Dpo settings = new Dpo(form, beta, labelSmoothing, _ -> new double[0]);
      List<double[]> frozen = reference(pairs);
      Report report = judge(TrainableFile.read(checkpoint), pairs.pairs(), frozen, settings);
      output.ifPresent(file -> write(file, report));
      spec.commandLine().getOut().println(Json.pretty(report));
    }
    return 0;
  }

  private static Report judge(
      TrainableModel model, List<Batch> pairs, List<double[]> frozen, Dpo settings) {
    Gradients gradients = new Gradients(Balance.OFF, true);
    Preferences found = new Preferences(List.of());
    for (int p = 0; p < pairs.size(); p++) {
      double[] own = frozen.get(p);
      Dpo dpo = new Dpo(settings.form(), settings.beta(), settings.smoothing(), _ -> own);
      Batch batch = pairs.get(p);
      var totals = new Gradients.Totals(pairs.size(), batch.tokens());
      found = found.and(gradients.add(model, batch, totals, dpo).loss());
    }
    return new Report(
        found.pairs(), found.loss(), WeightGradients.norm(model), found.margin(), found.accuracy());
  }

  private List<double[]> reference(PreferencePairs pairs) throws IOException {
    if (reference.model.isPresent()) {
      return computed(reference.model.get(), pairs.pairs());
    }
    if (reference.file.isPresent()) {
      return stored(reference.file.get(), pairs.pairs());
    }
    return pairs
        .reference()
        .orElseThrow(() ->
            new InputException(
                pairsFile
                    + ": reference_chosen: expected numbers, found nothing; put them there, or"
                    + " give --reference or --reference-logprobs"));
  }

  private List<double[]> computed(Path path, List<Batch> pairs) {
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      int most = pairs.stream().flatMapToInt(p -> Arrays.stream(p.ids())).max().orElse(0);
      if (most >= checkpoint.config().vocabSize()) {
        throw new InputException(
            pairsFile
                + ": id "
                + most
                + " is beyond the reference's vocabulary of "
                + checkpoint.config().vocabSize());
      }
      TrainableModel model = TrainableFile.read(checkpoint);
      try {
        return pairs.stream().map(pair -> Surprisals.logProbabilities(model, pair)).toList();
      } finally {
        model.parameters().forEach(parameter -> parameter.value().close());
      }
    }
  }

  private static List<double[]> stored(Path file, List<Batch> pairs) throws IOException {
    if (!PreferencePairs.isSafetensors(file)) {
      return PreferencePairs.reference(JsonInput.read(file).asObject(), pairs.size())
          .orElseThrow(() ->
              new InputException(file + ": reference_chosen: expected numbers, found nothing"));
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      if (opened.has("pairs")) {
        StoredReference stored = StoredReference.read(file);
        return pairs.stream().map(stored::logProbabilities).toList();
      }
      double[] chosen = doubles(file, opened.tensor("reference_chosen"), pairs.size());
      double[] rejected = doubles(file, opened.tensor("reference_rejected"), pairs.size());
      List<double[]> both = new ArrayList<>();
      for (int p = 0; p < chosen.length; p++) {
        both.add(new double[] {chosen[p], rejected[p]});
      }
      return both;
    }
  }

  private static double[] doubles(Path file, Tensor tensor, int count) {
    if (tensor.shape().elements() != count) {
      throw new InputException(
          file
              + ": expected log-probabilities of "
              + count
              + " pairs, found "
              + tensor.shape().elements());
    }
    double[] values = new double[count];
    float[] floats = tensor.dtype() == DType.F64 ? new float[0] : tensor.toFloats();
    for (int i = 0; i < count; i++) {
      values[i] =
          tensor.dtype() == DType.F64 ? tensor.data().getAtIndex(Tensor.DOUBLE, i) : floats[i];
    }
    return values;
  }

  private static void write(Path file, Report report) {
    Shape each = Shape.of(report.pairs().size());
    Shape one = Shape.of(1);
    List<Declaration> declared =
        List.of(
            new Declaration("policy_chosen", DType.F64, each),
            new Declaration("policy_rejected", DType.F64, each),
            new Declaration("reference_chosen", DType.F64, each),
            new Declaration("reference_rejected", DType.F64, each),
            new Declaration("loss", DType.F64, one),
            new Declaration("grad_norm", DType.F64, one));
    try (var writer = SafetensorsWriter.create(file, declared)) {
      write(writer, "policy_chosen", numbers(report, Preferences.Pair::policyChosen));
      write(writer, "policy_rejected", numbers(report, Preferences.Pair::policyRejected));
      write(writer, "reference_chosen", numbers(report, Preferences.Pair::referenceChosen));
      write(writer, "reference_rejected", numbers(report, Preferences.Pair::referenceRejected));
      write(writer, "loss", new double[] {report.loss()});
      write(writer, "grad_norm", new double[] {report.gradNorm()});
      writer.commit();
    }
  }

  private static double[] numbers(Report report, ToDoubleFunction<Preferences.Pair> number) {
    return report.pairs().stream().mapToDouble(number).toArray();
  }

  private static void write(SafetensorsWriter writer, String name, double[] values) {
    try (var arena = Arena.ofConfined()) {
      writer.write(name, arena.allocateFrom(Tensor.DOUBLE, values));
    }
  }
}
