package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.routing.TokenTable.Entry;
import sirocco.lab.routing.TokenTable.Order;

/// Which tokens go where.
final class TokenTableTest {
  private static final RoutingShape SHAPE = new RoutingShape(2, 3, 2);

  @Test
  void tokensAreListedByPartAndByLift() {
    var table = new TokenTable(SHAPE, 10, List.of(1));
    // token 7 by turns to 0 and 1, token 3 always to 0, token 9 once to 0
    int[] turn = new int[1];
    var router =
        new MadeUpRouting(
            SHAPE,
            token ->
                token == 7 && turn[0]++ / SHAPE.layers() % 2 == 1
                    ? new int[] {1, 2}
                    : new int[] {0, 2});
    int[] ids =
        IntStream.concat(
                IntStream.concat(IntStream.generate(() -> 7).limit(80), IntStream.of(9)),
                IntStream.generate(() -> 3).limit(19))
            .toArray();
    RoutingTrace.of(router, List.of(new Document("a", ids)).iterator(), 1, table);
    List<Entry> most = table.tokens(1, 0, Order.OF_EXPERT, 10, 1);
    assertThat(most.stream().map(Entry::token)).containsExactly(7, 3, 9);
    assertThat(most.get(0).count()).isEqualTo(40);
    assertThat(most.get(0).ofToken()).isCloseTo(0.5, within(1e-12));
    assertThat(most.get(0).ofExpert()).isCloseTo(40 / 60.0, within(1e-12));
    assertThat(most.get(1).lift()).isCloseTo(1 / 0.6, within(1e-12));
    assertThat(table.tokens(1, 0, Order.LIFT, 10, 1).stream().map(Entry::token))
        .containsExactly(3, 9, 7);
    assertThat(table.tokens(1, 0, Order.LIFT, 1, 2).stream().map(Entry::token)).containsExactly(3);
    assertThat(table.tokens(1, 2, Order.LIFT, 10, 1)).isEmpty();
  }

  @Test
  void whatWasNotCountedIsRefused() {
    assertThatThrownBy(() -> new TokenTable(SHAPE, 10, List.of(2)))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("there is no layer 2: the model has layers 0 to 1");
    var table = new TokenTable(SHAPE, 10, List.of(0));
    assertThatThrownBy(() -> table.tokens(1, 0, Order.LIFT, 10, 1))
        .hasMessageContaining("layer 1, expert 0 was not counted");
    assertThatThrownBy(() -> table.tokens(0, 3, Order.LIFT, 10, 1))
        .hasMessageContaining("experts 0 to 2");
    assertThat(table.tokens(0, 0, Order.LIFT, 10, 1)).isEmpty();
  }
}
