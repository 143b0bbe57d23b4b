package sirocco;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import sirocco.engine.Completion;
import sirocco.engine.EngineException;
import sirocco.engine.Request;
import sirocco.engine.RoutedToken;
import sirocco.engine.Ticket;
import sirocco.engine.TokenEvent;
import sirocco.text.Message.ToolCall;

/// An answer as it comes. One thread takes its events; any may [#cancel] it. What is not taken
/// waits here, so whoever takes slowly keeps nobody else waiting.
///
/// ```java
/// try (var model = Sirocco.load(Path.of("models/mixtral"));
///     var stream = model.stream("Tell me a story.")) {
///   while (stream.hasNext()) {
///     if (stream.next() instanceof Event.Text(String piece)) {
///       System.out.print(piece);
///     }
///   }
/// }
/// ```
public final class AnswerStream implements Iterator<Event>, AutoCloseable {
  private final PreparedPrompt prepared;
  private final Consumer<Optional<Answer>> onEnd;
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private final Deque<Event> ready = new ArrayDeque<>();
  private final StringBuilder text = new StringBuilder();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<TokenEvent> tokens = new ArrayList<>();
  private final List<RoutedToken> routed = new ArrayList<>();
  private final Ticket ticket;
  private Optional<Answer> answer = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private boolean ended;

  /// What the scheduler's thread tells.
  private sealed interface Told {
    record Made(TokenEvent token) implements Told {}

    record Routed(List<RoutedToken> tokens) implements Told {}

    record Ended(Completion completion) implements Told {}

    record Failed(Throwable cause) implements Told {}
  }

  /// @param routing whether routings are told
  /// @param submit hands a request to the scheduler
  /// @param onEnd told once, by the thread that takes the events: of the answer when it is done, or
  ///   that there is none
  AnswerStream(
      PreparedPrompt prepared,
      boolean routing,
      Function<Request, Ticket> submit,
      Consumer<Optional<Answer>> onEnd) {
    this.prepared = prepared;
    this.onEnd = onEnd;
    Request listening = prepared.request().onToken(token -> told.add(new Told.Made(token)));
    if (routing) {
      listening = listening.onRouting(pass -> told.add(new Told.Routed(RoutedToken.of(pass, 0))));
    }
    this.ticket = submit.apply(listening);
    var _ =
        ticket
            .completion()
            .whenComplete((completion, cause) ->
                told.add(cause == null ? new Told.Ended(completion) : new Told.Failed(cause)));
  }

  /// Whether there is more to come; waits until that is known.
  ///
  /// @throws RuntimeException what broke the answer off: [EngineException] or
  ///   [sirocco.engine.SchedulerStoppedException]; an interrupted thread cancels it
  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && answer.isEmpty() && failure.isEmpty()) {
      take();
    }
    if (ready.isEmpty() && answer.isEmpty()) {
      throw failure.orElseThrow();
    }
    return !ready.isEmpty();
  }

  @Override
  public Event next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the answer is done");
    }
    return ready.remove();
  }

  private void take() {
    Told next;
    try {
      next = told.take();
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      failure =
          Optional.of(
              new EngineException("interrupted while waiting for an answer; it is cancelled"));
      end();
      return;
    }
    switch (next) {
      case Told.Made(TokenEvent token) -> {
        tokens.add(token);
        ready.add(new Event.Token(token));
        add(prepared.read(token));
      }
      case Told.Routed(List<RoutedToken> some) -> {
        routed.addAll(some);
        ready.add(new Event.Routing(some));
      }
      case Told.Ended(Completion completion) -> {
        add(prepared.end());
        Answer whole = new Answer(text.toString(), calls, tokens, routed, completion);
        answer = Optional.of(whole);
        ready.add(new Event.Done(whole));
        end();
      }
      case Told.Failed(Throwable cause) -> {
        failure =
            Optional.of(
                cause instanceof RuntimeException e
                    ? e
                    : new EngineException("the answer broke off: " + cause, cause));
        end();
      }
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      onEnd.accept(answer);
    }
  }

  private void add(List<Event.Said> events) {
    for (Event.Said event : events) {
      switch (event) {
        case Event.Text(String piece) -> text.append(piece);
        case Event.Call(int _, ToolCall call) -> calls.add(call);
      }
      ready.add(event);
    }
  }

  /// Waits for the end. Events that were not taken are dropped.
  ///
  /// @throws RuntimeException as [#hasNext]
  public Answer answer() {
    while (hasNext()) {
      ready.clear();
    }
    return answer.orElseThrow();
  }

  /// Ends the answer before its next token; it is done with what was made until then. Any thread
  /// may call this, more than once.
  public void cancel() {
    ticket.cancel();
  }

  /// Cancels it if it is not done. For the thread that takes the events.
  @Override
  public void close() {
    cancel();
    end();
  }
}
