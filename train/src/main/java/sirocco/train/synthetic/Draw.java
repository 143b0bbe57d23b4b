package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Chooses: numbers, words and wordings, from one share of the made-up world.
final class Draw {
  /// How often a draw is repeated until it falls into its share; a list without any is used whole.
  private static final int TRIES = 150;

  private final RandomGenerator random;
  private final Share share;

  Draw(RandomGenerator random, Share share) {
    this.random = random;
    this.share = share;
  }

  Share share() {
    return share;
  }

  /// From zero up to, not including, the bound.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// Both ends included.
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /// Both ends included, short and long alike: the logarithm is spread evenly.
  int length(int low, int high) {
    return (int) Math.round(low * Math.pow((double) high / low, random.nextDouble()));
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// Any of the list, whatever its share: for closed lists such as the days of the week.
  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// One of the list that belongs to this share.
  String one(List<String> list) {
    return held(() -> any(list));
  }

  /// What the supplier draws, again and again until it belongs to this share.
  String held(Supplier<String> supplier) {
    String drawn = supplier.get();
    for (int i = 0; i < TRIES && !share.holds(drawn); i++) {
      drawn = supplier.get();
    }
    return drawn;
  }

  /// Distinct ones in random order.
  List<String> several(int count, Supplier<String> supplier) {
    Set<String> drawn = new LinkedHashSet<>();
    for (int i = 0; drawn.size() < count && i < TRIES * count; i++) {
      drawn.add(supplier.get());
    }
    return new ArrayList<>(drawn);
  }

  /// Distinct ones of a list in random order; the list must hold as many.
  List<String> several(int count, List<String> list) {
    return shuffled(list).subList(0, count);
  }

  /// Distinct numbers below the bound in random order, at least half of the most where there are so
  /// many.
  List<Integer> numbers(int bound, int most) {
    int count = Math.min(bound, between((most + 1) / 2, most));
    return shuffled(IntStream.range(0, bound).boxed().toList()).subList(0, count);
  }

  <T> List<T> shuffled(List<T> list) {
    List<T> copy = new ArrayList<>(list);
    for (int i = copy.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T held = copy.get(i);
      copy.set(i, copy.get(j));
      copy.set(j, held);
    }
    return copy;
  }

  /// A wording of this share with its places filled in: see [English#fill].
  String phrase(List<String> wordings, Map<String, String> values) {
    return English.fill(one(wordings), values);
  }

  /// So many digits, the first of them not zero.
  String digits(int count) {
    StringBuilder digits = new StringBuilder().append(between(1, 9));
    while (digits.length() < count) {
      digits.append(below(10));
    }
    return digits.toString();
  }
}
