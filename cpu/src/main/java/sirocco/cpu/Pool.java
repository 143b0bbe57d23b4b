package sirocco.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed number of platform threads that share out the parts of one job at a time, the caller
/// among them. Each has a span of neighbouring parts, which it takes from the front; who is through
/// takes from the back of the longest span left, so that a thread whose core is busy elsewhere
/// computes fewer, and nobody waits for a thread that has taken none. Neighbours, because what
/// parts read lies one behind the other: a core reads one long stretch of memory half as fast again
/// as every other piece of it (docs/performance.md). Who has nothing to do spins for a fifth of a
/// millisecond, as the next job of a pass follows at once, and then sleeps.
///
/// What a part computes must not depend on who computes it; then neither does the result.
final class Pool implements AutoCloseable {
  /// How long a thread looks for the next job before it sleeps.
  private static final long SPIN_NANOS = 200_000;

  /// Looks between two of the clock.
  private static final int LOOKS = 64;

  private final List<Thread> workers = new ArrayList<>();
  private final List<Mailbox> mailboxes = new ArrayList<>();

  /// One of a job's parts.
  @FunctionalInterface
  interface Task {
    /// Computes it.
    ///
    /// @param index which part
    /// @param thread which of the pool's threads runs it: 0 is the caller
    void part(int index, int thread);
  }

  /// Some of a job's parts, neighbours.
  @FunctionalInterface
  interface Run {
    /// Computes parts `from` to `to - 1`.
    void parts(int from, int to, int thread);
  }

  /// A job under way.
  private static final class Job {
    /// Numbers from one thread's span to the next: no two in one cache line.
    private static final int APART = 16;

    /// Nothing left: no span is empty.
    private static final long NONE = 0;

    private final Run run;
    private final int parts;

    /// A thread takes one part of so many that are left to it, and at least one.
    private final int share;

    /// Of each thread the parts that nobody has taken: the first in the upper half, behind the last
    /// in the lower.
    private final AtomicLongArray spans;

    private final int threads;
    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Job(Run run, int parts, int share, int threads) {
      this.run = run;
      this.parts = parts;
      this.share = share;
      this.threads = threads;
      spans = new AtomicLongArray((threads + 1) * APART);
      for (int i = 0; i < threads; i++) {
        long from = (long) parts * i / threads;
        long to = (long) parts * (i + 1) / threads;
        spans.set((i + 1) * APART, span(from, to));
      }
    }

    private static long span(long from, long to) {
      return from << Integer.SIZE | to;
    }

    private static int from(long span) {
      return (int) (span >>> Integer.SIZE);
    }

    private static int to(long span) {
      return (int) span;
    }

    /// Takes parts until none is left.
    void work(int thread) {
      for (long span = next(thread); span != NONE; span = next(thread)) {
        try {
          if (failure == null) {
            run.parts(from(span), to(span), thread);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          done.getAndAdd(to(span) - from(span));
        }
      }
    }

    private long next(int thread) {
      int at = (thread + 1) * APART;
      while (true) {
        long span = spans.get(at);
        int from = from(span);
        int left = to(span) - from;
        if (left <= 0) {
          return others();
        }
        int end = from + Math.max(1, left / share);
        if (spans.compareAndSet(at, span, span(end, to(span)))) {
          return span(from, end);
        }
      }
    }

    /// The last part of the longest span.
    private long others() {
      while (true) {
        int longest = 0;
        long most = 0;
        for (int at = APART; at <= threads * APART; at += APART) {
          long span = spans.get(at);
          if (to(span) - from(span) > to(most) - from(most)) {
            longest = at;
            most = span;
          }
        }
        if (longest == 0) {
          return NONE;
        }
        if (spans.compareAndSet(longest, most, span(from(most), to(most) - 1L))) {
          return span(to(most) - 1L, to(most));
        }
      }
    }
  }

  /// Where a worker finds its next job.
  private static final class Mailbox {
    private final AtomicReference<@Nullable Job> job = new AtomicReference<>();
    private volatile boolean asleep;
    private volatile boolean closed;
  }

  /// @param threads the caller's among them
  Pool(int threads) {
    for (int i = 1; i < threads; i++) {
      Mailbox mailbox = new Mailbox();
      int thread = i;
      mailboxes.add(mailbox);
      workers.add(
          Thread.ofPlatform()
              .daemon()
              .name("sirocco-cpu-" + i)
              .start(() -> serve(mailbox, thread)));
    }
  }

  int threads() {
    return workers.size() + 1;
  }

  /// Runs parts 0 to `parts - 1` and returns when all are done. One caller at a time.
  ///
  /// @throws RuntimeException or Error that a part threw; some parts may then not have run
  void run(int parts, Task task) {
    run(
        parts,
        Integer.MAX_VALUE,
        (from, to, thread) -> {
          for (int i = from; i < to; i++) {
            task.part(i, thread);
          }
        });
  }

  /// The same, neighbours together where that costs less.
  ///
  /// @param share a thread takes one of so many parts that are left to it at once, and at least one
  synchronized void run(int parts, int share, Run run) {
    if (parts <= 1 || workers.isEmpty()) {
      if (parts > 0) {
        run.parts(0, parts, 0);
      }
      return;
    }
    int helpers = Math.min(parts - 1, workers.size());
    Job job = new Job(run, parts, share, helpers + 1);
    for (int i = 0; i < helpers; i++) {
      Mailbox mailbox = mailboxes.get(i);
      mailbox.job.set(job);
      if (mailbox.asleep) {
        LockSupport.unpark(workers.get(i));
      }
    }
    job.work(0);
    awaitEnd(job);
    Throwable failure = job.failure;
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /// The last parts are under way elsewhere: spins, and gives up the core where that takes long, as
  /// the one who computes them may be waiting for it.
  @SuppressWarnings("ThreadPriorityCheck") // a hint: without a scheduler that heeds it all goes on
  private static void awaitEnd(Job job) {
    int looks = 0;
    long start = 0;
    while (job.done.get() < job.parts) {
      Thread.onSpinWait();
      if (++looks % LOOKS == 0) {
        long now = System.nanoTime();
        start = start == 0 ? now : start;
        if (now - start > SPIN_NANOS) {
          Thread.yield();
        }
      }
    }
  }

  private static void serve(Mailbox mailbox, int thread) {
    while (!mailbox.closed) {
      Job job = await(mailbox);
      if (job != null) {
        job.work(thread);
      }
    }
  }

  private static @Nullable Job await(Mailbox mailbox) {
    long start = System.nanoTime();
    for (int looks = 1; ; looks++) {
      if (mailbox.job.get() != null || mailbox.closed) {
        return mailbox.job.getAndSet(null);
      }
      Thread.onSpinWait();
      if (looks % LOOKS == 0 && System.nanoTime() - start > SPIN_NANOS) {
        break;
      }
    }
    mailbox.asleep = true;
    // Looks again after saying so: whoever posts a job looks at `asleep` after posting.
    while (mailbox.job.get() == null && !mailbox.closed) {
      LockSupport.park(mailbox);
    }
    mailbox.asleep = false;
    return mailbox.job.getAndSet(null);
  }

  /// Ends the threads, once the job under way is done.
  @Override
  public synchronized void close() {
    for (int i = 0; i < workers.size(); i++) {
      mailboxes.get(i).closed = true;
      LockSupport.unpark(workers.get(i));
    }
    for (Thread worker : workers) {
      boolean interrupted = false;
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    workers.clear();
    mailboxes.clear();
  }
}
