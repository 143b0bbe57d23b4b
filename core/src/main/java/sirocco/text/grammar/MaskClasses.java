package sirocco.text.grammar;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Puts states together that no text of some length tells apart: they share a mask. In the middle
/// of a string of at most 1000 characters, how many there are so far makes no difference to any
/// token.
///
/// Moore's refinement of a partition, ended after as many rounds as the longest token has bytes.
final class MaskClasses {
  private final Pushdown pushdown;

  private MaskClasses(Pushdown pushdown) {
    this.pushdown = pushdown;
  }

  /// The class of every state.
  ///
  /// @param length of the longest text that need not be told apart, in bytes
  static int[] of(Pushdown pushdown, int length) {
    MaskClasses classes = new MaskClasses(pushdown);
    int[] current = classes.initial();
    int count = count(current);
    for (int round = 0; round < length; round++) {
      current = classes.refine(current);
      int refined = count(current);
      if (refined == count) {
        return current;
      }
      count = refined;
    }
    return current;
  }

  private static int count(int[] classes) {
    return Arrays.stream(classes).max().orElse(-1) + 1;
  }

  /// States that differ at once. A state that calls a rule which may be empty goes on behind it
  /// without a byte, which the rounds do not see: it stays alone.
  private int[] initial() {
    int[] classes = new int[pushdown.states()];
    Map<IntBuffer, Integer> numbers = new HashMap<>();
    for (int state = 0; state < classes.length; state++) {
      boolean alone = false;
      for (int call = 0; call < pushdown.calls(state); call++) {
        alone |= pushdown.isNullable(pushdown.called(state, call));
      }
      int[] key = {
        pushdown.height(state),
        pushdown.accepts(state) ? 1 : 0,
        pushdown.ends(state) ? 1 : 0,
        alone ? state : -1
      };
      classes[state] = number(key, numbers);
    }
    return classes;
  }

  private static int number(int[] key, Map<IntBuffer, Integer> numbers) {
    Integer known = numbers.putIfAbsent(IntBuffer.wrap(key), numbers.size());
    return known == null ? numbers.size() - 1 : known;
  }

  private int[] refine(int[] classes) {
    int[] refined = new int[classes.length];
    Map<IntBuffer, Integer> numbers = new HashMap<>();
    int[] key = new int[16];
    for (int state = 0; state < classes.length; state++) {
      int edges = pushdown.edges(state);
      int calls = pushdown.calls(state);
      int most = 1 + 3 * edges + 2 * calls;
      key = key.length < most ? new int[2 * most] : key;
      int size = 0;
      key[size++] = classes[state];
      for (int e = 0; e < edges; e++) {
        int target = classes[pushdown.target(state, e)];
        int low = pushdown.low(state, e);
        // Two edges side by side to one class are as one.
        if (size > 1 && key[size - 1] == target && key[size - 2] == low - 1) {
          key[size - 2] = pushdown.high(state, e);
        } else {
          key[size++] = low;
          key[size++] = pushdown.high(state, e);
          key[size++] = target;
        }
      }
      for (int call = 0; call < calls; call++) {
        key[size++] = 256 + pushdown.called(state, call);
        key[size++] = classes[pushdown.behind(state, call)];
      }
      refined[state] = number(Arrays.copyOf(key, size), numbers);
    }
    return refined;
  }
}
