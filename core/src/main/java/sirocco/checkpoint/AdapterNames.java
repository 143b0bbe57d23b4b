package sirocco.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;

/// What PEFT calls the places that a LoRA adapts: `base_model.model.`, the path of a module in
/// transformers' model, and `.lora_A.weight` or `.lora_B.weight`.
///
/// Experts are adapted one by one where they are modules (transformers 4: every name that
/// [HuggingFaceNames] knows), and all together where they are parameters of one module
/// `mlp.experts` (transformers 5). Two parameters of it are adapted by wrapping it twice, so the
/// path of the inner one ends in `.base_layer`.
final class AdapterNames {
  static final String PREFIX = "base_model.model.";
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";
  static final String INNER = ".base_layer";
  static final String GATE_UP = "gate_up_proj";
  static final String DOWN = "down_proj";
  static final String FUSED_ROUTER = ".mlp.gate";
  static final String FUSED_ROUTER_WEIGHT = FUSED_ROUTER + ".weight";
  private static final String WEIGHT = ".weight";

  private static final Pattern EXPERTS =
      Pattern.compile("model\\.layers\\.(0|[1-9][0-9]{0,4})\\.mlp\\.experts(\\.base_layer)?");

  private final ModelConfig config;
  private final Map<String, Role> modules = new HashMap<>();

  AdapterNames(ModelConfig config) {
    this.config = config;
    var names = new HuggingFaceNames(config, HuggingFaceNames.PREFIX);
    Roles.of(config)
        .filter(AdapterNames::isAdaptable)
        .forEach(role ->
            names.sources(role).stream()
                .map(SafetensorsWeights.Source::name)
                .filter(name -> name.endsWith(WEIGHT))
                .forEach(
                    name -> modules.put(name.substring(0, name.length() - WEIGHT.length()), role)));
  }

  /// Whether a weight is a matrix that x is multiplied with.
  static boolean isAdaptable(Role role) {
    return switch (role) {
      case Global g -> g == Global.HEAD;
      case Layer(int _, Part part) -> part != Part.ATTENTION_NORM && part != Part.FEED_FORWARD_NORM;
      case Role.Expert _ -> true;
    };
  }

  /// The path of a module in the whole model: adapters of the bare model leave `model.` out.
  static String path(String site) {
    return site.startsWith(HuggingFaceNames.PREFIX) || site.startsWith("lm_head")
        ? site
        : HuggingFaceNames.PREFIX + site;
  }

  /// The weight of a module.
  Optional<Role> role(String path) {
    return Optional.ofNullable(modules.get(path));
  }

  /// The layer whose experts are adapted together at this path.
  Optional<Integer> fusedLayer(String path) {
    Matcher experts = EXPERTS.matcher(path);
    if (!experts.matches() || !config.isMixture()) {
      return Optional.empty();
    }
    int layer = Integer.parseInt(experts.group(1));
    return layer < config.numHiddenLayers() ? Optional.of(layer) : Optional.empty();
  }

  /// The path of the module that holds all experts of a layer.
  static String experts(int layer) {
    return HuggingFaceNames.PREFIX + "layers." + layer + ".mlp.experts";
  }

  /// What PEFT adapts at a path: a module, but where transformers 5 has a router, its parameter.
  static String target(String path) {
    return path.endsWith(FUSED_ROUTER) ? path + WEIGHT : path;
  }

  /// The path of a weight's module, as transformers 5 has it, or 4 where experts are modules.
  static String module(Role role, boolean fused, ModelConfig config) {
    return fused && role instanceof Layer(int layer, Part part) && part == Part.ROUTER
        ? HuggingFaceNames.PREFIX + "layers." + layer + FUSED_ROUTER
        : module(role, config);
  }

  private static String module(Role role, ModelConfig config) {
    String name =
        new HuggingFaceNames(config, HuggingFaceNames.PREFIX).sources(role).getFirst().name();
    return name.substring(0, name.length() - WEIGHT.length());
  }
}
