package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// Changes of routers.
final class InterventionTest {
  private static final int EXPERTS = 6;
  private static final ModelConfig CONFIG = Configs.mixtral(EXPERTS, 2);

  /// What a pass gave.
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Seen(float[] logits, List<Routing> routings) {}

  @Test
  void whatChangesNothingChangesNoBit() {
    int[] tokens = tokens(1, 3);
    try (var checkpoint = new RandomCheckpoint(CONFIG, 2)) {
      Seen plain = run(checkpoint, OptionalInt.empty(), List.of(), tokens);
      assertThat(run(checkpoint, OptionalInt.of(2), List.of(), tokens).logits)
          .containsExactly(plain.logits);
      Routing last = plain.routings.get(1);
      int unchosen =
          IntStream.range(0, EXPERTS)
              .filter(e ->
                  IntStream.range(0, 3)
                      .noneMatch(t -> last.expert(t, 0) == e || last.expert(t, 1) == e))
              .findFirst()
              .orElseThrow();
      var drop = new Intervention.Drop(1, unchosen);
      assertThat(run(checkpoint, drop, tokens).logits).containsExactly(plain.logits);
      var swap = new Intervention.Swap(0, 4, 1);
      assertThat(run(checkpoint, OptionalInt.empty(), List.of(swap, swap), tokens).logits)
          .containsExactly(plain.logits);
    }
  }

  @Test
  void oneExpertCanBeForcedWithoutAChange() {
    int[] tokens = tokens(3, 20);
    try (var checkpoint = new RandomCheckpoint(Configs.mixtral(1, 1), 4)) {
      float[] plain = run(checkpoint, OptionalInt.empty(), List.of(), tokens).logits;
      assertThat(run(checkpoint, new Intervention.Force(0, 0), tokens).logits)
          .containsExactly(plain);
    }
  }

  @Test
  void aDroppedExpertIsChosenByNobodyAndTheOthersShareItsGate() {
    int[] tokens = tokens(5, 40);
    try (var checkpoint = new RandomCheckpoint(CONFIG, 6)) {
      Routing before = run(checkpoint, OptionalInt.empty(), List.of(), tokens).routings.getFirst();
      Routing after = run(checkpoint, new Intervention.Drop(0, 2), tokens).routings.getFirst();
      boolean changed = false;
      for (int t = 0; t < tokens.length; t++) {
        assertThat(after.logit(t, 2)).as("what the router said").isEqualTo(before.logit(t, 2));
        assertThat(after.gate(t, 0) + after.gate(t, 1)).isCloseTo(1, within(1e-6f));
        for (int rank = 0; rank < 2; rank++) {
          assertThat(after.expert(t, rank)).isNotEqualTo(2);
          changed |= before.expert(t, rank) == 2;
        }
        if (before.expert(t, 0) == 2) {
          assertThat(after.expert(t, 0)).isEqualTo(before.expert(t, 1));
        }
      }
      assertThat(changed).isTrue();
    }
  }

  /// All experts are chosen, so that there is none to take the dropped one's place.
  @Test
  void withoutAnotherToChooseTheDroppedGateIsZero() {
    int[] tokens = tokens(7, 9);
    try (var checkpoint = new RandomCheckpoint(Configs.mixtral(2, 2), 8)) {
      Seen seen = run(checkpoint, new Intervention.Drop(0, 0), tokens);
      assertThat(seen.logits)
          .containsExactly(run(checkpoint, new Intervention.Force(0, 1), tokens).logits);
      Routing routing = seen.routings.getFirst();
      for (int t = 0; t < tokens.length; t++) {
        assertThat(routing.expert(t, 0)).isEqualTo(1);
        assertThat(routing.gate(t, 0)).isEqualTo(1);
        assertThat(routing.gate(t, 1)).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5})
  void aForcedExpertIsTheOnlyOne(int expert) {
    int[] tokens = tokens(9, 15);
    try (var mixture = new RandomCheckpoint(CONFIG, 10);
        var single = new RandomCheckpoint(Configs.mixtral(1, 1), 11)) {
      for (Role.Global role : Role.Global.values()) {
        single.replace(role, mixture.weight(role));
      }
      for (int layer = 0; layer < 2; layer++) {
        for (Part part : Part.values()) {
          switch (part) {
            case GATE, UP, DOWN ->
                single.replace(
                    new Role.Expert(layer, 0, part),
                    mixture.weight(new Role.Expert(layer, expert, part)));
            case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM ->
                single.replace(
                    new Role.Layer(layer, part), mixture.weight(new Role.Layer(layer, part)));
            case ROUTER -> {}
          }
        }
      }
      List<Intervention> both =
          List.of(new Intervention.Force(0, expert), new Intervention.Force(1, expert));
      assertThat(run(mixture, OptionalInt.empty(), both, tokens).logits)
          .containsExactly(run(single, OptionalInt.empty(), List.of(), tokens).logits);
    }
  }

  @Test
  void swappedExpertsAreARouterWithSwappedRows() {
    int[] tokens = tokens(12, 25);
    try (var plain = new RandomCheckpoint(CONFIG, 13);
        var swapped = new RandomCheckpoint(CONFIG, 13)) {
      Tensor router = plain.weight(new Role.Layer(1, Part.ROUTER));
      Tensor other = Tensor.floats(router.shape(), swapped.arena());
      int[] order = {0, 4, 2, 3, 1, 5};
      for (int e = 0; e < order.length; e++) {
        other.entry(e).data().copyFrom(router.entry(order[e]).data());
      }
      swapped.replace(new Role.Layer(1, Part.ROUTER), other);
      float[] expected = run(swapped, OptionalInt.empty(), List.of(), tokens).logits;
      assertThat(run(plain, new Intervention.Swap(1, 1, 4), tokens).logits)
          .containsExactly(expected)
          .isNotEqualTo(run(plain, OptionalInt.empty(), List.of(), tokens).logits);
    }
  }

  @Test
  void nonsenseIsRefused() {
    try (var mixture = new RandomCheckpoint(CONFIG, 14);
        var dense = new RandomCheckpoint(Configs.mistral(OptionalInt.empty()), 15)) {
      refused(mixture, "the model has layers 0 to 1", new Intervention.Drop(2, 0));
      refused(mixture, "the model has layers 0 to 1", new Intervention.Drop(-1, 0));
      refused(mixture, "the layer has experts 0 to 5", new Intervention.Drop(0, 6));
      refused(mixture, "the layer has experts 0 to 5", new Intervention.Force(1, -1));
      refused(mixture, "the layer has experts 0 to 5", new Intervention.Swap(1, 0, 6));
      refused(
          mixture,
          "Drop[layer=0, expert=3] leaves no expert to choose",
          new Intervention.Force(0, 3),
          new Intervention.Drop(0, 3));
      refused(dense, "is a dense model: it has no router", new Intervention.Force(0, 0));
    }
  }

  private static void refused(Checkpoint checkpoint, String why, Intervention... changes) {
    assertThatThrownBy(() -> run(checkpoint, OptionalInt.empty(), List.of(changes), new int[] {1}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(why);
  }

  private static int[] tokens(long seed, int count) {
    return new SplittableRandom(seed).ints(count, 0, 50).toArray();
  }

  private static Seen run(Checkpoint checkpoint, Intervention change, int[] tokens) {
    return run(checkpoint, OptionalInt.empty(), List.of(change), tokens);
  }

  private static Seen run(
      Checkpoint checkpoint, OptionalInt chosen, List<Intervention> changes, int[] tokens) {
    var options =
        new ModelOptions(chosen, Optional.empty(), List.of(), OptionalLong.empty(), changes);
    try (Model model = Models.load(checkpoint, options);
        var workspace = new Workspace();
        KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
      Output output = model.forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace);
      return new Seen(output.logits().toFloats(), output.routings());
    }
  }
}
