package sirocco.lab.eval;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Asks items, as many at once as was said, and keeps what comes of them. Replies are judged by as
/// many threads as there are cores: a judge may run a program for seconds, while the subject is to
/// go on. For one thread.
final class Asking {
  private final Subject subject;
  private final Settings settings;
  private final SampleFile kept;
  private final Progress progress;
  private final BlockingQueue<Finished> finished = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Reply>> open = new HashMap<>();
  private int failures;
  private @Nullable EvaluationException first;

  /// What came of an item: a sample or the reason that there is none.
  private sealed interface Finished {
    Item item();
  }

  private record Judged(Item item, Sample sample) implements Finished {}

  private record Failed(Item item, Throwable cause) implements Finished {}

  Asking(Subject subject, Settings settings, SampleFile kept, Progress progress) {
    this.subject = subject;
    this.settings = settings;
    this.kept = kept;
    this.progress = progress;
  }

  /// Tells the question of an item from others, and what is right from what was thought right once:
  /// verdicts are kept, so a corrected reference has to be judged by anew.
  static String digest(Item item) {
    return Digest.of(item.question(), item.right()).hex();
  }

  /// Asks all and waits for them.
  void ask(List<Item> items) throws InterruptedException {
    Iterator<Item> next = items.iterator();
    try (ExecutorService judges =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      try {
        while (next.hasNext() || !open.isEmpty()) {
          while (next.hasNext() && open.size() < settings.inFlight()) {
            start(next.next(), judges);
          }
          keep(finished.take());
        }
      } finally {
        open.values().forEach(reply -> reply.cancel(true));
        judges.shutdownNow();
      }
    }
  }

  private void start(Item item, ExecutorService judges) {
    Instant asked = Instant.now();
    CompletableFuture<Reply> reply;
    try {
      reply = subject.ask(item.question(), Digest.of(settings.seed(), item.id()).bytes());
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    open.put(item.id(), reply);
    var _ =
        reply
            .<Finished>thenApplyAsync(found -> judge(item, found, asked), judges)
            .exceptionally(why -> new Failed(item, why))
            .thenAccept(finished::add);
  }

  private static Finished judge(Item item, Reply reply, Instant asked) {
    Map<String, Double> measures = item.judge().apply(reply);
    Instant now = Instant.now();
    double seconds = Duration.between(asked, now).toMillis() / 1000.0;
    return new Judged(
        item,
        new Sample(
            item.id(),
            digest(item),
            reply,
            measures,
            now.truncatedTo(ChronoUnit.SECONDS),
            seconds));
  }

  private void keep(Finished done) {
    open.remove(done.item().id());
    switch (done) {
      case Judged judged -> kept.append(judged.sample());
      case Failed failed -> count(failed);
    }
    progress.advances();
  }

  private void count(Failed failed) {
    Throwable cause = failed.cause();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    failures++;
    if (first == null) {
      String why = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
      first = new EvaluationException(failed.item().id() + ": " + why, cause);
    }
  }

  int failures() {
    return failures;
  }

  /// The first failure, named by its item.
  Optional<EvaluationException> failure() {
    return Optional.ofNullable(first);
  }
}
