package sirocco.engine;

import java.util.Arrays;
import java.util.Objects;

/// The ids a session has seen, oldest first: the prompt, then what was generated.
public final class TokenHistory {
  private int[] ids;
  private int size;
  private final int promptSize;

  /// A history that starts with a prompt.
  public TokenHistory(int[] prompt) {
    this.ids = prompt.clone();
    this.size = prompt.length;
    this.promptSize = prompt.length;
  }

  /// Tokens in all.
  public int size() {
    return size;
  }

  /// How many of them are the prompt.
  public int promptSize() {
    return promptSize;
  }

  /// How many of them were generated.
  public int generatedSize() {
    return size - promptSize;
  }

  /// Token `index`, counted from the start of the prompt.
  public int id(int index) {
    return ids[Objects.checkIndex(index, size)];
  }

  /// The ids that were generated.
  public int[] generated() {
    return Arrays.copyOfRange(ids, promptSize, size);
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(16, 2 * size));
    }
    ids[size++] = id;
  }

  /// The ids from `start`, `count` of them.
  int[] slice(int start, int count) {
    return Arrays.copyOfRange(ids, start, start + count);
  }
}
