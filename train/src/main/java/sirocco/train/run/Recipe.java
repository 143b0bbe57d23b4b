package sirocco.train.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.json.JsonFields;
import sirocco.train.adapter.LoraSettings;
import sirocco.train.data.DataSettings;
import sirocco.train.recipe.RecipeFile;
import tools.jackson.databind.node.ObjectNode;

/// A run as a file says it:
///
/// ```yaml
/// output: runs/base            # folder of checkpoints, metrics and the model
/// start: runs/earlier/model    # a model to go on from, or:
/// model:                       # a new one, with the names of config.json
///   tokenizer: tokenizer       # folder of its tokenizer
///   hidden_size: 256
///   intermediate_size: 512
///   num_hidden_layers: 6
///   num_attention_heads: 8
///   num_key_value_heads: 4
///   num_local_experts: 8       # 0 for a dense Mistral
///   num_experts_per_tok: 2
///   rope_theta: 100000
///   max_position_embeddings: 8192
/// lora: {…}                    # see LoraSettings; the weights of `start` stand still
/// preference: {…}              # see PreferenceSettings
/// guidance: {…}                # see GuidanceSettings
/// training: {…}                # see TrainingSettings
/// data: {…}                    # see sirocco.train.data.DataSettings
/// ```
///
/// Paths are relative to the folder of the recipe.
public record Recipe(
    Path folder,
    Path output,
    Origin origin,
    Optional<LoraSettings> lora,
    Optional<PreferenceSettings> preference,
    Optional<GuidanceSettings> guidance,
    TrainingSettings training,
    DataSettings data,
    String fingerprint) {
  private static final List<String> FIELDS =
      List.of("output", "start", "model", "lora", "preference", "guidance", "training", "data");
  private static final List<String> MODEL =
      List.of(
          "tokenizer",
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "num_local_experts",
          "num_experts_per_tok",
          "rms_norm_eps",
          "rope_theta",
          "sliding_window",
          "max_position_embeddings",
          "tie_word_embeddings");

  /// Where the weights come from.
  public sealed interface Origin {
    /// A checkpoint, of any kind that the runtime reads.
    record Existing(Path checkpoint) implements Origin {}

    /// Random weights.
    record New(Path tokenizer, JsonFields model) implements Origin {}
  }

  /// Reads a recipe.
  ///
  /// @throws sirocco.train.recipe.RecipeException naming the member that is wrong
  public static Recipe read(Path file) {
    JsonFields fields = RecipeFile.read(file);
    known(fields, FIELDS);
    if (fields.has("start") == fields.has("model")) {
      throw fields.error("expected either `start` or `model`");
    }
    if (fields.has("lora") && !fields.has("start")) {
      throw fields.error("lora: expected `start`: an adapter needs a model");
    }
    if (fields.has("preference") && !fields.has("start")) {
      throw fields.error("preference: expected `start`: preferences are learnt from a reference");
    }
    Path folder = file.toAbsolutePath().resolveSibling("");
    Origin origin =
        fields.has("start")
            ? new Origin.Existing(RecipeFile.path(file, fields, "start"))
            : created(file, fields.requiredObject("model"));
    return new Recipe(
        folder,
        RecipeFile.path(file, fields, "output"),
        origin,
        fields.object("lora").map(lora -> LoraSettings.read(lora, folder)),
        fields.object("preference").map(PreferenceSettings::read),
        fields.object("guidance").map(GuidanceSettings::read),
        TrainingSettings.read(fields.requiredObject("training")),
        DataSettings.read(fields.requiredObject("data")),
        fingerprint(fields));
  }

  private static Origin created(Path file, JsonFields model) {
    known(model, MODEL);
    return new Origin.New(RecipeFile.path(file, model, "tokenizer"), model);
  }

  /// The configuration of a new model.
  static ModelConfig config(JsonFields model, int vocabularySize) {
    int width = model.requiredInteger("hidden_size");
    int heads = model.requiredInteger("num_attention_heads");
    int experts = model.integer("num_local_experts", 0);
    try {
      return new ModelConfig(
          experts > 0 ? Architecture.MIXTRAL : Architecture.MISTRAL,
          vocabularySize,
          width,
          model.requiredInteger("intermediate_size"),
          model.requiredInteger("num_hidden_layers"),
          heads,
          model.integer("num_key_value_heads", heads),
          model.integer("head_dim", heads > 0 ? width / heads : 0),
          experts,
          model.integer("num_experts_per_tok", experts > 0 ? 2 : 0),
          (float) model.real("rms_norm_eps", 1e-5),
          new Rope(model.real("rope_theta", 1e6), new Rope.Scaling.None()),
          model.has("sliding_window") ? model.integer("sliding_window") : OptionalInt.empty(),
          model.requiredInteger("max_position_embeddings"),
          model.flag("tie_word_embeddings", false));
    } catch (IllegalArgumentException e) {
      throw model.error(String.valueOf(e.getMessage()));
    }
  }

  private static void known(JsonFields fields, List<String> names) {
    for (String name : fields.names()) {
      if (!names.contains(name)) {
        throw fields.error(name + ": unknown field; expected one of " + names);
      }
    }
  }

  /// A hash of all that decides the weights: how often a run is saved or validated does not.
  private static String fingerprint(JsonFields fields) {
    ObjectNode json = (ObjectNode) fields.node().deepCopy();
    json.remove("output");
    ObjectNode training = (ObjectNode) json.get("training");
    training.remove(List.of("checkpoint_steps", "validation_steps", "validation_tokens"));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(json.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
