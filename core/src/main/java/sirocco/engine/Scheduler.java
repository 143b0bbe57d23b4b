package sirocco.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import sirocco.model.CachePages;
import sirocco.tensor.Kernels.Phase;

/// Many generations at once on one engine (continuous batching; Orca, Yu et al. 2022): one thread
/// runs pass after pass, each a piece of the prompts that are being read, then a token for all that
/// make tokens. Requests join and leave between passes.
///
/// What a request comes to does not depend on what else is under way: its tokens are those that it
/// would have alone, to the bit ([sirocco.tensor.Kernels.Phase]).
///
/// Keys and values lie in pages that prompts with the same beginning share. A request begins when
/// all the pages that it may ever need can be had, so nothing under way is ever put back; until
/// then it waits, behind those of higher priority and those that came before.
public final class Scheduler implements AutoCloseable {
  private static final int LEAST_BUDGET = 16; // prompt tokens of a pass, however slow the model

  private final Engine engine;
  private final SchedulerOptions options;
  private final SessionPages pages;
  private final ExpertLoad.Counter load = new ExpertLoad.Counter();
  private final PromptPace pace = new PromptPace();
  private final SchedulerCounts counts = new SchedulerCounts();

  // Shared with those who ask, under the lock.
  private final Object lock = new Object();
  private final PriorityQueue<ScheduledTask> waiting =
      new PriorityQueue<>(
          Comparator.comparingInt(ScheduledTask::priority)
              .reversed()
              .thenComparingLong(ScheduledTask::number));
  private final Deque<EmbeddingTask> embeddings = new ArrayDeque<>();
  private List<ScheduledTask> running = List.of();
  private SchedulerStatus.Pages pageStatus = new SchedulerStatus.Pages(0, 0, 0);
  private Optional<String> failure = Optional.empty();
  private boolean accepting = true;
  private boolean telling; // some that have ended do not know it yet
  private boolean closed;
  private long submitted;
  private Optional<Thread> thread = Optional.empty();

  private Scheduler(Engine engine, SchedulerOptions options) {
    this.engine = engine;
    this.options = options;
    this.pages = new SessionPages(engine, options.cacheBytes());
  }

  /// Begins to take requests.
  ///
  /// @param engine stays the caller's, and open until this is closed
  /// @throws sirocco.model.ModelException if the cache's memory is too little for anything
  public static Scheduler start(Engine engine, SchedulerOptions options) {
    var scheduler = new Scheduler(engine, options);
    synchronized (scheduler.lock) {
      scheduler.thread = Optional.of(scheduler.begin());
    }
    return scheduler;
  }

  /// The most tokens of a session: the engine's, or what the cache has memory for.
  public int context() {
    return pages.context();
  }

  /// Takes a request. Whoever it tells of tokens and routings is told on the scheduler's thread,
  /// and must be quick.
  ///
  /// @throws QueueFullException if too many wait
  /// @throws EngineException if the prompt does not fit or holds ids that the model has not
  /// @throws SchedulerStoppedException if none are taken any more
  public Ticket submit(Request request, Terms terms) {
    return submit(request, terms, Optional.empty());
  }

  /// Takes the next turn of a conversation, whose prompt begins with the turns before it.
  ///
  /// @throws RuntimeException as the other one
  public Ticket submit(Request request, Terms terms, Conversation conversation) {
    return submit(request, terms, Optional.of(conversation));
  }

  private Ticket submit(Request request, Terms terms, Optional<Conversation> conversation) {
    engine.check(request, context());
    synchronized (lock) {
      checkAccepting();
      var task = new ScheduledTask(request, conversation, terms, submitted++, engine.name());
      waiting.add(task);
      lock.notifyAll();
      return new Ticket(task::cancel, task.completion());
    }
  }

  /// A conversation that is about to begin.
  public Conversation newConversation() {
    return new Conversation(pages::forgetLater);
  }

  /// What a text is as one vector: the states of its tokens behind the last norm, pooled, of length
  /// 1.
  ///
  /// @param ids at most as many as a session may have
  /// @throws QueueFullException if too many wait
  /// @throws EngineException if there are none, too many, or ones that the model has not
  /// @throws SchedulerStoppedException if none are taken any more
  public CompletableFuture<float[]> embed(int[] ids, Pooling pooling) {
    engine.check(Request.of(ids, SamplingSettings.greedy()), context());
    synchronized (lock) {
      checkAccepting();
      var task = new EmbeddingTask(engine, ids, pooling);
      embeddings.add(task);
      lock.notifyAll();
      return task.result();
    }
  }

  private void checkAccepting() {
    if (!accepting) {
      throw new SchedulerStoppedException("no more requests are taken: the scheduler is stopping");
    }
    int queued = waiting.size() + embeddings.size();
    if (queued >= options.maxQueued() + options.maxConcurrent() - running.size()) {
      throw new QueueFullException(queued, counts.timeFor(queued, options.maxConcurrent()));
    }
  }

  /// What it is doing.
  public SchedulerStatus status() {
    synchronized (lock) {
      return new SchedulerStatus(
          running.size(),
          waiting.size() + embeddings.size(),
          pageStatus,
          counts.counts(),
          failure,
          accepting);
    }
  }

  /// How tokens were spread over the experts since the start.
  public ExpertLoad load() {
    return load.load();
  }

  /// Takes no more requests, waits until those that were taken are done, and cancels what is left
  /// when the time is over.
  ///
  /// @throws InterruptedException if the thread is interrupted; nothing is cancelled then
  public void drain(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    synchronized (lock) {
      accepting = false;
      while (!isIdle() || telling) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          waiting.forEach(ScheduledTask::cancel);
          running.forEach(ScheduledTask::cancel);
          return;
        }
        lock.wait(left);
      }
    }
  }

  /// Ends at the next pass; what is not done ends with a [SchedulerStoppedException].
  @Override
  public void close() {
    Thread last;
    synchronized (lock) {
      accepting = false;
      closed = true;
      lock.notifyAll();
      last = thread.orElseThrow();
    }
    boolean interrupted = false;
    while (last.isAlive()) {
      try {
        last.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    pages.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty() && embeddings.isEmpty();
  }

  private Thread begin() {
    return Thread.ofPlatform().name("sirocco-scheduler").daemon().start(this::run);
  }

  /// Passes until it is closed. If something breaks that no request is to blame for, all that were
  /// under way are told, and a new thread goes on with those that wait.
  private void run() {
    try {
      while (awaitWork()) {
        pass();
      }
      abandon(new SchedulerStoppedException("the scheduler was closed before the answer was done"));
    } catch (Throwable e) {
      String message = "the engine broke off: " + e;
      var what = new SchedulerStoppedException(message);
      synchronized (lock) {
        failure = Optional.of(message);
      }
      abandonRunning(what);
      boolean goesOn;
      synchronized (lock) {
        goesOn = !closed;
        if (goesOn) {
          thread = Optional.of(begin());
        }
      }
      if (!goesOn) {
        abandon(what);
      }
    }
  }

  /// False once it is closed.
  private boolean awaitWork() throws InterruptedException {
    synchronized (lock) {
      while (!closed && isIdle()) {
        lock.wait();
      }
      return !closed;
    }
  }

  private void pass() {
    admit();
    long now = System.nanoTime();
    running.forEach(task -> task.ending(now).ifPresent(task.generation()::end));
    endDone();
    read();
    step();
    embed();
    endDone();
    tellStatus(running, false);
  }

  /// One token each for those that make tokens.
  private void step() {
    List<Generation> making = generations(Phase.STEP);
    if (!making.isEmpty()) {
      pages.makeRoom(2 * making.size());
      engine.pass(Phase.STEP, making, Integer.MAX_VALUE).ifPresent(this::look);
    }
  }

  /// A piece of the prompts, as long as it may take while others wait for their next token.
  private void read() {
    List<Generation> reading = generations(Phase.PROMPT);
    if (reading.isEmpty()) {
      return;
    }
    int most = engine.options().chunk();
    int budget =
        generations(Phase.STEP).isEmpty()
            ? most
            : Math.clamp(pace.tokens(options.longestPrompt()), Math.min(LEAST_BUDGET, most), most);
    pages.makeRoom(reading.size() + CachePages.count(budget));
    long start = System.nanoTime();
    Optional<Engine.Pass> pass = engine.pass(Phase.PROMPT, reading, budget);
    pass.ifPresent(this::look);
    pass.ifPresent(done -> pace.add(done.rows(), System.nanoTime() - start));
    pages.keepPrompts(running);
  }

  private void embed() {
    Optional<EmbeddingTask> first;
    synchronized (lock) {
      first = Optional.ofNullable(embeddings.poll());
    }
    first.ifPresent(task -> {
      if (!task.read()) {
        synchronized (lock) {
          embeddings.addFirst(task);
        }
      }
    });
  }

  private void look(Engine.Pass pass) {
    load.add(pass.output().routings());
    counts.pass();
    synchronized (lock) {
      failure = Optional.empty();
    }
  }

  private List<Generation> generations(Phase phase) {
    return running.stream()
        .map(ScheduledTask::generation)
        .filter(g -> !g.isDone() && g.phase() == phase)
        .toList();
  }

  /// Begins what can begin, and ends what need not.
  private void admit() {
    List<ScheduledTask> begun = new ArrayList<>(running);
    long now = System.nanoTime();
    List<ScheduledTask> ended;
    synchronized (lock) {
      ended = waiting.stream().filter(task -> task.ending(now).isPresent()).toList();
      waiting.removeAll(ended);
      telling = !ended.isEmpty();
      while (begun.size() < options.maxConcurrent() && !waiting.isEmpty()) {
        ScheduledTask next = waiting.peek();
        if (!pages.tryToBegin(next, begun)) {
          break;
        }
        waiting.remove();
        begun.add(next);
      }
      running = List.copyOf(begun);
    }
    ended.forEach(task -> counts.add(task.end(task.ending(now).orElseThrow())));
    tell(ended);
  }

  private void endDone() {
    List<ScheduledTask> done = running.stream().filter(ScheduledTask::isDone).toList();
    if (done.isEmpty()) {
      return;
    }
    pages.keepTurns(done);
    done.forEach(task -> counts.add(task.end(FinishReason.CANCELLED)));
    List<ScheduledTask> left = new ArrayList<>(running);
    left.removeAll(done);
    tellStatus(left, true);
    tell(done);
  }

  /// Tells those that ended, after all that can be asked about them is true.
  private void tell(List<ScheduledTask> ended) {
    ended.forEach(ScheduledTask::tell);
    synchronized (lock) {
      telling = false;
      lock.notifyAll();
    }
  }

  private void tellStatus(List<ScheduledTask> left, boolean ended) {
    synchronized (lock) {
      running = List.copyOf(left);
      telling = ended;
      pageStatus = pages.status();
      lock.notifyAll();
    }
  }

  private void abandonRunning(RuntimeException why) {
    List<ScheduledTask> left = running;
    for (ScheduledTask task : left) {
      task.end(why);
      counts.add(Optional.empty());
    }
    tellStatus(List.of(), true);
    tell(left);
  }

  private void abandon(RuntimeException why) {
    abandonRunning(why);
    List<ScheduledTask> left;
    List<EmbeddingTask> texts;
    synchronized (lock) {
      left = List.copyOf(waiting);
      texts = List.copyOf(embeddings);
      waiting.clear();
      embeddings.clear();
    }
    left.forEach(task -> task.end(why));
    left.forEach(ScheduledTask::tell);
    texts.forEach(task -> task.fail(why));
  }
}
