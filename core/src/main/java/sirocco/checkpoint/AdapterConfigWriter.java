package sirocco.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes `adapter_config.json`. Targets and patterns are short names where these say the same as
/// whole paths.
///
/// @param placed every pair, at least one
record AdapterConfigWriter(
    ModelConfig config,
    String base,
    AdapterWriter.Experts experts,
    List<AdapterWriter.Placed> placed) {
  /// The version whose layout this is.
  private static final String PEFT = "0.21.0";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.[0-9]+\\.");

  String text() {
    AdapterWriter.Placed first = placed.getFirst();
    ObjectNode json = JSON.createObjectNode();
    json.put("peft_type", "LORA")
        .put("peft_version", PEFT)
        .put("task_type", "CAUSAL_LM")
        .put("base_model_name_or_path", base)
        .put("inference_mode", true)
        .put("r", first.rank())
        .put("lora_alpha", alpha(first))
        .put("lora_dropout", 0.0)
        .put("bias", "none")
        .put("fan_in_fan_out", false)
        .put("use_rslora", false)
        .put("use_dora", false)
        .put("init_lora_weights", true)
        .putNull("modules_to_save");
    putTargets(json, "target_modules", false);
    putTargets(json, "target_parameters", true);
    ObjectNode ranks = json.putObject("rank_pattern");
    ObjectNode alphas = json.putObject("alpha_pattern");
    unlikeFirst()
        .forEach((name, one) -> {
          ranks.put(name, one.rank());
          alphas.put(name, alpha(one));
        });
    return JSON.writeValueAsString(json) + "\n";
  }

  /// No targets of a kind are said as `null`: that is how PEFT knows that the other kind suffices.
  private void putTargets(ObjectNode json, String name, boolean parameters) {
    Set<String> targets = targets(parameters);
    if (targets.isEmpty()) {
      json.putNull(name);
    } else {
      targets.forEach(json.putArray(name)::add);
    }
  }

  /// scale r, rounded where that gives the same scale.
  private static double alpha(AdapterWriter.Placed one) {
    float scale = one.pair().scale();
    double exact = (double) scale * one.rank();
    double whole = Math.rint(exact);
    return (float) (whole / one.rank()) == scale ? whole : exact;
  }

  private boolean isParameter(String target) {
    return experts == AdapterWriter.Experts.FUSED
        && (target.endsWith(AdapterNames.FUSED_ROUTER_WEIGHT) || target.contains(".mlp.experts."));
  }

  /// What is adapted: `q_proj` if every module of that name is, else the paths.
  private Set<String> targets(boolean parameters) {
    Map<String, Long> inModel =
        Roles.of(config)
            .filter(AdapterNames::isAdaptable)
            .flatMap(this::targetOf)
            .distinct()
            .collect(Collectors.groupingBy(AdapterConfigWriter::last, Collectors.counting()));
    Map<String, List<String>> adapted =
        placed.stream()
            .map(AdapterWriter.Placed::target)
            .filter(target -> isParameter(target) == parameters)
            .collect(Collectors.groupingBy(AdapterConfigWriter::last));
    var names = new TreeSet<String>();
    adapted.forEach((last, paths) -> {
      if (inModel.getOrDefault(last, 0L) == paths.size()) {
        names.add(last);
      } else {
        names.addAll(paths);
      }
    });
    return names;
  }

  /// The target of a weight if it were adapted.
  private Stream<String> targetOf(Role role) {
    boolean fused = experts == AdapterWriter.Experts.FUSED && config.isMixture();
    if (fused && role instanceof Role.Expert(int layer, int _, Role.Part part)) {
      String parameter = part == Role.Part.DOWN ? AdapterNames.DOWN : AdapterNames.GATE_UP;
      return Stream.of(AdapterNames.experts(layer) + "." + parameter);
    }
    return Stream.of(AdapterNames.target(AdapterNames.module(role, fused, config)));
  }

  /// A module's own name; of a parameter with those of the modules that hold it.
  private static String last(String target) {
    boolean parameter = target.contains(".mlp.");
    return parameter
        ? LAYER.matcher(target).replaceFirst("")
        : target.substring(target.lastIndexOf('.') + 1);
  }

  /// The pairs with another rank or scale than the first, by the end of their path if all with that
  /// end are alike, else by the whole path.
  private Map<String, AdapterWriter.Placed> unlikeFirst() {
    var byEnd =
        placed.stream()
            .collect(
                Collectors.groupingBy(
                    p -> LAYER.matcher(p.target()).replaceFirst(""),
                    TreeMap::new,
                    Collectors.toList()));
    var unlike = new LinkedHashMap<String, AdapterWriter.Placed>();
    byEnd.forEach((end, all) -> {
      boolean alike = all.stream().allMatch(all.getFirst()::isLike);
      for (AdapterWriter.Placed one : all) {
        if (!one.isLike(placed.getFirst())) {
          unlike.put(alike ? end : one.target(), one);
        }
      }
    });
    return unlike;
  }
}
