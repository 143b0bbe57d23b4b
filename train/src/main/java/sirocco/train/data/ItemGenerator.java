package sirocco.train.data;

import java.util.random.RandomGenerator;

/// Makes items out of randomness alone: the same numbers give the same item.
@FunctionalInterface
public interface ItemGenerator {
  Item generate(RandomGenerator random);
}
