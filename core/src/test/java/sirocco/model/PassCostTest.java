package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Ledger;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.PublishedShape;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.SyntheticCheckpoint;

/// What a pass must read and multiply.
class PassCostTest {
  /// Megabytes a token, added up by hand for the files of the peers' table (docs/performance.md):
  /// every tensor once, two of eight experts, one row of the embedding.
  @ParameterizedTest
  @CsvSource({
    "mixtral-1b, BF16, 854.7",
    "mixtral-1b, F16, 854.7",
    "mixtral-1b, Q8_0, 454.4",
    "mixtral-1b, Q6_K, 353.0",
    "mixtral-1b, Q4_K_M, 270.7",
    "mixtral-1b, Q4_0, 253.5",
    "mixtral-tiny, Q8_0, 12.8",
    "mistral-7b, Q4_K_M, 4294",
    "mistral-7b, Q8_0, 7556",
    "mixtral-8x7b, Q2_K, 5024"
  })
  void aTokenReadsWhatItsExpertsAreStoredIn(String shape, String type, double megabytes) {
    double found = cost(shape, type).tokenBytes() / 1e6;
    assertThat(found).isCloseTo(megabytes, within(megabytes < 1000 ? 0.06 : 0.6));
  }

  @Test
  void aPassReadsEachExpertThatSomeRowChose() {
    PassCost cost = cost("mixtral-1b", "Q8_0");
    int layers = cost.config().numHiddenLayers();
    List<Routing> alone = new ArrayList<>();
    List<Routing> three = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      alone.add(routing(0, 1));
      three.add(routing(0, 1, 1, 0, 7, 1));
    }
    assertThat(cost.bytes(1, true, alone)).isEqualTo(cost.tokenBytes());
    assertThat(cost.bytes(1, false, alone)).isEqualTo(cost.tokenBytes() - cost.headBytes());
    assertThat(PassCost.distinctExperts(three.getFirst())).isEqualTo(3);
    assertThat(cost.bytes(3, true, three))
        .isEqualTo(
            cost.tokenBytes()
                + 2 * cost.embeddingRowBytes()
                + cost.expertBytes().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void aDenseModelReadsItsOneBlock() {
    PassCost cost = cost("mistral-7b", "Q8_0");
    assertThat(cost.bytes(1, true, List.of())).isEqualTo(cost.tokenBytes());
    assertThat(cost.bytes(5, true, List.of()))
        .isEqualTo(cost.tokenBytes() + 4 * cost.embeddingRowBytes());
  }

  @Test
  void operationsAreTwoForEachActiveWeight() {
    PassCost cost = cost("mixtral-1b", "Q8_0");
    Ledger ledger = Ledger.of(cost.config());
    double weights = ledger.active() - ledger.embedding() - ledger.norms();
    assertThat(cost.operations(1, 1)).isEqualTo(2 * weights);
    assertThat(cost.operations(512, 1))
        .isEqualTo(2 * (512 * (weights - ledger.head()) + ledger.head()));
  }

  @Test
  void expectedExpertsOfUniformRouting() {
    PassCost cost = cost("mixtral-1b", "Q8_0");
    assertThat(cost.expectedExperts(1)).isCloseTo(2, within(1e-12));
    assertThat(cost.expectedExperts(2)).isCloseTo(3.5, within(1e-12));
    assertThat(cost.expectedExperts(1000)).isCloseTo(8, within(1e-9));
  }

  /// Else a machine would be sized by weights that visit fewer experts than real ones.
  @Test
  void randomWeightsRouteEvenly() {
    ModelConfig config = PublishedShape.named("mixtral-tiny").orElseThrow().config();
    var random = new SplittableRandom(1);
    try (Checkpoint checkpoint =
            SyntheticCheckpoint.of("tiny", config, QuantizationMixture.Q4_K_M, 1);
        Workspace workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      PassCost cost = PassCost.of(checkpoint, 2);
      double distinct = 0;
      int routings = 0;
      for (int run = 0; run < 8; run++) {
        int[] tokens = random.ints(4, 0, config.vocabSize()).toArray();
        try (KvCache cache = model.newCache(4, KvCache.Precision.F32)) {
          Output output = model.forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace);
          for (float logit : output.logits().toFloats()) {
            assertThat(Float.isFinite(logit)).isTrue();
          }
          for (Routing routing : output.routings()) {
            distinct += PassCost.distinctExperts(routing);
            routings++;
          }
        }
      }
      assertThat(distinct / routings).isCloseTo(cost.expectedExperts(4), within(0.6));
    }
  }

  /// A routing of two experts a row.
  private static Routing routing(int... ids) {
    int rows = ids.length / 2;
    return new Routing(8, 2, new float[8 * rows], ids, new float[ids.length]);
  }

  private static PassCost cost(String shape, String type) {
    ModelConfig config = PublishedShape.named(shape).orElseThrow().config();
    QuantizationMixture mixture = QuantizationMixture.valueOf(type);
    return PassCost.of(
        config,
        config.numExpertsPerTok(),
        role -> {
          var shapeOf = Roles.shape(role, config);
          return mixture.typeOf(role, shapeOf.extent(shapeOf.rank() - 1), config);
        });
  }
}
