package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import sirocco.json.JsonFields;
import tools.jackson.databind.JsonNode;

/// What `adapter_config.json` says of a LoRA (source: peft, `LoraConfig`). Whatever would change
/// the result beyond `W + scale B A` is refused by its name.
///
/// @param file where it was read, for messages
/// @param rank r of the modules that no pattern names
/// @param alpha of the modules that no pattern names
/// @param byRoot whether the scale is alpha / sqrt(r)
/// @param version of PEFT that wrote it; empty if it does not say
/// @param budget what matching the patterns may cost
record AdapterConfig(
    Path file,
    int rank,
    double alpha,
    boolean byRoot,
    List<Rule<Integer>> ranks,
    List<Rule<Double>> alphas,
    String version,
    ModulePattern.Budget budget) {
  static final String FILE = "adapter_config.json";
  private static final int MOST = 1 << 16;

  /// Members that must say nothing: each changes what is computed or stored.
  private static final List<String> OTHER_KINDS =
      List.of(
          "use_dora",
          "use_qalora",
          "use_bdlora",
          "lora_bias",
          "fan_in_fan_out",
          "modules_to_save",
          "trainable_token_indices",
          "layer_replication",
          "alora_invocation_tokens",
          "arrow_config",
          "kasa_config",
          "velora_config",
          "monteclora_config");

  /// Ways to start a training that leave the base as it is. The others move a part of W into A and
  /// B, so that what was saved goes with the rest of W only.
  private static final Set<String> HARMLESS_STARTS =
      Set.of("true", "false", "gaussian", "eva", "orthogonal");

  /// A value for the modules that a pattern matches.
  record Rule<T>(ModulePattern pattern, T value) {}

  static AdapterConfig read(Path file) {
    return parse(file, JsonFile.read(file));
  }

  static AdapterConfig parse(Path file, JsonFields json) {
    String kind = json.requiredText("peft_type");
    if (!kind.equals("LORA")) {
      throw json.error("peft_type: expected LORA, found " + kind);
    }
    OTHER_KINDS.forEach(name -> requireNothing(json, name));
    String bias = json.text("bias").orElse("none");
    if (!bias.equals("none")) {
      throw json.error("bias: expected none, found " + bias + ": Sirocco's models have no biases");
    }
    json.get("init_lora_weights").ifPresent(AdapterConfig::requireHarmlessStart);
    int rank = rank(json.requiredInteger("r"), json);
    return new AdapterConfig(
        file,
        rank,
        json.requiredReal("lora_alpha"),
        json.flag("use_rslora", false),
        rules(json, "rank_pattern", value -> rank(value.asInteger(), value)),
        rules(json, "alpha_pattern", AdapterConfig::number),
        json.text("peft_version").orElse(""),
        new ModulePattern.Budget());
  }

  private static int rank(int rank, JsonFields where) {
    if (rank < 1 || rank > MOST) {
      throw where.error("r: expected 1 to " + MOST + ", found " + rank);
    }
    return rank;
  }

  private static void requireNothing(JsonFields json, String name) {
    json.get(name)
        .ifPresent(value -> {
          JsonNode node = value.node();
          boolean nothing =
              node.isBoolean() ? !node.booleanValue() : node.isContainer() && node.isEmpty();
          if (!nothing) {
            throw value.bad(
                "nothing, as only plain LoRA is read (merge it with PEFT, then load the result)");
          }
        });
  }

  private static void requireHarmlessStart(JsonFields start) {
    String text = start.node().isBoolean() ? start.node().toString() : start.asText();
    if (!HARMLESS_STARTS.contains(text)) {
      throw start.bad("a start that leaves the base as it is (merge it with PEFT, then load that)");
    }
  }

  private static double number(JsonFields value) {
    double number = value.node().isNumber() ? value.node().asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw value.bad("a number");
    }
    return number;
  }

  private static <T> List<Rule<T>> rules(
      JsonFields json, String name, Function<JsonFields, T> value) {
    var rules = new ArrayList<Rule<T>>();
    for (Map.Entry<String, JsonFields> member :
        json.object(name).map(JsonFields::members).orElse(List.of())) {
      try {
        rules.add(new Rule<>(new ModulePattern(member.getKey()), value.apply(member.getValue())));
      } catch (PatternSyntaxException e) {
        throw member
            .getValue()
            .bad("a regular expression as its name (" + e.getDescription() + ")");
      }
    }
    return rules;
  }

  /// The rank of a module.
  ///
  /// @param module the path of the module or parameter in the model, such as
  ///   `model.layers.0.self_attn.q_proj`
  int rankOf(String module) {
    return first(ranks, module, rank);
  }

  /// What B A is multiplied with.
  float scaleOf(String module) {
    int r = rankOf(module);
    return (float) (first(alphas, module, alpha) / (byRoot ? Math.sqrt(r) : r));
  }

  private <T> T first(List<Rule<T>> rules, String module, T otherwise) {
    try {
      for (Rule<T> rule : rules) {
        if (rule.pattern.matches(module, budget)) {
          return rule.value;
        }
      }
      return otherwise;
    } catch (IllegalStateException e) {
      throw new CheckpointException(file, String.valueOf(e.getMessage()), e);
    }
  }
}
