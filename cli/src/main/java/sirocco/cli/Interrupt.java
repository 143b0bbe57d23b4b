package sirocco.cli;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import sirocco.Answer;
import sirocco.AnswerStream;
import sirocco.Event;

/// Lets Ctrl-C end a text, not cut it off: what was made is shown with its numbers, and the program
/// ends as one that was interrupted does.
final class Interrupt implements AutoCloseable {
  /// A pass cannot be left half way; nobody should wait long for one either.
  private static final long PATIENCE_SECONDS = 3;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "interrupt");
  private volatile boolean stopped;
  private volatile Optional<AnswerStream> running = Optional.empty();

  Interrupt() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Takes an answer until its end or until it is stopped.
  Answer run(AnswerStream stream, Consumer<Event> listener) {
    running = Optional.of(stream);
    if (stopped) {
      stream.cancel();
    }
    stream.forEachRemaining(listener);
    return stream.answer();
  }

  /// Ends the answer before its next token.
  void cancel() {
    stopped = true;
    running.ifPresent(AnswerStream::cancel);
  }

  private void stop() {
    cancel();
    try {
      boolean _ = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Nothing is left to be shown.
  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the program ends already, and the hook waited for this
    }
  }
}
