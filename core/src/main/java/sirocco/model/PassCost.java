package sirocco.model;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;

/// The least that a forward pass must read from memory and multiply, whatever computes it: what its
/// speed is measured against.
///
/// Each weight is read once in a pass, of the experts those that some row has chosen, of the
/// embedding a row for each token. Activations are not counted: they stay in the caches. Of the
/// arithmetic only the products with weights are counted, a multiplication and an addition for each
/// weight and row; attention over the cache comes on top.
///
/// Legend: T rows of the pass, E experts, K chosen.
///
/// @param config the model
/// @param chosen K; 1 for a dense model, whose feed-forward block counts as its one expert
/// @param sharedBytes of the weights that every pass reads: all but the embedding and the experts
/// @param headBytes those among them that only rows with logits need
/// @param embeddingRowBytes of one token's row
/// @param expertBytes of one expert, layer by layer
public record PassCost(
    ModelConfig config,
    int chosen,
    long sharedBytes,
    long headBytes,
    long embeddingRowBytes,
    List<Long> expertBytes) {

  public PassCost {
    expertBytes = List.copyOf(expertBytes);
  }

  /// Adds up the weights of a model.
  ///
  /// @param chosen K, which may not be the configuration's
  public static PassCost of(Checkpoint checkpoint, int chosen) {
    return of(checkpoint.config(), chosen, role -> checkpoint.weight(role).dtype());
  }

  /// Adds up the weights that a model would have.
  ///
  /// @param types what each is stored in
  public static PassCost of(ModelConfig config, int chosen, Function<Role, DType> types) {
    Role headRole = config.tieWordEmbeddings() ? Role.Global.EMBEDDING : Role.Global.HEAD;
    long head = bytes(headRole, config, types);
    long shared = head;
    long[] experts = new long[config.numHiddenLayers()];
    for (Role role : (Iterable<Role>) Roles.of(config)::iterator) {
      long bytes = bytes(role, config, types);
      switch (role) {
        case Role.Global global -> shared += global == Role.Global.FINAL_NORM ? bytes : 0;
        case Role.Layer(int layer, Part part) when isFeedForward(part) -> experts[layer] += bytes;
        case Role.Layer _ -> shared += bytes;
        case Role.Expert(int layer, int _, Part _) -> experts[layer] += bytes;
      }
    }
    int blocks = Math.max(1, config.numLocalExperts());
    return new PassCost(
        config,
        Math.max(1, chosen),
        shared,
        head,
        types.apply(Role.Global.EMBEDDING).bytes(config.hiddenSize()),
        Arrays.stream(experts).mapToObj(bytes -> bytes / blocks).toList());
  }

  private static long bytes(Role role, ModelConfig config, Function<Role, DType> types) {
    return types.apply(role).bytes(Roles.shape(role, config).elements());
  }

  private static boolean isFeedForward(Part part) {
    return switch (part) {
      case GATE, UP, DOWN -> true;
      case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM, ROUTER -> false;
    };
  }

  /// Bytes that one token alone must read, the cache left out.
  public long tokenBytes() {
    long experts = expertBytes.stream().mapToLong(Long::longValue).sum();
    return sharedBytes + embeddingRowBytes + chosen * experts;
  }

  /// Bytes of weights that a pass must read.
  ///
  /// @param rows T
  /// @param hasLogits whether some row's logits are wanted
  /// @param routings the pass's own, one a layer; empty for a dense model
  public long bytes(int rows, boolean hasLogits, List<Routing> routings) {
    long bytes = sharedBytes - (hasLogits ? 0 : headBytes) + rows * embeddingRowBytes;
    for (int layer = 0; layer < expertBytes.size(); layer++) {
      long touched = routings.isEmpty() ? 1 : distinctExperts(routings.get(layer));
      bytes += touched * expertBytes.get(layer);
    }
    return bytes;
  }

  /// Multiplications and additions of a pass with weights.
  ///
  /// @param rows T
  /// @param logitsRows those whose logits are wanted
  public double operations(int rows, int logitsRows) {
    Ledger ledger = Ledger.of(config);
    double head = (double) config.vocabSize() * config.hiddenSize();
    double layers =
        ledger.attention()
            + ledger.router()
            + (double) ledger.expert() * chosen * config.numHiddenLayers();
    return 2 * (rows * layers + logitsRows * head);
  }

  /// Experts that at least one row has chosen.
  public static int distinctExperts(Routing routing) {
    return (int)
        IntStream.range(0, routing.rows())
            .flatMap(
                row -> IntStream.range(0, routing.chosen()).map(rank -> routing.expert(row, rank)))
            .distinct()
            .count();
  }

  /// The same if every row chose K of E at random, on average: `E (1 - (1 - K/E)^T)`.
  public double expectedExperts(int rows) {
    int experts = Math.max(1, config.numLocalExperts());
    return experts * (1 - Math.pow(1 - (double) chosen / experts, rows));
  }
}
