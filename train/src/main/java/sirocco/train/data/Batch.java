package sirocco.train.data;

import java.util.Arrays;
import java.util.List;

/// Sequences laid end to end, without padding: `[T]` tokens in segments. A token attends within its
/// segment only and its position counts from the start of the segment, so that a batch gives what
/// its sequences give one by one.
///
/// @param ids `[T]`
/// @param targets `[T]` the token that follows, or [#NONE] where nothing is to be learned
/// @param starts [S + 1] where each segment begins; the last is T
@SuppressWarnings("ArrayRecordComponent") // a hot path; never compared
public record Batch(int[] ids, int[] targets, int[] starts) {
  /// A position without a target.
  public static final int NONE = -100;

  public Batch {
    if (starts.length < 2 || starts[0] != 0 || starts[starts.length - 1] != ids.length) {
      throw new IllegalArgumentException("the segments of a batch must cover its tokens");
    }
    for (int s = 1; s < starts.length; s++) {
      if (starts[s] <= starts[s - 1]) {
        throw new IllegalArgumentException("segment " + (s - 1) + " of a batch is empty");
      }
    }
    if (targets.length != ids.length) {
      throw new IllegalArgumentException(
          "a batch of " + ids.length + " tokens has " + targets.length + " targets");
    }
  }

  /// The examples one after the other.
  public static Batch of(List<Example> examples) {
    int[] starts = new int[examples.size() + 1];
    for (int s = 0; s < examples.size(); s++) {
      starts[s + 1] = starts[s] + examples.get(s).ids().length;
    }
    int[] ids = new int[starts[examples.size()]];
    int[] targets = new int[ids.length];
    for (int s = 0; s < examples.size(); s++) {
      Example example = examples.get(s);
      int length = example.ids().length;
      System.arraycopy(example.ids(), 0, ids, starts[s], length);
      for (int t = 0; t < length; t++) {
        boolean target = t + 1 < length && example.learned()[t + 1];
        targets[starts[s] + t] = target ? example.ids()[t + 1] : NONE;
      }
    }
    return new Batch(ids, targets, starts);
  }

  public int tokens() {
    return ids.length;
  }

  public int segments() {
    return starts.length - 1;
  }

  /// How many positions have a target: what the loss is divided by.
  public int learned() {
    int count = 0;
    for (int target : targets) {
      count += target == NONE ? 0 : 1;
    }
    return count;
  }

  /// `[T]` each token's place in its segment.
  public int[] positions() {
    int[] positions = new int[ids.length];
    for (int s = 0; s < segments(); s++) {
      for (int t = starts[s]; t < starts[s + 1]; t++) {
        positions[t] = t - starts[s];
      }
    }
    return positions;
  }

  /// `[T]` the segment that each token is in.
  public int[] segmentOfEach() {
    int[] segment = new int[ids.length];
    for (int s = 0; s < segments(); s++) {
      Arrays.fill(segment, starts[s], starts[s + 1], s);
    }
    return segment;
  }
}
