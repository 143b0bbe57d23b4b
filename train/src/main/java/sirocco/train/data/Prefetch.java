package sirocco.train.data;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import sirocco.lab.data.DataException;

/// Batches made ahead by a thread of their own while the model computes. What comes, and where it
/// stands, is what [Batches] would give.
public final class Prefetch implements AutoCloseable {
  /// Enough to hide an item that is slow to read.
  private static final int AHEAD = 4;

  private final Batches batches;
  private final Thread maker;
  private final BlockingQueue<Made> made = new ArrayBlockingQueue<>(AHEAD);
  private BatchesPosition position;
  private MixturePosition drawn;

  /// Nothing comes after a failure.
  private Optional<Failed> failed = Optional.empty();

  private sealed interface Made {}

  /// A batch, and where the stream stood behind it.
  private record Ready(Batch batch, BatchesPosition position, MixturePosition drawn)
      implements Made {}

  private record Failed(RuntimeException why) implements Made {}

  /// Starts making batches.
  ///
  /// @param batches from here on touched by this object only
  public Prefetch(Batches batches) {
    this.batches = batches;
    this.position = batches.position();
    this.drawn = batches.drawn();
    this.maker = Thread.ofPlatform().name("batches").daemon().start(this::make);
  }

  /// Makes batches until one fails, or no more are wanted.
  private void make() {
    try {
      boolean more = true;
      while (more) {
        Made next = one();
        made.put(next);
        more = next instanceof Ready;
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /// Whatever goes wrong is told to the one who waits.
  private Made one() {
    try {
      return new Ready(batches.next(), batches.position(), batches.drawn());
    } catch (RuntimeException e) {
      return new Failed(e);
    } catch (Error e) {
      return new Failed(new DataException("no batch could be made: " + e, e));
    }
  }

  /// The next batch.
  ///
  /// @throws DataException naming a source that cannot be read or has nothing usable
  public Batch next() {
    return switch (failed.isPresent() ? failed.get() : take()) {
      case Ready ready -> {
        position = ready.position();
        drawn = ready.drawn();
        yield ready.batch();
      }
      case Failed failure -> {
        failed = Optional.of(failure);
        throw failure.why();
      }
    };
  }

  private Made take() {
    try {
      return made.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("interrupted while waiting for a batch", e);
    }
  }

  /// Where the next batch begins, as [Batches#position] says.
  public BatchesPosition position() {
    return position;
  }

  /// How far each source was drawn for the batches given so far.
  public MixturePosition drawn() {
    return drawn;
  }

  @Override
  public void close() {
    maker.interrupt();
    try {
      maker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    batches.close();
  }
}
