package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.statistics.Estimate;
import sirocco.model.Intervention;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// Routings of models.
final class EngineSourceTest {
  @TempDir private static Path folder = Path.of("");
  private static final List<Document> DOCUMENTS = documents();

  private static List<Document> documents() {
    var random = new SplittableRandom(1);
    List<Document> all = new ArrayList<>();
    for (int d = 0; d < 6; d++) {
      all.add(new Document(d % 2 == 0 ? "a" : "b", random.ints(5 + 7 * d, 0, 50).toArray()));
    }
    return all;
  }

  @BeforeAll
  static void model() {
    try (var checkpoint = new RandomCheckpoint(Configs.mixtral(6, 2), 2)) {
      TinyModels.huggingFace(folder, checkpoint, DType.F32);
    }
  }

  private static RoutingTrace trace(EngineOptions options) {
    try (Engine engine = Engine.open(folder, options);
        var source = new EngineSource(engine, 16)) {
      return RoutingTrace.of(source, DOCUMENTS.iterator(), 16, _ -> {});
    }
  }

  @Test
  void countsAreTheEnginesOwn() {
    RoutingTrace trace = trace(EngineOptions.DEFAULT);
    assertThat(trace.shape()).isEqualTo(new RoutingShape(2, 6, 2));
    try (Engine engine = Engine.open(folder);
        var session = engine.newSession()) {
      for (int d = 0; d < DOCUMENTS.size(); d++) {
        int[] ids = DOCUMENTS.get(d).ids();
        double loss = 0;
        int[] first = new int[6];
        for (int start = 0; start < ids.length; start += 16) {
          int[] window = Arrays.copyOfRange(ids, start, Math.min(start + 16, ids.length));
          double[] scores =
              session.score(
                  window,
                  routed ->
                      IntStream.range(0, routed.count())
                          .forEach(i -> first[routed.expert(1, i, 0)]++));
          loss += Arrays.stream(scores).sum();
        }
        DocumentCounts counts = trace.documents().get(d);
        assertThat(counts.tokens()).isEqualTo(ids.length);
        assertThat(counts.loss()).isCloseTo(loss, within(1e-9));
        assertThat(IntStream.range(0, 6).map(e -> counts.chosen(1, 0, e)))
            .containsExactly(Arrays.stream(first).boxed().toArray(Integer[]::new));
      }
    }
  }

  @Test
  void aChangeThatChangesNothingHasNoEffect() {
    RoutingTrace plain = trace(EngineOptions.DEFAULT);
    RoutingTrace same = trace(EngineOptions.builder().expertsPerToken(2).build());
    for (LossEffect effect : LossEffect.between(plain, same)) {
      assertThat(effect.difference()).isEqualTo(Estimate.exact(0));
      assertThat(effect.documents()).isEqualTo(3);
    }
  }

  @Test
  void effectsArePairedByDocument() {
    RoutingTrace plain = trace(EngineOptions.DEFAULT);
    RoutingTrace dropped =
        trace(EngineOptions.builder().interventions(List.of(new Intervention.Drop(0, 1))).build());
    assertThat(dropped.documents()).allSatisfy(d -> assertThat(d.chosen(0, 0, 1)).isZero());
    for (LossEffect effect : LossEffect.between(plain, dropped)) {
      List<DocumentCounts> before = plain.documents(effect.domain());
      List<DocumentCounts> after = dropped.documents(effect.domain());
      double sum = 0;
      int tokens = 0;
      for (int d = 0; d < before.size(); d++) {
        sum += after.get(d).loss() - before.get(d).loss();
        tokens += before.get(d).scored();
      }
      assertThat(effect.tokens()).isEqualTo(tokens);
      assertThat(effect.difference().value()).isCloseTo(sum / tokens, within(1e-12)).isNotZero();
      assertThat(effect.after() - effect.before())
          .isCloseTo(effect.difference().value(), within(1e-12));
      assertThat(effect.difference().standardError()).isPositive();
    }
  }

  @Test
  void tracesOfOtherDocumentsAreNotCompared() {
    RoutingTrace plain = trace(EngineOptions.DEFAULT);
    try (Engine engine = Engine.open(folder);
        var source = new EngineSource(engine, 16)) {
      RoutingTrace other = RoutingTrace.of(source, DOCUMENTS.subList(0, 5).iterator(), 16, _ -> {});
      assertThatThrownBy(() -> LossEffect.between(plain, other))
          .isInstanceOf(EvaluationException.class)
          .hasMessageContaining("b: expected the same documents before and after");
      RoutingTrace fewer = RoutingTrace.of(source, DOCUMENTS.subList(0, 1).iterator(), 16, _ -> {});
      assertThatThrownBy(() -> LossEffect.between(plain, fewer))
          .hasMessageContaining("found [a, b] and [a]");
    }
  }

  @Test
  void nonsenseIsRefused(@TempDir Path other) {
    try (var checkpoint = new RandomCheckpoint(Configs.mistral(OptionalInt.empty()), 3)) {
      TinyModels.huggingFace(other, checkpoint, DType.F32);
    }
    try (Engine dense = Engine.open(other);
        Engine mixture = Engine.open(folder)) {
      assertThatThrownBy(() -> new EngineSource(dense, 8).close())
          .isInstanceOf(EvaluationException.class)
          .hasMessageContaining("a dense model has no routing");
      assertThatThrownBy(() -> new EngineSource(mixture, 257).close())
          .hasMessage("expected windows of 1 to 256 tokens, the model's context, found 257");
      assertThatThrownBy(() -> new EngineSource(mixture, 0).close())
          .hasMessageContaining("found 0");
    }
  }
}
