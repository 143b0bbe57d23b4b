package sirocco.server.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import sirocco.engine.Completion;
import sirocco.engine.EngineException;
import sirocco.engine.FinishReason;
import sirocco.engine.QueueFullException;
import sirocco.engine.Request;
import sirocco.engine.RoutedToken;
import sirocco.engine.SchedulerStoppedException;
import sirocco.engine.Ticket;
import sirocco.engine.TokenEvent;
import sirocco.server.http.ClientLeftException;
import sirocco.server.http.Exchange;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;

/// The choices of one request, all under way at once. The scheduler's thread puts what it makes
/// into a queue and never waits; the request's own thread takes it from there.
final class Generations implements AutoCloseable {
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<Ticket> tickets = new ArrayList<>();
  private volatile boolean left;
  private int open;

  /// What happens to a choice.
  sealed interface Event {
    /// Which one.
    int choice();
  }

  /// A token was made.
  ///
  /// @param routed tokens before it, whose experts are known now
  record Made(int choice, TokenEvent token, List<RoutedToken> routed) implements Event {}

  /// It is done.
  record Ended(int choice, Completion completion, List<RoutedToken> routed) implements Event {}

  /// It broke off.
  record Failed(int choice, Throwable cause) implements Event {}

  private Generations() {}

  /// Starts all of them, or none.
  ///
  /// @throws ProblemException if they cannot be
  static Generations start(
      Served served, Exchange exchange, CommonFields common, List<Request> requests) {
    Generations generations = new Generations();
    try {
      for (Request request : requests) {
        generations.submit(served, common, request);
      }
    } catch (EngineException e) {
      generations.close();
      throw ProblemException.invalid(String.valueOf(e.getMessage()));
    } catch (QueueFullException e) {
      generations.close();
      throw new ProblemException(
          Problem.tooMany("the server is busy: " + e.getMessage(), e.retryAfter()));
    } catch (SchedulerStoppedException e) {
      generations.close();
      throw stopping(String.valueOf(e.getMessage()));
    }
    exchange.whenClientLeaves(generations::leave);
    return generations;
  }

  private void leave() {
    left = true;
    tickets.forEach(Ticket::cancel);
  }

  private void submit(Served served, CommonFields common, Request request) {
    int choice = tickets.size();
    Queue<RoutedToken> routed = new ConcurrentLinkedQueue<>();
    int from = common.routing() == RoutingWish.ALL ? 0 : request.prompt().length;
    Request listening = request.onToken(token -> events.add(new Made(choice, token, take(routed))));
    if (common.routing() != RoutingWish.NONE) {
      listening = listening.onRouting(tokens -> routed.addAll(RoutedToken.of(tokens, from)));
    }
    Ticket ticket = served.scheduler().submit(listening, common.terms());
    tickets.add(ticket);
    open++;
    var _ =
        ticket
            .completion()
            .whenComplete((completion, failure) ->
                events.add(
                    failure == null
                        ? new Ended(choice, completion, take(routed))
                        : new Failed(choice, failure)));
  }

  private static List<RoutedToken> take(Queue<RoutedToken> routed) {
    List<RoutedToken> taken = new ArrayList<>();
    for (RoutedToken token = routed.poll(); token != null; token = routed.poll()) {
      taken.add(token);
    }
    return taken;
  }

  /// Whether there is more to come.
  boolean hasNext() {
    return open > 0;
  }

  /// What happens next; waits for it.
  ///
  /// @throws ClientLeftException if the client left
  /// @throws ProblemException if the generation failed or the server stops
  Event next() {
    Event event;
    try {
      event = events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server closes its connections
      throw new ClientLeftException();
    }
    switch (event) {
      case Made made -> {}
      case Ended ended -> {
        open--;
        if (ended.completion().finishReason() == FinishReason.CANCELLED) {
          throw left ? new ClientLeftException() : stopping("the server is stopping");
        }
      }
      case Failed failed -> throw failure(failed.cause());
    }
    return event;
  }

  private static ProblemException failure(Throwable cause) {
    return switch (cause) {
      case EngineException e -> ProblemException.invalid(String.valueOf(e.getMessage()));
      case SchedulerStoppedException e -> stopping(String.valueOf(e.getMessage()));
      default -> new ProblemException(Problem.fault("the generation failed: " + cause));
    };
  }

  static ProblemException stopping(String message) {
    return new ProblemException(Problem.unavailable(message, Duration.ofSeconds(5)));
  }

  /// Ends what is not done.
  @Override
  public void close() {
    tickets.forEach(Ticket::cancel);
  }
}
