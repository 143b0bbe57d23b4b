package sirocco.train.ranks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Processes of this machine that train one model together, from the side of the one that started
/// them. They live and die together: when one is lost, the others are ended at once, and when this
/// process goes, so do they.
///
/// Each is the same command with `--rank K --job FOLDER` behind it, see [GlooRanks#join].
public final class Job implements AutoCloseable {
  /// A process that breaks off takes its neighbours with it, and they may be seen to end first.
  private static final long SECONDS_TO_SEE_THE_CAUSE = 2;

  /// A stop waits for a step and a checkpoint.
  private static final long SECONDS_TO_STOP = 120;

  /// Exit statuses after a stop that was asked for, by SIGHUP, SIGINT (or another process) or
  /// SIGTERM.
  private static final List<Integer> STOPPED = List.of(129, 130, 143);

  private static final int STOP = 130;
  private static final int SIGNAL = 128;

  private final JobFolder folder;
  private final List<Process> processes = new ArrayList<>();
  private final List<Thread> relays = new ArrayList<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final Thread hook = new Thread(this::stop, "stop the job");

  private record Ended(int rank, int status) {
    boolean failed() {
      return status != 0 && !STOPPED.contains(status);
    }

    boolean killed() {
      return failed() && status > SIGNAL;
    }
  }

  private Job(int size) {
    folder = JobFolder.create(size);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Runs a command as `size` processes to their end. What the first says is passed on; of the
  /// others, their errors.
  ///
  /// @return 0, or 130 if the job was stopped and can go on
  /// @throws RanksException if one ended in another way, with its name
  public static int run(List<String> command, int size, PrintStream out, PrintStream err) {
    try (Job job = new Job(size)) {
      for (int rank = 0; rank < size; rank++) {
        job.start(command, rank, out, err);
      }
      return job.await();
    }
  }

  /// Watches over the process that started this one. For those that a job starts.
  ///
  /// @param job the folder that it named
  /// @param gone what to do when it is gone, on a thread of its own: to end this process at once
  public static void endWithParent(Path job, Runnable gone) {
    JobFolder folder = JobFolder.open(job);
    Thread.ofPlatform()
        .daemon()
        .name("end with parent")
        .start(() -> {
          try {
            while (System.in.read() >= 0) {}
          } catch (IOException e) {
            // as good as its end
          }
          folder.delete();
          gone.run();
        });
  }

  private void start(List<String> command, int rank, PrintStream out, PrintStream err) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--rank", Integer.toString(rank), "--job", folder.path().toString()));
    Process process;
    try {
      process =
          new ProcessBuilder(all)
              .redirectOutput(rank == 0 ? Redirect.PIPE : Redirect.DISCARD)
              .redirectError(rank == 0 ? Redirect.INHERIT : Redirect.PIPE)
              .start();
    } catch (IOException e) {
      throw new RanksException("rank " + rank + " could not be started: " + e.getMessage(), e);
    }
    processes.add(process);
    if (rank == 0) {
      relay(process.getInputStream(), "", out);
    } else {
      relay(process.getErrorStream(), "rank " + rank + ": ", err);
    }
    var _ = process.onExit().thenAccept(over -> ended.add(new Ended(rank, over.exitValue())));
  }

  /// Passes lines on. Gloo tells of its connections in the middle of what the program says.
  private void relay(InputStream from, String name, PrintStream to) {
    relays.add(
        Thread.ofPlatform()
            .daemon()
            .name("relay")
            .start(() -> {
              try (var lines =
                  new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines
                    .lines()
                    .filter(l -> !l.startsWith("[Gloo] "))
                    .forEach(l -> to.println(name + l));
              } catch (IOException | UncheckedIOException e) {
                return; // its process is gone
              }
            }));
  }

  private int await() {
    int status = 0;
    for (int left = processes.size(); left > 0; left--) {
      Ended next = next(Long.MAX_VALUE);
      if (next.failed()) {
        throw new RanksException(
            cause(next, left - 1)
                + "; the job was ended at step "
                + folder.step()
                + "; the same command goes on from the last checkpoint");
      }
      status = next.status() == 0 ? status : STOP;
    }
    return status;
  }

  /// What to tell of: a process that was killed, one that the others waited for in vain, or the
  /// first to end.
  private String cause(Ended first, int left) {
    Ended cause = first;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_SEE_THE_CAUSE);
    for (int i = 0; i < left && !cause.killed(); i++) {
      Ended other = next(until - System.nanoTime());
      cause = other.killed() ? other : cause;
    }
    if (cause.killed()) {
      return "rank " + cause.rank() + " was killed by signal " + (cause.status() - SIGNAL);
    }
    List<Integer> silent =
        folder.behind().stream().filter(rank -> processes.get(rank).isAlive()).toList();
    return silent.isEmpty()
        ? "rank " + cause.rank() + " ended with status " + cause.status()
        : silent.stream().map(r -> "rank " + r).collect(Collectors.joining(" and "))
            + " did not answer the others";
  }

  /// The next to end; one without status if none does in time.
  private Ended next(long nanoseconds) {
    try {
      Ended next = ended.poll(nanoseconds, TimeUnit.NANOSECONDS);
      return next == null ? new Ended(0, 0) : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RanksException("interrupted while the processes ran", e);
    }
  }

  /// Ctrl-C and a kill of this process reach the others as a wish to stop.
  private void stop() {
    // Not Process.destroy, which closes the pipe whose end means that this process is gone.
    processes.forEach(process -> process.toHandle().destroy());
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_STOP);
    try {
      for (Process process : processes) {
        process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  private void end() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    folder.delete();
  }

  @Override
  public void close() {
    end();
    for (Thread relay : relays) {
      try {
        relay.join(TimeUnit.SECONDS.toMillis(SECONDS_TO_SEE_THE_CAUSE));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // this process ends, and the hook has the same work
    }
  }
}
