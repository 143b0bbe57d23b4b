package sirocco.model;

import java.util.function.IntConsumer;
import sirocco.checkpoint.ModelConfig;

/// A language model: immutable weights, shared by every session. State lives in the sessions'
/// [KvCache]s and in the [Workspace] of whoever calls.
public interface Model extends AutoCloseable {
  ModelConfig config();

  /// Runs the batch through the model, appending to the caches of its parts. If anything but a
  /// [ModelException] is thrown, the pass broke off: a cache with a window may have lost its oldest
  /// keys to the new ones, so clear the caches.
  ///
  /// @throws ModelException if a token is outside the vocabulary, a cache is full, or its pages are
  ///   all taken
  Output forward(Batch batch, Workspace workspace);

  /// Does pieces of work that do not depend on each other, on the threads that compute if the model
  /// has several. Not while a pass is under way.
  ///
  /// @param work is told which piece, 0 to `count - 1`
  default void each(int count, IntConsumer work) {
    for (int i = 0; i < count; i++) {
      work.accept(i);
    }
  }

  /// An empty cache for one session of at most `context` tokens. Close it when the session ends.
  default KvCache newCache(int context, KvCache.Precision precision) {
    return new KvCache(config(), context, precision);
  }

  /// The same with pages that sessions share.
  ///
  /// @param pages for this model and precision
  default KvCache newCache(int context, KvCache.Precision precision, CachePages pages) {
    return new KvCache(config(), context, precision, pages);
  }

  /// Gives back what the model holds beside its checkpoint, which belongs to whoever opened it.
  @Override
  default void close() {}
}
