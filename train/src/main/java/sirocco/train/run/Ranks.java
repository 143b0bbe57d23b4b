package sirocco.train.run;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/// The processes that train one model together. Each takes every `size`-th micro-batch of a step;
/// sums are the same on all of them.
public interface Ranks {
  /// This process, counted from 0.
  int rank();

  /// How many there are.
  int size();

  /// Replaces tensors by their sums over all processes, in the order given.
  void sum(List<Tensor> tensors);

  /// Replaces numbers by their sums over all processes.
  void sum(double[] numbers);

  /// Whether something is so in any of the processes.
  default boolean any(boolean here) {
    double[] count = {here ? 1 : 0};
    sum(count);
    return count[0] > 0;
  }

  /// Tells who watches the processes that a step is done.
  default void done(int step) {}

  /// One process.
  Ranks ALONE =
      new Ranks() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void sum(List<Tensor> tensors) {}

        @Override
        public void sum(double[] numbers) {}
      };
}
