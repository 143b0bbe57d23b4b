package sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.train.model.Balance;
import sirocco.train.model.Gradients;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.WeightGradients;

/// `sirocco grad`: loss and gradients of a batch, for comparison with other implementations.
@Command(
    name = "grad",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the loss of a batch of token ids and its gradient for every weight.",
      "",
      "The loss is the mean cross entropy over all targets and, for mixtures, the balance loss in"
          + " Hugging Face's pooled form times its coefficient. Everything is float32, written as a"
          + " safetensors file: `loss` [1], `aux_loss` [1] (mixtures only, before its coefficient),"
          + " and `grad.<tensor>` for each tensor of the model as a Hugging Face folder names it."
          + " The gradient of a tied head is in the embedding's.",
      "",
      "The batch is a list of rows of ids, or an object: `ids`; `labels`, as long (-100: not learned;"
          + " absent: the ids), each predicted from the tokens before it; `attention_mask`, whose zeros"
          + " at the ends of a row cut it; `router_aux_loss_coef`. Rows may differ in length."
    },
    footer = {
      "",
      "Example: ./sirocco grad -m MODEL --batch batch.json -o out.safetensors",
      "batch.json: {\"ids\": [[1, 22557, 28725], [1, 315, 837]]}"
    })
final class GradCommand implements Callable<Integer> {
  /// What transformers takes where a configuration is silent.
  private static final double COEFFICIENT = 0.001;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-m", "--model"},
      required = true,
      defaultValue = "${env:SIROCCO_MODEL}",
      paramLabel = "MODEL",
      description = "A model's folder or .gguf file.")
  private Path modelPath = Path.of("");

  @Option(
      names = "--batch",
      required = true,
      paramLabel = "FILE",
      description = "JSON with the rows of ids.")
  private Path batchFile = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--aux-coefficient",
      paramLabel = "C",
      description =
          "Weight of the balance loss (default: router_aux_loss_coef of the batch, else of the"
              + " model's config.json, else 0.001).")
  private Optional<Double> auxCoefficient = Optional.empty();

  /// What is printed.
  private record Report(double loss, Optional<Double> auxLoss, long targets) {}

  @Override
  public Integer call() throws IOException {
    if (auxCoefficient.isPresent() && !(auxCoefficient.get() >= 0 && auxCoefficient.get() < 1e9)) {
      throw new ParameterException(
          spec.commandLine(),
          "--aux-coefficient must not be negative, found " + auxCoefficient.get());
    }
    try (Checkpoint checkpoint = Checkpoints.open(modelPath)) {
      GradientBatch given = GradientBatch.read(batchFile, checkpoint.config().vocabSize());
      TrainableFile.requireMemory(batchFile, checkpoint.config(), given.batch());
      double coefficient = coefficient(given, checkpoint);
      TrainableModel model = TrainableFile.read(checkpoint);
      Report report = write(model, given, coefficient);
      spec.commandLine().getOut().println(Json.pretty(report));
    }
    return 0;
  }

  private Report write(TrainableModel model, GradientBatch given, double coefficient) {
    Balance balance = new Balance(Balance.Form.HF_POOLED, coefficient, 0);
    var batch = given.batch();
    var totals = new Gradients.Totals(batch.learned(), batch.tokens());
    Gradients.Sums sums = new Gradients(balance, true).add(model, batch, totals);
    double loss = sums.crossEntropy() / sums.learned() + coefficient * sums.balanceLoss();
    boolean mixture = model.config().isMixture();
    WeightGradients.write(
        output,
        model,
        loss,
        mixture ? OptionalDouble.of(sums.balanceLoss()) : OptionalDouble.empty());
    return new Report(
        loss, mixture ? Optional.of(sums.balanceLoss()) : Optional.empty(), sums.learned());
  }

  private double coefficient(GradientBatch given, Checkpoint checkpoint) throws IOException {
    if (auxCoefficient.isPresent()) {
      return auxCoefficient.get();
    }
    if (given.auxiliaryCoefficient().isPresent()) {
      return given.auxiliaryCoefficient().getAsDouble();
    }
    Path config = checkpoint.path().resolve("config.json");
    return Files.isRegularFile(config)
        ? JsonInput.read(config).real("router_aux_loss_coef", COEFFICIENT)
        : COEFFICIENT;
  }
}
