package sirocco.train.run;

import java.util.List;
import sirocco.json.JsonFields;
import sirocco.train.model.Balance;
import sirocco.train.model.Precision;

/// The `training` of a recipe:
///
/// ```yaml
/// training:
///   steps: 1000
///   batch_tokens: 32768          # of a step, over all processes
///   micro_batch_tokens: 8192     # held at a time; batch_tokens if it is not given
///   context: 1024                # most tokens of a sequence
///   learning_rate: 0.001
///   schedule: cosine             # constant, cosine or wsd
///   warmup_steps: 50
///   decay_steps: 0               # of wsd
///   floor: 0.1                   # the last rate, as a share of the first
///   optimizer: adamw             # or muon: matrices within layers
///   momentum: 0.95               # of muon
///   weight_decay: 0.1
///   clip: 1.0                    # largest norm of the gradient
///   balance: per-layer           # or hf-pooled
///   balance_coefficient: 0.01
///   z_coefficient: 0.001
///   freeze_routers: false
///   precision: bfloat16          # of products; or float32
///   recompute: false             # activations: slower, a fraction of the memory
///   checkpoint_steps: 200        # between two checkpoints
///   validation_steps: 200        # between two looks at the held-out texts
///   validation_tokens: 20000     # taken of each source
///   seed: 1
/// ```
public record TrainingSettings(
    int steps,
    int batchTokens,
    int microBatchTokens,
    int context,
    Schedule schedule,
    Optimizer.Settings optimizer,
    Balance balance,
    boolean freezeRouters,
    Precision precision,
    boolean recompute,
    int checkpointSteps,
    int validationSteps,
    int validationTokens,
    long seed) {
  private static final List<String> FIELDS =
      List.of(
          "steps",
          "batch_tokens",
          "micro_batch_tokens",
          "context",
          "learning_rate",
          "schedule",
          "warmup_steps",
          "decay_steps",
          "floor",
          "optimizer",
          "weight_decay",
          "beta1",
          "beta2",
          "epsilon",
          "momentum",
          "clip",
          "balance",
          "balance_coefficient",
          "z_coefficient",
          "freeze_routers",
          "precision",
          "recompute",
          "checkpoint_steps",
          "validation_steps",
          "validation_tokens",
          "seed");

  /// Micro-batches of a step.
  public int microBatches() {
    return batchTokens / microBatchTokens;
  }

  /// How many of `threads` OpenBLAS should have, see [sirocco.train.torch.Torch#start].
  public int blasThreads(int threads) {
    return switch (precision) {
      case FLOAT32 -> threads;
      case BFLOAT16 -> 1;
    };
  }

  /// Reads the object.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the member
  public static TrainingSettings read(JsonFields fields) {
    for (String name : fields.names()) {
      if (!FIELDS.contains(name)) {
        throw fields.error(name + ": unknown field; expected one of " + FIELDS);
      }
    }
    int batch = positive(fields, "batch_tokens");
    int micro = positive(fields, "micro_batch_tokens", batch);
    if (batch % micro != 0) {
      throw fields.error(
          "batch_tokens: expected a multiple of micro_batch_tokens " + micro + ", found " + batch);
    }
    int context = positive(fields, "context");
    if (context > micro) {
      throw fields.error(
          "context: expected at most micro_batch_tokens " + micro + ", found " + context);
    }
    try {
      return new TrainingSettings(
          positive(fields, "steps"),
          batch,
          micro,
          context,
          schedule(fields),
          optimizer(fields),
          new Balance(
              fields.choice("balance", Balance.Form.class).orElse(Balance.Form.PER_LAYER),
              fields.real("balance_coefficient", 0.01),
              fields.real("z_coefficient", 0.001)),
          fields.flag("freeze_routers", false),
          fields.choice("precision", Precision.class).orElse(Precision.BFLOAT16),
          fields.flag("recompute", false),
          positive(fields, "checkpoint_steps", 200),
          positive(fields, "validation_steps", 200),
          positive(fields, "validation_tokens", 20_000),
          fields.integer("seed", 1));
    } catch (IllegalArgumentException e) {
      throw fields.error(String.valueOf(e.getMessage()));
    }
  }

  private static Optimizer.Settings optimizer(JsonFields fields) {
    return new Optimizer.Settings(
        fields.choice("optimizer", Optimizer.Kind.class).orElse(Optimizer.Kind.ADAMW),
        fields.real("beta1", 0.9),
        fields.real("beta2", 0.95),
        fields.real("epsilon", 1e-8),
        fields.real("momentum", 0.95),
        fields.real("weight_decay", 0.1),
        fields.real("clip", 1));
  }

  private static Schedule schedule(JsonFields fields) {
    return new Schedule(
        fields.choice("schedule", Schedule.Kind.class).orElse(Schedule.Kind.COSINE),
        fields.requiredReal("learning_rate"),
        fields.integer("warmup_steps", 0),
        fields.real("floor", 0.1),
        fields.integer("decay_steps", 0));
  }

  private static int positive(JsonFields fields, String name, int otherwise) {
    return fields.has(name) ? positive(fields, name) : otherwise;
  }

  private static int positive(JsonFields fields, String name) {
    int value = fields.requiredInteger(name);
    if (value < 1) {
      throw fields.error(name + ": expected at least 1, found " + value);
    }
    return value;
  }
}
