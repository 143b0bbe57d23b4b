package sirocco.train.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.checkpoint.AdapterWriter.Experts;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.json.JsonFields;

/// The `lora` of a recipe:
///
/// ```yaml
/// lora:
///   rank: 8
///   alpha: 16                       # twice the rank if it is not given
///   targets: [attention, experts]   # and router; experts are a dense model's feed-forward too
///   experts: fused                  # how they are written: fused (PEFT >= 0.19.1) or single
///   start: runs/earlier/adapter     # an adapter to go on from
/// ```
///
/// @param alpha the terms are scaled by alpha / rank
/// @param start the adapter to go on from, written with as high a rank
public record LoraSettings(
    int rank, double alpha, List<Target> targets, Experts experts, Optional<Path> start) {
  /// Groups of weights.
  public enum Target {
    ATTENTION,
    EXPERTS,
    ROUTER;

    static Optional<Target> of(Role role) {
      return switch (role) {
        case Role.Global _ -> Optional.empty();
        case Role.Expert _ -> Optional.of(EXPERTS);
        case Role.Layer(int _, Part part) ->
            switch (part) {
              case QUERY, KEY, VALUE, OUTPUT -> Optional.of(ATTENTION);
              case GATE, UP, DOWN -> Optional.of(EXPERTS);
              case ROUTER -> Optional.of(ROUTER);
              case ATTENTION_NORM, FEED_FORWARD_NORM -> Optional.empty();
            };
      };
    }
  }

  public LoraSettings {
    targets = List.copyOf(targets);
  }

  /// Reads the object.
  ///
  /// @param folder where relative paths start
  /// @throws RuntimeException of the fields' own kind, naming the member
  public static LoraSettings read(JsonFields fields, Path folder) {
    int rank = fields.integer("rank", 8);
    if (rank < 1 || rank > 4096) {
      throw fields.error("rank: expected 1 to 4096, found " + rank);
    }
    double alpha = fields.real("alpha", 2.0 * rank);
    if (!(alpha > 0)) {
      throw fields.error("alpha: expected a positive number, found " + alpha);
    }
    List<Target> targets = new ArrayList<>();
    if (fields.has("targets")) {
      for (JsonFields target : fields.requiredList("targets")) {
        targets.add(target.asChoice(Target.class));
      }
    } else {
      targets.addAll(List.of(Target.ATTENTION, Target.EXPERTS));
    }
    if (targets.isEmpty()) {
      throw fields.error("targets: expected at least one");
    }
    return new LoraSettings(
        rank,
        alpha,
        targets,
        fields.choice("experts", Experts.class).orElse(Experts.FUSED),
        fields.text("start").map(folder::resolve));
  }
}
