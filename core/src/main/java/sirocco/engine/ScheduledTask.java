package sirocco.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import sirocco.model.CachePages;
import sirocco.model.KvCache;
import sirocco.tensor.KeyValues;

/// A request on its way through a [Scheduler]: waiting first, then with a session and under way.
/// Used by the scheduler's thread, but for [#cancel].
final class ScheduledTask {
  private final Request request;
  private final Optional<Conversation> conversation;
  private final int priority;
  private final long number;
  private final long deadline;
  private final Optional<WatchedRequest> watched;
  private final CompletableFuture<Completion> completion = new CompletableFuture<>();
  private volatile boolean cancelled;
  private Optional<Generation> generation = Optional.empty();
  private Optional<Session> session = Optional.empty();
  private boolean goesOn;
  private boolean promptKept;
  private Optional<Completion> result = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();

  /// @param number counts requests: of equal priority the lower goes first
  /// @param model that the recorder is told
  ScheduledTask(
      Request request,
      Optional<Conversation> conversation,
      Terms terms,
      long number,
      String model) {
    this.request = request;
    this.conversation = conversation;
    this.priority = terms.priority();
    this.number = number;
    this.watched = WatchedRequest.take(model, request.adapter());
    this.deadline =
        System.nanoTime() + terms.timeout().map(Duration::toNanos).orElse(Long.MAX_VALUE / 2);
  }

  int[] prompt() {
    return request.prompt();
  }

  /// The most of it that need not be read where others have read it.
  int unseen() {
    return request.unseen();
  }

  Optional<String> adapter() {
    return request.adapter();
  }

  /// Whose turn it is, if it is one.
  Optional<Conversation> conversation() {
    return conversation;
  }

  int priority() {
    return priority;
  }

  long number() {
    return number;
  }

  CompletableFuture<Completion> completion() {
    return completion;
  }

  void cancel() {
    cancelled = true;
  }

  /// Why it should not go on, if it shouldn't.
  Optional<FinishReason> ending(long now) {
    if (cancelled) {
      return Optional.of(FinishReason.CANCELLED);
    }
    return now - deadline >= 0 ? Optional.of(FinishReason.TIMEOUT) : Optional.empty();
  }

  /// Pages that its session has when it is full.
  int pages(Engine engine, int context) {
    long tokens = (long) request.prompt().length + request.settings().maxTokens();
    return KvCache.pages(engine.model().config(), (int) Math.min(tokens, context));
  }

  /// Pages that its session still lacks.
  int lackingPages(Engine engine, int context) {
    return pages(engine, context) - session.map(Session::pages).orElse(0);
  }

  /// Begins.
  ///
  /// @param own closed when it ends
  /// @param after whether pages of this conversation's earlier turns are in it
  void start(Session own, boolean after) {
    goesOn = after;
    watched.ifPresent(WatchedRequest::begin);
    session = Optional.of(own);
    generation = Optional.of(own.start(request));
  }

  boolean isDone() {
    return generation().isDone();
  }

  /// What it has begun.
  Generation generation() {
    return generation.orElseThrow();
  }

  /// Keeps the pages of its prompt for others, once, as soon as all of it is read. Not those of its
  /// answer: they were made step by step, and differ in their last bits from what reading makes.
  /// Nor those of a conversation that has gone on: answers are among them.
  void keepPrompt(PrefixTree prefixes) {
    int read = session.map(Session::length).orElse(0);
    if (!promptKept && !goesOn && read >= request.prompt().length) {
      promptKept = true;
      List<CachePages.Page> pages = session.orElseThrow().fullPages();
      int full = Math.min(pages.size(), request.prompt().length / KeyValues.BLOCK);
      prefixes.keep(request.adapter(), request.prompt(), pages.subList(0, full));
    }
  }

  /// Keeps all that was read and made for the conversation's next turn.
  void keepTurn(PrefixTree prefixes) {
    if (conversation.isPresent() && session.isPresent()) {
      Session own = session.get();
      prefixes.keep(request.adapter(), conversation.get(), own.tokens(), own.fullPages());
    }
  }

  /// Gives its pages back.
  ///
  /// @param otherwise why it ends, if it never began
  /// @return what came of it, unless it failed
  Optional<Completion> end(FinishReason otherwise) {
    session.ifPresent(Session::close);
    session = Optional.empty();
    if (generation.isEmpty()) {
      result = Optional.of(none(otherwise));
    } else if (generation.get().failure().isPresent()) {
      failure = generation.get().failure();
    } else {
      result = generation.map(Generation::completion);
    }
    return result;
  }

  /// The same for one that ends with all others.
  void end(RuntimeException why) {
    session.ifPresent(Session::close);
    session = Optional.empty();
    failure = Optional.of(why);
  }

  /// Tells whoever waits how it ended.
  void tell() {
    watched.ifPresent(this::record);
    result.ifPresent(completion::complete);
    failure.ifPresent(completion::completeExceptionally);
  }

  private void record(WatchedRequest life) {
    Completion.Usage none = new Completion.Usage(request.prompt().length, 0, 0);
    life.end(
        generation.map(Generation::usage).orElse(none),
        generation.map(Generation::firstToken).orElse(OptionalLong.empty()),
        result.map(Completion::finishReason));
  }

  private Completion none(FinishReason reason) {
    return new Completion(
        "",
        List.of(),
        List.of(),
        reason,
        new Completion.Usage(request.prompt().length, 0, 0),
        new Completion.Timings(Duration.ZERO, Duration.ZERO),
        new Completion.Guesses(0, 0, 0, 0));
  }
}
