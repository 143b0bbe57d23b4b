package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.SafetensorsWriter.Declaration;
import sirocco.tensor.Shape;

/// Writes a LoRA as a folder that PEFT reads: `adapter_config.json` and
/// `adapter_model.safetensors`.
public final class AdapterWriter {
  /// How the experts of a mixture are adapted; for the rest of a model there is one way.
  public enum Experts {
    /// Each matrix for itself, as transformers 4 names them: any experts, ranks and scales. PEFT
    /// with transformers 5 converts this when it loads, but only where w1, w2 and w3 of all experts
    /// are adapted, all with the rank and scale of the configuration.
    SINGLE,
    /// All experts of a layer in one pair, as PEFT 0.19.1 and later have them with transformers 5.
    /// Gate and up with an A each become one pair of twice the rank.
    FUSED
  }

  /// A pair and where PEFT has it.
  ///
  /// @param site the tensors' names without their ends
  /// @param target the path of the module or parameter that is adapted
  /// @param rank of one expert where the pair is that of all
  record Placed(String site, String target, LowRank pair, int rank) {
    /// Whether the configuration says the same of both.
    boolean isLike(Placed other) {
      return rank == other.rank && pair.scale() == other.pair.scale();
    }
  }

  private final ModelConfig config;
  private final Map<Role, LowRank> pairs;
  private final Arena arena;
  private final List<Placed> placed = new ArrayList<>();

  private AdapterWriter(ModelConfig config, Map<Role, LowRank> pairs, Arena arena) {
    this.config = config;
    this.pairs = pairs;
    this.arena = arena;
  }

  /// Writes a folder, over the files of an adapter that is there already.
  ///
  /// @param config of the base
  /// @param base what `base_model_name_or_path` says
  /// @param pairs what is adapted; rows of B as Hugging Face has them ([Rope.Layout#HALVES])
  /// @throws IllegalArgumentException if a pair does not fit the base, or if experts are to be
  ///   fused that are not adapted alike
  /// @throws CheckpointException on a write error
  public static void write(
      Path folder, ModelConfig config, String base, Map<Role, LowRank> pairs, Experts experts) {
    try (Arena arena = Arena.ofShared()) {
      var writer = new AdapterWriter(config, pairs, arena);
      writer.place(experts);
      String text = new AdapterConfigWriter(config, base, experts, writer.placed).text();
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new CheckpointException(folder, "cannot be made: " + MappedFile.reason(e), e);
      }
      writer.writeTensors(folder.resolve(AdapterReader.WEIGHTS));
      AtomicFile.write(folder.resolve(AdapterConfig.FILE), text);
    }
  }

  private void writeTensors(Path file) {
    List<Declaration> declarations =
        placed.stream()
            .flatMap(p ->
                Stream.of(
                    new Declaration(
                        p.site + AdapterNames.A, p.pair.a().dtype(), p.pair.a().shape()),
                    new Declaration(
                        p.site + AdapterNames.B, p.pair.b().dtype(), p.pair.b().shape())))
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, declarations)) {
      for (Placed p : placed) {
        writer.write(p.site + AdapterNames.A, p.pair.a().data());
        writer.write(p.site + AdapterNames.B, p.pair.b().data());
      }
      writer.commit();
    }
  }

  private void place(Experts experts) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("an adapter must adapt something");
    }
    pairs.forEach(this::requireFit);
    boolean fused = experts == Experts.FUSED && config.isMixture();
    pairs.forEach((role, pair) -> {
      if (!(fused && role instanceof Expert)) {
        String path = AdapterNames.module(role, fused, config);
        placed.add(
            new Placed(AdapterNames.PREFIX + path, AdapterNames.target(path), pair, pair.rank()));
      }
    });
    for (int layer = 0; fused && layer < config.numHiddenLayers(); layer++) {
      placeExperts(layer);
    }
  }

  private void requireFit(Role role, LowRank pair) {
    Shape weight = Roles.shape(role, config);
    if (!AdapterNames.isAdaptable(role)
        || weight.extent(0) != pair.b().rows()
        || weight.extent(1) != pair.a().columns()
        || pair.a().dtype() != pair.b().dtype()) {
      throw new IllegalArgumentException(
          "A " + pair.a() + " and B " + pair.b() + " do not fit " + role + " " + weight);
    }
  }

  private void placeExperts(int layer) {
    List<LowRank> gates = all(layer, Part.GATE);
    List<LowRank> ups = all(layer, Part.UP);
    List<LowRank> downs = all(layer, Part.DOWN);
    String path = AdapterNames.experts(layer);
    String site = AdapterNames.PREFIX + path;
    if (gates.size() != ups.size()) {
      throw new IllegalArgumentException(
          "layer " + layer + ": gate and up of fused experts are adapted together or not at all");
    }
    if (!gates.isEmpty()) {
      requireAlike(layer, Stream.concat(gates.stream(), ups.stream()));
      List<LowRank> both =
          IntStream.range(0, gates.size())
              .mapToObj(e -> FusedLowRank.stack(gates.get(e), ups.get(e), arena))
              .toList();
      requireAlike(layer, both.stream()); // an expert may share its A where another does not
      String inner = downs.isEmpty() ? "" : AdapterNames.INNER;
      placeFused(site + inner, path + "." + AdapterNames.GATE_UP, both);
    }
    if (!downs.isEmpty()) {
      requireAlike(layer, downs.stream());
      placeFused(site, path + "." + AdapterNames.DOWN, downs);
    }
  }

  private void placeFused(String site, String target, List<LowRank> experts) {
    LowRank all = FusedLowRank.fuse(experts, arena);
    placed.add(new Placed(site, target, all, experts.getFirst().rank()));
  }

  /// The pairs of one part of every expert of a layer; none if it is not adapted.
  private List<LowRank> all(int layer, Part part) {
    int experts = config.numLocalExperts();
    List<LowRank> found =
        IntStream.range(0, experts)
            .mapToObj(e -> Optional.ofNullable(pairs.get(new Expert(layer, e, part))))
            .flatMap(Optional::stream)
            .toList();
    if (!found.isEmpty() && found.size() != experts) {
      throw new IllegalArgumentException(
          "layer %d: fused experts are adapted all or none, found %s of %d of %d"
              .formatted(layer, part, found.size(), experts));
    }
    return found;
  }

  private static void requireAlike(int layer, Stream<LowRank> pairs) {
    record Kind(Shape a, Shape b, Object type, float scale) {}
    if (pairs
            .map(p -> new Kind(p.a().shape(), p.b().shape(), p.a().dtype(), p.scale()))
            .distinct()
            .count()
        > 1) {
      throw new IllegalArgumentException(
          "layer " + layer + ": fused experts must have one rank, type and scale");
    }
  }
}
