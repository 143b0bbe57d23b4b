package sirocco.train.synthetic;

import java.util.List;

/// One kind of question that the generators can ask and answer.
@FunctionalInterface
interface Kind {
  Exchange exchange(Draw draw);

  /// Several questions on one text, of which only the first stands beside it; of a kind without
  /// texts, one.
  ///
  /// @param most questions, at least 1
  default List<Exchange> turns(Draw draw, int most) {
    return List.of(exchange(draw));
  }
}
