package sirocco.model;

import java.util.List;
import sirocco.tensor.Kernels;

/// The work of one forward pass: tokens that continue several sessions. A session that runs alone
/// is the batch of one part. What a part's rows come to does not depend on the other parts.
///
/// @param phase whether the tokens were given or made; in their last bits results differ by it
/// @param parts one a session
public record Batch(Kernels.Phase phase, List<Part> parts) {
  public Batch {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one part");
    }
    for (int i = 0; i < parts.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (parts.get(i).cache == parts.get(j).cache) {
          throw new IllegalArgumentException("two parts of a batch share a cache");
        }
      }
    }
  }

  /// Given tokens of one session.
  public static Batch prompt(KvCache cache, int[] tokens, Rows logits) {
    return new Batch(Kernels.Phase.PROMPT, List.of(new Part(cache, tokens, logits)));
  }

  /// Tokens that were made one after the other, of one session.
  public static Batch step(KvCache cache, int[] tokens, Rows logits) {
    return new Batch(Kernels.Phase.STEP, List.of(new Part(cache, tokens, logits)));
  }

  /// T, the rows of all parts together.
  public int rows() {
    return parts.stream().mapToInt(p -> p.tokens.length).sum();
  }

  /// Which rows of a part should get logits.
  public enum Rows {
    NONE,
    LAST,
    ALL,
    /// no logits, but what the head would make them of ([Output#states])
    STATES
  }

  /// Tokens that continue one session, at positions `cache.length()` and on.
  ///
  /// @param cache the session's keys and values; the pass appends to it
  /// @param tokens ids, at least one; not copied
  /// @param logits the rows whose logits are wanted
  /// @param adapter 0 for what the model was loaded with, else one of the others it was loaded with
  ///   ([ModelOptions#others]), counted from 1
  @SuppressWarnings("ArrayRecordComponent") // a hot path; identity is never compared
  public record Part(KvCache cache, int[] tokens, Rows logits, int adapter) {
    public Part {
      if (tokens.length == 0) {
        throw new IllegalArgumentException("a part of a batch needs at least one token");
      }
    }

    /// Of the model as it was loaded.
    public Part(KvCache cache, int[] tokens, Rows logits) {
      this(cache, tokens, logits, 0);
    }
  }
}
