package sirocco.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    LowRank first = placed.getFirst().pair();
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
    targets(false).forEach(json.putArray("target_modules")::add);
    targets(true).forEach(json.putArray("target_parameters")::add);
    ObjectNode ranks = json.putObject("rank_pattern");
    ObjectNode alphas = json.putObject("alpha_pattern");
    unlikeFirst().forEach((name, pair) -> {
      ranks.put(name, pair.rank());
      alphas.put(name, alpha(pair));
    });
    return JSON.writeValueAsString(json) + "\n";
  }

  /// scale r, rounded where that gives the same scale.
  private static double alpha(LowRank pair) {
    double exact = (double) pair.scale() * pair.rank();
    double whole = Math.rint(exact);
    return (float) (whole / pair.rank()) == pair.scale() ? whole : exact;
  }

  private boolean isParameter(String target) {
    return experts == AdapterWriter.Experts.FUSED
        && (target.endsWith(AdapterNames.FUSED_ROUTER_WEIGHT)
            || target.contains(".mlp.experts."));
  }

  /// What is adapted: `q_proj` if every module of that name is, else the paths.
  private TreeSet<String> targets(boolean parameters) {
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
  private Map<String, LowRank> unlikeFirst() {
    LowRank first = placed.getFirst().pair();
    var byEnd =
        placed.stream()
            .collect(
                Collectors.groupingBy(
                    p -> LAYER.matcher(p.target()).replaceFirst(""),
                    TreeMap::new,
                    Collectors.toList()));
    var unlike = new LinkedHashMap<String, LowRank>();
    byEnd.forEach((end, all) -> {
      boolean alike = all.stream().allMatch(p -> alike(p.pair(), all.getFirst().pair()));
      for (AdapterWriter.Placed p : all) {
        if (!alike(p.pair(), first)) {
          unlike.put(alike ? end : p.target(), p.pair());
        }
      }
    });
    return unlike;
  }

  private static boolean alike(LowRank one, LowRank other) {
    return one.rank() == other.rank() && one.scale() == other.scale();
  }
}
