package sirocco.engine;

import java.util.function.Consumer;

/// Turns of one conversation on a [Scheduler]. What was read and made for one turn is kept for the
/// next, answers included, until others need the room.
///
/// What others ask never finds an answer's keys and values, as they differ in their last bits from
/// those of a prompt.
public final class Conversation implements AutoCloseable {
  private final Consumer<Conversation> forget;

  Conversation(Consumer<Conversation> forget) {
    this.forget = forget;
  }

  /// Lets go of what was kept. May be called again, by any thread, before and after the scheduler
  /// is closed.
  @Override
  public void close() {
    forget.accept(this);
  }
}
