package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// Reads a PEFT folder for the base that it is to change.
final class AdapterReader {
  static final String WEIGHTS = "adapter_model.safetensors";

  /// Copies that PEFT saves of the base's own weights when one of them is adapted.
  private static final List<String> COPIES =
      List.of(
          "lm_head.base_layer.weight",
          "lm_head.weight",
          "model.embed_tokens.base_layer.weight",
          "model.embed_tokens.weight");

  private final SafetensorsFile file;
  private final AdapterConfig config;
  private final Checkpoint base;
  private final AdapterNames names;
  private final Arena arena;
  private final SequencedMap<Role, LowRank> pairs = new LinkedHashMap<>();

  private AdapterReader(Path folder, Checkpoint base, Arena arena) {
    this.config = AdapterConfig.read(folder.resolve(AdapterConfig.FILE));
    this.file = SafetensorsFile.open(weights(folder), arena);
    this.base = base;
    this.names = new AdapterNames(base.config());
    this.arena = arena;
  }

  /// The pairs of an adapter, in the order of their names; rows of B are in the base's order.
  ///
  /// @param arena owns the mapped file and what had to be laid out anew
  static SequencedMap<Role, LowRank> read(Path folder, Checkpoint base, Arena arena) {
    var reader = new AdapterReader(folder, base, arena);
    reader.readAll();
    return reader.pairs;
  }

  private static Path weights(Path folder) {
    Path file = folder.resolve(WEIGHTS);
    if (!Files.exists(file) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw new CheckpointException(
          folder,
          "holds adapter_model.bin, which can run code when it is read: save it as "
              + WEIGHTS
              + " first");
    }
    return file;
  }

  private void readAll() {
    var sites = new TreeSet<String>();
    for (Checkpoint.Entry entry : file.entries()) {
      site(entry.name()).ifPresent(sites::add);
    }
    if (sites.isEmpty()) {
      throw new CheckpointException(
          file.path(),
          "holds no LoRA: expected tensors named " + AdapterNames.PREFIX + "…" + AdapterNames.A);
    }
    sites.forEach(this::readSite);
  }

  /// What stands in a tensor's name before `.lora_A.weight` or `.lora_B.weight`; nothing for a copy
  /// of a weight of the base.
  private Optional<String> site(String name) {
    for (String end : List.of(AdapterNames.A, AdapterNames.B)) {
      String site = name.endsWith(end) ? name.substring(0, name.length() - end.length()) : "";
      if (site.startsWith(AdapterNames.PREFIX)) {
        return Optional.of(site);
      }
    }
    String path =
        name.startsWith(AdapterNames.PREFIX)
            ? AdapterNames.path(name.substring(AdapterNames.PREFIX.length()))
            : "";
    if (COPIES.contains(path)) {
      requireCopy(name, path.startsWith("lm_head") ? Global.HEAD : Global.EMBEDDING);
      return Optional.empty();
    }
    throw error(
        name,
        "expected a name that begins with "
            + AdapterNames.PREFIX
            + " and ends with lora_A.weight or lora_B.weight");
  }

  /// A head or embedding that was trained, or that has more tokens, would be left out in silence.
  private void requireCopy(String name, Global role) {
    Tensor copy = file.tensor(name);
    Tensor own = base.weight(base.has(role) ? role : Global.EMBEDDING);
    boolean same =
        copy.shape().equals(own.shape())
            && (copy.dtype() != own.dtype() || copy.data().mismatch(own.data()) < 0);
    if (!same) {
      throw error(name, "is another one than that of the base " + base.path());
    }
  }

  private void readSite(String site) {
    Tensor a = matrix(site + AdapterNames.A, site + AdapterNames.B);
    Tensor b = matrix(site + AdapterNames.B, site + AdapterNames.A);
    String path = AdapterNames.path(site.substring(AdapterNames.PREFIX.length()));
    Optional<Role> role = names.role(path);
    Optional<Integer> layer = names.fusedLayer(path);
    if (role.isPresent()) {
      readModule(site, AdapterNames.target(path), role.get(), a, b);
    } else if (layer.isPresent()) {
      readExperts(site, layer.get(), a, b);
    } else {
      throw error(site + AdapterNames.A, "has no place in " + base());
    }
  }

  private Tensor matrix(String name, String partner) {
    Tensor tensor =
        file.find(name).orElseThrow(() -> error(partner, "has no " + name + " beside it"));
    if (tensor.shape().rank() != 2 || !tensor.dtype().isReal()) {
      throw error(name, "expected a matrix of F32 F16 BF16 or F64, found " + tensor);
    }
    return tensor;
  }

  private void readModule(String site, String target, Role role, Tensor a, Tensor b) {
    Shape weight = Roles.shape(role, base.config());
    long rank = config.rankOf(target);
    requireShape(site + AdapterNames.A, Shape.of(rank, weight.extent(1)), a);
    requireShape(site + AdapterNames.B, Shape.of(weight.extent(0), rank), b);
    put(site, role, new LowRank(a, inBaseOrder(role, b), config.scaleOf(target)));
  }

  private void requireShape(String name, Shape expected, Tensor found) {
    if (!found.shape().equals(expected)) {
      throw error(
          name,
          "expected "
              + expected
              + " by adapter_config.json and "
              + base()
              + ", found "
              + found.shape());
    }
  }

  private Tensor inBaseOrder(Role role, Tensor b) {
    RowOrder order = RowOrder.of(role, base.config(), Rope.Layout.HALVES, base.ropeLayout());
    return order instanceof RowOrder.Same
        ? b
        : FusedLowRank.gather(
            b, b.rows(), b.columns(), (i, j) -> order.source(i) * b.columns() + j, arena);
  }

  private void readExperts(String site, int layer, Tensor a, Tensor b) {
    FusedLowRank fused;
    try {
      fused = FusedLowRank.of(a, b, base.config(), config.version());
    } catch (IllegalArgumentException e) {
      throw error(site + AdapterNames.A, e.getMessage() + " (" + base() + ")");
    }
    String target =
        AdapterNames.experts(layer)
            + "."
            + (fused.gateUp() ? AdapterNames.GATE_UP : AdapterNames.DOWN);
    if (fused.rank() != config.rankOf(target)) {
      throw error(
          site + AdapterNames.A,
          "expected rank "
              + config.rankOf(target)
              + " by adapter_config.json for "
              + target
              + ", found "
              + fused.rank());
    }
    float scale = config.scaleOf(target);
    long inner = base.config().intermediateSize();
    for (int e = 0; e < base.config().numLocalExperts(); e++) {
      LowRank pair = fused.expert(e, scale, arena);
      if (fused.gateUp()) {
        put(site, new Expert(layer, e, Part.GATE), rows(pair, 0, inner));
        put(site, new Expert(layer, e, Part.UP), rows(pair, inner, inner));
      } else {
        put(site, new Expert(layer, e, Part.DOWN), pair);
      }
    }
  }

  private static LowRank rows(LowRank pair, long first, long count) {
    return new LowRank(pair.a(), pair.b().entries(first, count), pair.scale());
  }

  private void put(String site, Role role, LowRank pair) {
    if (pairs.putIfAbsent(role, pair) != null) {
      throw error(site + AdapterNames.A, "adapts a weight that another tensor adapts already");
    }
  }

  private String base() {
    ModelConfig c = base.config();
    String experts = c.isMixture() ? " and " + c.numLocalExperts() + " experts" : "";
    return "%s, a %s model of width %d, %d layers%s"
        .formatted(
            base.path(),
            c.architecture().name().toLowerCase(Locale.ROOT),
            c.hiddenSize(),
            c.numHiddenLayers(),
            experts);
  }

  private CheckpointException error(String tensor, String message) {
    return new CheckpointException(file.path(), "tensor " + tensor + ": " + message);
  }
}
