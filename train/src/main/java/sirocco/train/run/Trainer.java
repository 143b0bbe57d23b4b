package sirocco.train.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.train.data.Batch;
import sirocco.train.data.Batches;
import sirocco.train.data.TrainingData;
import sirocco.train.model.Gradients;
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
  private final AdamW optimizer;
  private final Gradients gradients;
  private final Map<String, List<Batch>> heldOut;
  private final Batches batches;
  private int step;
  private long tokens;

  /// What a run is made of.
  ///
  /// @param learner with the numbers to start from
  /// @param fingerprint of what must not change when the run goes on
  public record Parts(
      TrainingSettings settings, Learner learner, TrainingData data, String fingerprint) {}

  /// Prepares a run, at its last checkpoint if the folder has one.
  public Trainer(Parts parts, RunFolder folder, Ranks ranks) {
    this.settings = parts.settings();
    this.learner = parts.learner();
    this.fingerprint = parts.fingerprint();
    this.folder = folder;
    this.ranks = ranks;
    if (settings.freezeRouters()) {
      learner.model().freezeRouters();
    }
    this.optimizer = new AdamW(learner.parameters(), settings.optimizer());
    this.gradients = new Gradients(settings.balance(), settings.recompute());
    this.heldOut = parts.data().heldOut(settings.microBatchTokens(), settings.validationTokens());
    this.batches =
        folder
            .latest()
            .map(checkpoint -> resume(checkpoint, parts.data()))
            .orElseGet(() -> new Batches(parts.data().training(), settings.microBatchTokens()));
  }

  private Batches resume(Path path, TrainingData data) {
    TrainingState state = TrainingState.read(path, optimizer);
    if (!state.recipe().equals(fingerprint)) {
      throw new TrainingException(
          path
              + ": this run was started with another recipe (model, data, seed or sizes differ);"
              + " restore the recipe or choose another output folder");
    }
    learner.restore(path);
    step = state.step();
    tokens = state.tokens();
    if (ranks.rank() == 0) {
      folder.rewind(step);
    }
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
    var sums = new StepSums(learner.model().config());
    for (int i = ranks.rank(); i < micro.size(); i += ranks.size()) {
      sums.add(gradients.add(learner.model(), micro.get(i), totals));
    }
    if (ranks.size() > 1) {
      ranks.sum(optimizer.gradients());
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
    return metrics;
  }

  private static Gradients.Totals totals(List<Batch> micro) {
    long learned = micro.stream().mapToLong(Batch::learned).sum();
    return new Gradients.Totals(
        Math.max(1, learned), micro.stream().mapToLong(Batch::tokens).sum());
  }

  private TrainingException notFinite(List<Batch> micro, double loss, double norm) {
    Path saved = folder.path().resolve("not-finite-step-" + (step + 1) + ".json");
    ObjectNode json = JsonMapper.shared().createObjectNode();
    var rows = json.putArray("micro_batches");
    for (Batch batch : micro) {
      ObjectNode row = rows.addObject();
      row.putPOJO("ids", batch.ids());
      row.putPOJO("targets", batch.targets());
      row.putPOJO("starts", batch.starts());
    }
    try {
      java.nio.file.Files.writeString(saved, JsonMapper.shared().writeValueAsString(json));
    } catch (java.io.IOException e) {
      return new TrainingException(
          "step " + (step + 1) + ": the loss is not finite; its batch could not be saved: " + e, e);
    }
    return new TrainingException(
        "step "
            + (step + 1)
            + ": the loss is "
            + loss
            + " and the norm of the gradient "
            + norm
            + "; training stopped before the weights changed, the batch is in "
            + saved
            + ". Lower learning_rate, or look at the data");
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
            new TrainingState(step, tokens, batches.position(), fingerprint).write(path, optimizer);
          });
    }
  }

  /// Writes the result alone, for use.
  public Path export() {
    folder.write(learner.name(), learner::export);
    return folder.path().resolve(learner.name());
  }

  /// Mean cross entropy of the held-out texts of each source, in nats; noted in the metrics.
  public Map<String, Double> validate() {
    Map<String, Double> losses = new LinkedHashMap<>();
    heldOut.forEach((name, held) -> losses.put(name, Evaluation.loss(learner.model(), held)));
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
  }
}
