package sirocco.train.synthetic;

/// One kind of question that the generators can ask and answer.
@FunctionalInterface
interface Kind {
  Exchange exchange(Draw draw);
}
