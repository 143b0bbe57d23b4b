package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sirocco.model.TableModel;

/// Scores of given texts, with what the routers decide on the way.
final class ScoredRoutingTest {

  @Test
  void routingsOfAllTokensComeWithTheScores() {
    int[] ids = {0, 2, 4, 6, 1, 3, 3, 0, 5, 2, 2};
    for (int chunk : new int[] {1, 4, 10, 11, 64}) {
      try (Engine engine = engine(chunk);
          Session session = engine.newSession()) {
        List<Integer> positions = new ArrayList<>();
        List<Integer> experts = new ArrayList<>();
        double[] scores =
            session.score(
                ids,
                routed -> {
                  for (int i = 0; i < routed.count(); i++) {
                    assertThat(routed.id(i)).isEqualTo(ids[routed.position(i)]);
                    positions.add(routed.position(i));
                    experts.add(routed.expert(0, i, 0));
                  }
                });
        assertThat(positions).isEqualTo(IntStream.range(0, ids.length).boxed().toList());
        assertThat(experts).isEqualTo(IntStream.of(ids).map(id -> id % 3).boxed().toList());
        assertThat(scores).containsExactly(session.score(ids));
      }
    }
  }

  @Test
  void oneTokenIsRoutedAndNotScored() {
    try (Engine engine = engine(8);
        Session session = engine.newSession()) {
      int[] told = new int[1];
      assertThat(session.score(new int[] {3}, routed -> told[0] += routed.count())).isEmpty();
      assertThat(told[0]).isEqualTo(1);
      assertThatThrownBy(() -> session.score(new int[0], _ -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessage("there are no tokens to route");
      assertThatThrownBy(() -> session.score(new int[] {7}, _ -> {}))
          .hasMessageContaining("prompt token 0 is 7");
    }
  }

  private static Engine engine(int chunk) {
    var options = EngineOptions.builder().chunk(chunk).weights(WeightMemory.MAPPED).build();
    float[][] table = new float[7][7];
    for (int i = 0; i < table.length; i++) {
      table[i][(i + 2) % 7] = i;
    }
    return Engine.of(
        new TableModel(table, 3), Optional.empty(), Optional.empty(), Set.of(), options);
  }
}
