package sirocco.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A fixed number of platform threads that share out the parts of one job at a time, the caller
/// among them. Parts are taken one by one from a common counter, so that a thread whose core is
/// busy elsewhere takes fewer, and nobody waits for a thread that has taken none. Who has nothing
/// to do spins for a fifth of a millisecond, as the next job of a pass follows at once, and then
/// sleeps.
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

  /// A job under way.
  private static final class Job {
    private final Task task;
    private final int parts;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Job(Task task, int parts) {
      this.task = task;
      this.parts = parts;
    }

    /// Takes parts until none is left.
    void work(int thread) {
      for (int i = next.getAndIncrement(); i < parts; i = next.getAndIncrement()) {
        try {
          if (failure == null) {
            task.part(i, thread);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          done.getAndIncrement();
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
  synchronized void run(int parts, Task task) {
    if (parts == 1 || workers.isEmpty()) {
      for (int i = 0; i < parts; i++) {
        task.part(i, 0);
      }
      return;
    }
    Job job = new Job(task, parts);
    int helpers = Math.min(parts - 1, workers.size());
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
