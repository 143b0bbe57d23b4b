package sirocco.train.run;

import java.util.ArrayList;
import java.util.List;
import sirocco.checkpoint.ModelConfig;
import sirocco.json.JsonFields;
import sirocco.text.Tokenizer;
import sirocco.train.guidance.Look;
import sirocco.train.guidance.Pieces;
import sirocco.train.model.Guidance;
import sirocco.train.recipe.KnownFields;

/// The `guidance` of a recipe, see [Guidance]: which heads learn where to look.
///
/// ```yaml
/// guidance:
///   weight: 0.3            # of the heads' losses
///   probe_weight: 0.1      # of the probes'
///   guides:                # layers and heads count from 0
///     - {look: previous-token, layer: 1, heads: [2]}
///     - {look: previous-token, nth: 2, layer: 1, heads: [3]}
///     - {look: sentence-start, layer: 2, heads: [6, 7], probes: 1}
/// ```
///
/// @param guides at least one
record GuidanceSettings(double weight, double probeWeight, List<Guidance.Guide> guides) {
  /// Tokens before, of a sentence, or asked for by probes.
  private static final int MOST = 8;

  /// Reads the object.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the member
  static GuidanceSettings read(JsonFields fields) {
    KnownFields.check(fields, List.of("weight", "probe_weight", "guides"));
    List<Guidance.Guide> guides = new ArrayList<>();
    for (JsonFields entry : fields.requiredList("guides")) {
      Guidance.Guide guide = guide(entry);
      if (guides.stream().anyMatch(other -> other.name().equals(guide.name()))) {
        throw entry.error("look: " + guide.name() + " stands twice: put its heads into one guide");
      }
      guides.add(guide);
    }
    if (guides.isEmpty()) {
      throw fields.error("guides: expected at least one");
    }
    return new GuidanceSettings(
        weight(fields, "weight", 0.3), weight(fields, "probe_weight", 0.1), guides);
  }

  private static double weight(JsonFields fields, String name, double otherwise) {
    double weight = fields.real(name, otherwise);
    if (!(weight >= 0)) {
      throw fields.error(name + ": expected 0 or more, found " + weight);
    }
    return weight;
  }

  private static Guidance.Guide guide(JsonFields fields) {
    KnownFields.check(fields, List.of("look", "nth", "layer", "heads", "probes"));
    Look look = fields.requiredChoice("look", Look.class);
    List<Integer> heads = fields.has("heads") ? fields.integers("heads") : List.of();
    int probes = number(fields, "probes", 0, 0);
    if (heads.isEmpty() && probes == 0) {
      throw fields.error("heads: expected at least one, or a probe");
    }
    int nth = number(fields, "nth", 1, 1);
    if (nth > 1 && !look.isCounted()) {
      throw fields.error("nth: " + look + " has one place only, found " + nth);
    }
    return new Guidance.Guide(look, nth, fields.requiredInteger("layer"), heads, probes);
  }

  private static int number(JsonFields fields, String name, int least, int otherwise) {
    int number = fields.integer(name, otherwise);
    if (number < least || number > MOST) {
      throw fields.error(name + ": expected " + least + " to " + MOST + ", found " + number);
    }
    return number;
  }

  /// The guidance of a model.
  ///
  /// @throws TrainingException naming the guide whose layer or head the model does not have
  Guidance of(ModelConfig config, Tokenizer tokenizer, long seed) {
    try {
      return new Guidance(config, guides, weight, probeWeight, new Pieces(tokenizer), seed);
    } catch (IllegalArgumentException e) {
      throw new TrainingException("guidance: " + e.getMessage(), e);
    }
  }
}
