package sirocco.model;

import java.lang.foreign.Arena;
import sirocco.checkpoint.ModelConfig;

/// The keys and values of one session. A model with a sliding window of W needs W slots, position p
/// in slot p mod W; any other needs one slot a position. Memory is taken in blocks of slots as the
/// session grows.
public final class KvCache implements AutoCloseable {
  /// How keys and values are kept.
  public enum Precision {
    F32,
    F16,
    Q8
  }

  private final Arena arena = Arena.ofShared();
  private final int capacity;
  private int length;

  /// @param context the most tokens the session will hold
  KvCache(ModelConfig config, int context, Precision precision) {
    this.capacity = context;
  }

  /// Tokens seen so far: the position of the next one.
  public int length() {
    return length;
  }

  /// The most tokens this cache can see.
  public int capacity() {
    return capacity;
  }

  /// Forgets everything, keeping the memory.
  public void clear() {
    length = 0;
  }

  @Override
  public void close() {
    arena.close();
  }
}
