package sirocco.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.data.Batch;
import sirocco.train.data.Batches;
import sirocco.train.data.TrainingData;
import sirocco.train.model.Gradients;
import sirocco.train.model.Guidance;
import sirocco.train.model.Parameter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Runs the steps of a training: a step draws its micro-batches, sums their gradients over them and
/// over all processes, and changes the weights once. A run that was killed goes on from its last
/// checkpoint and ends with the same weights to the bit (on a CPU, with as many threads).
public final class Trainer implements AutoCloseable {
  private final TrainingSettings settings;
  private final Learner learner;
  private final RunFolder folder;
  private final Ranks ranks;
  private final String fingerprint;
  private final Optimizer optimizer;
  private final Gradients gradients;
  private final Optional<Guidance> guidance;
  private final Objective objective;
  private final Map<String, List<Batch>> heldOut;
  private final Batches batches;
  private int step;
  private long tokens;

  /// What a run is made of.
  ///
  /// @param learner with the numbers to start from
  /// @param guidance of attention
  /// @param fingerprint of what must not change when the run goes on
  public record Parts(
      TrainingSettings settings,
      Learner learner,
      Objective objective,
      Optional<Guidance> guidance,
      TrainingData data,
      String fingerprint) {}

  /// Prepares a run, at its last checkpoint if the folder has one.
  public Trainer(Parts parts, RunFolder folder, Ranks ranks) {
    this.settings = parts.settings();
    this.learner = parts.learner();
    this.objective = parts.objective();
    this.guidance = parts.guidance();
    this.fingerprint = parts.fingerprint();
    this.folder = folder;
    this.ranks = ranks;
    if (settings.freezeRouters()) {
      learner.model().freezeRouters();
    }
    List<Parameter> training = new ArrayList<>(learner.parameters());
    training.addAll(probes());
    this.optimizer = new Optimizer(training, settings.optimizer());
    this.gradients = new Gradients(settings.balance(), settings.recompute(), guidance);
    this.heldOut = parts.data().heldOut(settings.microBatchTokens(), settings.validationTokens());
    this.batches =
        folder
            .latest()
            .map(checkpoint -> resume(checkpoint, parts.data()))
            .orElseGet(() -> new Batches(parts.data().training(), settings.microBatchTokens()));
    requireSameStep();
    if (ranks.rank() == 0) {
      folder.claim();
      folder.rewind(step);
    }
  }

  private List<Parameter> probes() {
    return guidance.map(Guidance::parameters).orElse(List.of());
  }

  private void requireSameStep() {
    double[] steps = {step};
    ranks.sum(steps);
    if (steps[0] != (double) step * ranks.size()) {
      throw new TrainingException(
          folder.path()
              + ": rank "
              + ranks.rank()
              + " found the checkpoint of step "
              + step
              + ", another process one of another step");
    }
  }

  private Batches resume(Path path, TrainingData data) {
    TrainingState state = TrainingState.read(path);
    if (!state.recipe().equals(fingerprint)) {
      throw new TrainingException(
          path
              + ": this run was started with another recipe (model, data, seed or sizes differ);"
              + " restore the recipe or choose another output folder");
    }
    TrainingState.restore(path, optimizer, probes());
    learner.restore(path);
    step = state.step();
    tokens = state.tokens();
    return Batches.resume(data.training(), settings.microBatchTokens(), state.position());
  }

  /// Steps done.
  public int step() {
    return step;
  }

  public boolean finished() {
    return step >= settings.steps();
  }

  /// One step.
  ///
  /// @throws TrainingException at the first loss or gradient that is not finite; the batch is saved
  public StepMetrics next() {
    long start = System.nanoTime();
    List<Batch> micro = new ArrayList<>();
    for (int i = 0; i < settings.microBatches(); i++) {
      micro.add(batches.next());
    }
    var totals = totals(micro);
    var sums = new StepSums(learner.model().config(), names());
    for (int i = ranks.rank(); i < micro.size(); i += ranks.size()) {
      objective.add(gradients, learner.model(), micro.get(i), totals, sums);
    }
    if (ranks.size() > 1) {
      try (var _ = new PointerScope()) {
        ranks.sum(optimizer.gradients());
      }
      ranks.sum(sums.numbers());
    }
    double norm = optimizer.norm();
    if (!Double.isFinite(sums.loss()) || !Double.isFinite(norm)) {
      throw notFinite(micro, sums.loss(), norm);
    }
    double rate = settings.schedule().rate(step, settings.steps());
    step++;
    optimizer.step(step, rate, norm);
    tokens += totals.tokens();
    double seconds = (System.nanoTime() - start) / 1e9;
    StepMetrics metrics = sums.metrics(step, tokens, norm, rate, totals.tokens() / seconds);
    if (ranks.rank() == 0) {
      folder.append(metrics.toJson());
    }
    ranks.done(step);
    return metrics;
  }

  private List<String> names() {
    return guidance.map(Guidance::names).orElse(List.of());
  }

  private Gradients.Totals totals(List<Batch> micro) {
    long learned = micro.stream().mapToLong(objective::divisor).sum();
    return new Gradients.Totals(
        Math.max(1, learned), micro.stream().mapToLong(Batch::tokens).sum());
  }

  private TrainingException notFinite(List<Batch> micro, double loss, double norm) {
    String what = "step " + (step + 1) + ": the loss is " + loss + ", the norm of the gradient ";
    ObjectNode json = JsonMapper.shared().createObjectNode();
    var rows = json.putArray("micro_batches");
    for (Batch batch : micro) {
      ObjectNode row = rows.addObject();
      row.putPOJO("ids", batch.ids());
      row.putPOJO("targets", batch.targets());
      row.putPOJO("starts", batch.starts());
    }
    String name = "not-finite-step-" + (step + 1) + ".json";
    try {
      Path saved =
          ranks.rank() == 0
              ? folder.replace(name, JsonMapper.shared().writeValueAsString(json))
              : folder.path().resolve(name);
      return new TrainingException(
          what
              + norm
              + "; training stopped before the weights changed, the batch is in "
              + saved
              + ". Lower learning_rate, or look at the data");
    } catch (TrainingException e) {
      return new TrainingException(
          what + norm + "; training stopped. Its batch could not be saved: " + e.getMessage(), e);
    }
  }

  /// Whether this step ends with a checkpoint.
  public boolean checkpointDue() {
    return finished() || step % settings.checkpointSteps() == 0;
  }

  public boolean validationDue() {
    return finished() || step % settings.validationSteps() == 0;
  }

  /// Writes all that is needed to go on from here. Only the first process writes.
  public void checkpoint() {
    if (ranks.rank() == 0) {
      folder.checkpoint(
          step,
          path -> {
            learner.save(path);
            new TrainingState(step, tokens, batches.position(), fingerprint)
                .write(path, optimizer, probes());
          });
      folder.drawReport(facts());
    }
  }

  private Map<String, String> facts() {
    ModelConfig config = learner.model().config();
    Ledger ledger = Ledger.of(config);
    boolean sparse = config.numLocalExperts() > 0;
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "model",
        "%d layers, width %d%s"
            .formatted(
                config.numHiddenLayers(),
                config.hiddenSize(),
                sparse
                    ? ", %d experts, %d of them for each token"
                        .formatted(config.numLocalExperts(), config.numExpertsPerTok())
                    : ", dense"));
    facts.put(
        "parameters",
        millions(ledger.total())
            + (sparse ? ", " + millions(ledger.active()) + " of them for each token" : ""));
    long trained =
        learner.parameters().stream()
            .filter(parameter -> parameter.value().requires_grad())
            .mapToLong(parameter -> parameter.value().numel())
            .sum();
    facts.put("parameters that train", millions(trained));
    return facts;
  }

  private static String millions(long count) {
    return String.format(Locale.ROOT, "%.2f million", count / 1e6);
  }

  /// The page that shows the run, drawn with each checkpoint.
  public Path report() {
    return folder.report();
  }

  /// Writes the result alone, for use.
  public Path export() {
    folder.write(learner.name(), learner::export);
    return folder.path().resolve(learner.name());
  }

  /// Mean cross entropy of the held-out texts of each source, in nats; noted in the metrics. All
  /// processes take part.
  public Map<String, Double> validate() {
    Map<String, Double> losses = new LinkedHashMap<>();
    heldOut.forEach(
        (name, held) -> losses.put(name, Evaluation.loss(learner.model(), held, ranks)));
    if (ranks.rank() == 0 && !losses.isEmpty()) {
      ObjectNode json = JsonMapper.shared().createObjectNode().put("step", step);
      ObjectNode values = json.putObject("validation");
      losses.forEach(values::put);
      folder.append(json);
    }
    return losses;
  }

  @Override
  public void close() {
    batches.close();
    folder.close();
  }
}
