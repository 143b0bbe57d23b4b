package sirocco.train.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.train.torch.Torch;

/// Two ranks as two threads.
@Timeout(60)
final class GlooRanksTest {
  private final JobFolder folder = JobFolder.create(2);

  private interface Work<R> {
    R of(GlooRanks ranks);
  }

  @BeforeAll
  static void start() {
    Torch.start(1, 1);
  }

  @AfterEach
  void delete() {
    folder.delete();
  }

  @Test
  void tensorsAndNumbersAreAddedUp() throws Exception {
    List<float[]> sums =
        both(
            10,
            ranks -> {
              try (var _ = new PointerScope()) {
                Tensor a = Torch.floats(new float[] {1, 2, 3, 4}, 2, 2);
                Tensor b = Torch.floats(new float[] {10 * ranks.rank()}, 1);
                ranks.sum(List.of(a, b));
                double[] numbers = {ranks.rank(), 0.5};
                ranks.sum(numbers);
                assertThat(numbers).containsExactly(1, 1);
                assertThat(ranks.any(ranks.rank() == 1)).isTrue();
                assertThat(ranks.any(false)).isFalse();
                return Torch.toFloats(Torch.cat(0, a.reshape(-1), b));
              }
            });
    assertThat(sums).containsOnly(new float[] {2, 4, 6, 8, 10});
  }

  @Test
  void unlikeSumsAreAnError() {
    assertThatThrownBy(() ->
            both(
                10,
                ranks -> {
                  ranks.sum(new double[3 + ranks.rank()]);
                  return true;
                }))
        .rootCause()
        .isInstanceOf(RanksException.class)
        .hasMessageContaining("rank 0 is about to sum 3 numbers of a row as its collective 1");
  }

  @Test
  void aRankThatDoesNotComeIsNamed() {
    assertThatThrownBy(() ->
            both(
                1,
                ranks -> {
                  if (ranks.rank() == 0) {
                    ranks.sum(new double[1]);
                  } else {
                    sleep(2_000);
                  }
                  return true;
                }))
        .cause()
        .isInstanceOf(RanksException.class)
        .hasMessageStartingWith("rank 0 lost rank 1 at collective 1, after at most 1 s: Timed out");
  }

  private <R> List<R> both(int seconds, Work<R> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<R> first = threads.submit(joined(0, seconds, work));
      Future<R> second = threads.submit(joined(1, seconds, work));
      return List.of(first.get(), second.get());
    }
  }

  private <R> Callable<R> joined(int rank, int seconds, Work<R> work) {
    return () -> {
      // A rank has its own mapping, as a process does.
      try (var ranks = GlooRanks.join(folder.path(), rank, Duration.ofSeconds(seconds))) {
        return work.of(ranks);
      }
    };
  }

  private static void sleep(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
