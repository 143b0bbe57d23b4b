package sirocco.engine;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// A text that a [Scheduler] makes a vector of, a piece between two passes. Its keys and values lie
/// beside the pages, and are gone when it is done.
final class EmbeddingTask {
  private final Engine engine;
  private final int[] ids;
  private final Pooling pooling;
  private final float[] states;
  private final CompletableFuture<float[]> result = new CompletableFuture<>();
  private final Session session;
  private int read;

  EmbeddingTask(Engine engine, int[] ids, Pooling pooling) {
    this.engine = engine;
    this.ids = ids.clone();
    this.pooling = pooling;
    this.states = new float[engine.model().config().hiddenSize()];
    this.session = engine.newSession(ids.length);
  }

  /// Gives up by being cancelled.
  CompletableFuture<float[]> result() {
    return result;
  }

  /// Reads a piece.
  ///
  /// @return whether it is done
  boolean read() {
    if (result.isDone()) {
      session.close();
      return true;
    }
    try {
      int count = Math.min(engine.options().chunk(), ids.length - read);
      engine.reader().states(session, Arrays.copyOfRange(ids, read, read + count), pooling, states);
      read += count;
      if (read == ids.length) {
        session.close();
        result.complete(normalised(states));
      }
    } catch (RuntimeException e) {
      fail(e);
    } catch (Error e) {
      fail(new EngineException("the engine broke off: " + e));
      throw e;
    }
    return result.isDone();
  }

  void fail(RuntimeException e) {
    session.close();
    result.completeExceptionally(e);
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float number : vector) {
      squares += (double) number * number;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length && squares > 0; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }
}
