package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PoolTest {
  @Test
  void everyPartRunsOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Pool pool = new Pool(threads)) {
        assertThat(pool.threads()).isEqualTo(threads);
        for (int parts : new int[] {0, 1, 2, 3, 7, 100}) {
          AtomicIntegerArray runs = new AtomicIntegerArray(parts);
          int most = threads;
          pool.run(
              parts,
              (part, thread) -> {
                assertThat(thread).isBetween(0, most - 1);
                runs.getAndIncrement(part);
              });
          for (int part = 0; part < parts; part++) {
            assertThat(runs.get(part)).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void neighboursAreTakenTogether() {
    try (Pool pool = new Pool(2)) {
      for (int parts : new int[] {0, 1, 2, 9, 1000}) {
        AtomicIntegerArray runs = new AtomicIntegerArray(parts);
        AtomicInteger calls = new AtomicInteger();
        pool.run(
            parts,
            3,
            (from, to, _) -> {
              calls.getAndIncrement();
              for (int part = from; part < to; part++) {
                runs.getAndIncrement(part);
              }
            });
        for (int part = 0; part < parts; part++) {
          assertThat(runs.get(part)).isEqualTo(1);
        }
        assertThat(calls.get()).isLessThanOrEqualTo(parts);
      }
    }
  }

  /// A thread that is held up keeps only what it has taken.
  @Test
  void whoIsThroughTakesFromTheOthers() {
    try (Pool pool = new Pool(2)) {
      AtomicIntegerArray taken = new AtomicIntegerArray(2);
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch rest = new CountDownLatch(99);
      pool.run(
          100,
          (_, thread) -> {
            taken.getAndIncrement(thread);
            if (thread == 0) {
              held.countDown();
              awaitQuietly(rest);
            } else {
              awaitQuietly(held); // or this thread could be through before the other begins
              rest.countDown();
            }
          });
      assertThat(taken.get(0)).isEqualTo(1);
      assertThat(taken.get(1)).isEqualTo(99);
    }
  }

  @Test
  void noTwoPartsHaveOneThreadAtATime() {
    try (Pool pool = new Pool(3)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(3);
      for (int job = 0; job < 200; job++) {
        pool.run(
            50,
            (_, thread) -> {
              assertThat(busy.getAndIncrement(thread)).isZero();
              busy.getAndDecrement(thread);
            });
      }
    }
  }

  @Test
  void partsAreTakenByAllThreads() throws InterruptedException {
    try (Pool pool = new Pool(3)) {
      // each part waits until every thread has one
      CountDownLatch all = new CountDownLatch(3);
      AtomicIntegerArray parts = new AtomicIntegerArray(3);
      pool.run(
          3,
          (_, thread) -> {
            parts.getAndIncrement(thread);
            all.countDown();
            awaitQuietly(all);
          });
      for (int thread = 0; thread < 3; thread++) {
        assertThat(parts.get(thread)).isEqualTo(1);
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatAPartThrowsComesOut() {
    try (Pool pool = new Pool(2)) {
      for (int failing : new int[] {0, 5, 99}) {
        AtomicBoolean other = new AtomicBoolean();
        assertThatThrownBy(() ->
                pool.run(
                    100,
                    (part, _) -> {
                      if (part == failing) {
                        throw new IllegalArgumentException("part " + part);
                      }
                      other.set(true);
                    }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("part " + failing);
      }
      assertThatThrownBy(() ->
              pool.run(
                  3,
                  (_, _) -> {
                    throw new AssertionError("an error");
                  }))
          .isInstanceOf(AssertionError.class)
          .hasMessage("an error");
      AtomicInteger after = new AtomicInteger();
      pool.run(10, (_, _) -> after.getAndIncrement());
      assertThat(after.get()).isEqualTo(10);
    }
  }

  @Test
  void manyTinyJobs() {
    try (Pool pool = new Pool(3)) {
      AtomicLong sum = new AtomicLong();
      for (int job = 0; job < 20_000; job++) {
        pool.run(3, (part, _) -> sum.getAndAdd(part));
      }
      assertThat(sum.get()).isEqualTo(60_000);
    }
  }

  @Test
  void jobsAfterThePoolHasSlept() throws InterruptedException {
    try (Pool pool = new Pool(2)) {
      for (int i = 0; i < 20; i++) {
        Thread.sleep(2);
        AtomicInteger runs = new AtomicInteger();
        pool.run(4, (_, _) -> runs.getAndIncrement());
        assertThat(runs.get()).isEqualTo(4);
      }
    }
  }

  @Test
  void severalCallersTakeTurns() throws InterruptedException {
    try (Pool pool = new Pool(2)) {
      AtomicInteger runs = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        callers.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int job = 0; job < 500; job++) {
                    pool.run(5, (_, _) -> runs.getAndIncrement());
                  }
                }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(runs.get()).isEqualTo(7500);
    }
  }

  @Test
  void closeEndsTheThreads() {
    Pool pool = new Pool(3);
    AtomicIntegerArray seen = new AtomicIntegerArray(3);
    List<Thread> threads = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(3);
    pool.run(
        3,
        (_, thread) -> {
          synchronized (threads) {
            threads.add(Thread.currentThread());
          }
          seen.set(thread, 1);
          all.countDown();
          awaitQuietly(all);
        });
    pool.close();
    pool.close(); // again does nothing
    for (Thread thread : threads) {
      assertThat(thread.isAlive()).isEqualTo(thread.equals(Thread.currentThread()));
    }
  }

  /// As many busy threads as there are cores take half of the machine. A pool whose parts were
  /// handed out beforehand, or whose barriers spun, would lose whole time slices at every job.
  @Test
  void aBusyNeighbourCostsItsShare() throws InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    try (Pool pool = new Pool(cores)) {
      stream(pool); // compiled by now
      double best = Double.MAX_VALUE;
      for (int attempt = 0; attempt < 5 && best > 4; attempt++) {
        long alone = Math.min(stream(pool), stream(pool));
        AtomicBoolean stop = new AtomicBoolean();
        Thread neighbour =
            Thread.ofPlatform()
                .daemon()
                .start(() -> {
                  while (!stop.get()) {
                    Thread.onSpinWait();
                  }
                });
        long beside = Math.min(stream(pool), stream(pool));
        stop.set(true);
        neighbour.join();
        best = Math.min(best, (double) beside / alone);
      }
      assertThat(best).as("times slower beside a busy thread").isLessThanOrEqualTo(4);
    }
  }

  /// Nanoseconds for a few hundred jobs of some 100 microseconds, as layers of a model are.
  private static long stream(Pool pool) {
    AtomicLong sink = new AtomicLong();
    long start = System.nanoTime();
    for (int job = 0; job < 300; job++) {
      pool.run(
          32,
          (part, _) -> {
            double x = part;
            for (int i = 0; i < 1000; i++) {
              x = Math.sqrt(x + i);
            }
            sink.getAndAdd((long) x);
          });
    }
    return System.nanoTime() - start;
  }
}
