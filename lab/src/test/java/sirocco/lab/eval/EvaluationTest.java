package sirocco.lab.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final Settings ALL = new Settings(0, OptionalInt.empty(), 5, 4, 200);
  private static final Executor POOL = ForkJoinPool.commonPool();

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("runs").resolve("sums.jsonl");
  }

  private Result run(Task task, Subject subject, Settings settings) throws InterruptedException {
    return new Evaluation(task, subject, data(), settings).run(file(), Progress.none());
  }

  private DataFolder data() {
    return new DataFolder(folder, false);
  }

  @Test
  void anOracleIsAlwaysRight() throws InterruptedException {
    Task task = new Sums(40);
    Result result = run(task, ScriptedSubject.oracle(task, data()), ALL);
    assertThat(result.scores().getFirst().estimate().value()).isEqualTo(1);
    assertThat(result.scores().getFirst().estimate().low()).isEqualTo(1);
    assertThat(result.items()).isEqualTo(40);
    assertThat(result.groups())
        .extracting(Result.Group::name, Result.Group::items)
        .containsExactly(tuple("even", 20), tuple("odd", 20));
  }

  @Test
  void guessingIsRightAboutAsOftenAsChanceAndTheSeedDecidesHow()
      throws InterruptedException, IOException {
    Task task = new Sums(10);
    List<Double> shares = new ArrayList<>();
    Set<List<Verdict>> different = new HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      Settings settings = new Settings(0, OptionalInt.empty(), seed, 3, 10);
      Result result = run(task, ScriptedSubject.random(POOL), settings);
      shares.add(result.scores().getFirst().estimate().value());
      different.add(result.verdicts());
      Files.delete(file());
      Result again = run(task, ScriptedSubject.random(Runnable::run), settings);
      assertThat(again.verdicts()).isEqualTo(result.verdicts());
      Files.delete(file());
    }
    assertThat(shares.stream().mapToDouble(v -> v).average().orElse(0)).isBetween(0.05, 0.15);
    assertThat(different.size()).isGreaterThan(10);
  }

  @Test
  void nothingIsAskedTwice() throws InterruptedException {
    Task task = new Sums(30);
    Result first = run(task, ScriptedSubject.random(POOL), ALL);
    ScriptedSubject again = ScriptedSubject.random(POOL);
    Result second = run(task, again, ALL);
    assertThat(again.asked).isEmpty();
    assertThat(second.verdicts()).isEqualTo(first.verdicts());
    assertThat(second.scores()).isEqualTo(first.scores());
    ScriptedSubject other = new ScriptedSubject("other", POOL, (_, _) -> texts("8"));
    run(task, other, ALL);
    assertThat(other.asked).hasSize(30);
    ScriptedSubject otherSeed = ScriptedSubject.random(POOL);
    run(task, otherSeed, new Settings(0, OptionalInt.empty(), 6, 4, 200));
    assertThat(otherSeed.asked).hasSize(30);
  }

  private static Reply texts(String text) {
    return new Reply.Texts(List.of(text));
  }

  @Test
  void aSmallerPartLiesWithinALarger() throws InterruptedException {
    Task task = new Sums(100);
    ScriptedSubject subject = ScriptedSubject.oracle(task, data());
    Result few = run(task, subject, new Settings(0, OptionalInt.of(10), 5, 4, 20));
    assertThat(few.verdicts()).hasSize(10);
    assertThat(few.items()).isEqualTo(100);
    Result more = run(task, subject, new Settings(0, OptionalInt.of(25), 5, 4, 20));
    assertThat(more.verdicts()).hasSize(25).containsAll(few.verdicts());
    assertThat(subject.asked).hasSize(25);
    Set<String> ids = few.verdicts().stream().map(Verdict::item).collect(Collectors.toSet());
    assertThat(ids).isNotEqualTo(Set.of("sum/0", "sum/1", "sum/2", "sum/3", "sum/4", "sum/5"));
  }

  @Test
  void neverMoreQuestionsAreOpenThanWasSaid() throws InterruptedException {
    var open = new AtomicInteger();
    var most = new AtomicInteger();
    var subject =
        new ScriptedSubject(
            "slow",
            r -> Thread.ofVirtual().start(r),
            (_, _) -> {
              most.accumulateAndGet(open.incrementAndGet(), Math::max);
              sleep(5);
              open.decrementAndGet();
              return texts("8");
            });
    run(new Sums(40), subject, ALL);
    assertThat(most.get()).isBetween(2, 4);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatFailsIsNamedAfterTheEndAndRepeated() throws InterruptedException {
    Task task = new Sums(20);
    var failing = new ScriptedSubject("frail", POOL, failing(Set.of("3+7=", "5+7=")));
    assertThatThrownBy(() -> run(task, failing, ALL))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("2 of 20 samples failed")
        .hasMessageMatching("(?s).*first sum/[35]: out of words.*")
        .hasMessageContaining("sums.jsonl");
    assertThat(failing.asked).hasSize(20);
    var mended = new ScriptedSubject("frail", POOL, failing(Set.of()));
    Result result = run(task, mended, ALL);
    assertThat(mended.asked).hasSize(2);
    assertThat(result.verdicts()).hasSize(20);
  }

  private static ScriptedSubject.Script failing(Set<String> prompts) {
    return (question, _) -> {
      if (prompts.contains(((Question.Completion) question).prompt())) {
        throw new EvaluationException("out of words");
      }
      return texts("8");
    };
  }

  @Test
  void aReplyThatCannotBeJudgedIsAFailureAndAnErrorIsTheEnd() {
    var wrong = new ScriptedSubject("wrong", POOL, (_, _) -> new Reply.Likelihoods(List.of()));
    assertThatThrownBy(() -> run(new Sums(5), wrong, ALL)).hasMessageContaining("5 of 5");
    var broken =
        new ScriptedSubject(
            "broken",
            POOL,
            (_, _) -> {
              throw new StackOverflowError("deep");
            });
    assertThatThrownBy(() -> run(new Sums(5), broken, ALL)).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void anInterruptedRunGoesOnAndComesToTheSame() throws InterruptedException, IOException {
    Task task = new Sums(50);
    Result whole = run(task, ScriptedSubject.random(POOL), ALL);
    Files.delete(file());
    var reached = new CountDownLatch(1);
    var count = new AtomicInteger();
    ScriptedSubject.Script script =
        (_, seed) -> {
          if (count.incrementAndGet() > 20) {
            reached.countDown();
            sleep(60_000);
          }
          return ScriptedSubject.random(POOL).ask(noQuestion(), seed).join();
        };
    var stuck = new ScriptedSubject("random", r -> Thread.ofVirtual().start(r), script);
    var ended = new CompletableFuture<Throwable>();
    Thread runner =
        Thread.ofPlatform()
            .start(() -> {
              try {
                run(task, stuck, ALL);
                ended.complete(new AssertionError("was not interrupted"));
              } catch (Throwable e) {
                ended.complete(e);
              }
            });
    reached.await();
    runner.interrupt();
    assertThat(ended.join()).isInstanceOf(InterruptedException.class);
    int kept = Files.readAllLines(file()).size();
    assertThat(kept).isBetween(10, 20);
    ScriptedSubject rest = ScriptedSubject.random(POOL);
    Result result = run(task, rest, ALL);
    assertThat(rest.asked).hasSize(50 - kept);
    assertThat(result.verdicts()).isEqualTo(whole.verdicts());
    assertThat(result.scores()).isEqualTo(whole.scores());
    assertThat(result.groups()).isEqualTo(whole.groups());
  }

  private static Question noQuestion() {
    return new Question.Completion("", Question.Sampling.greedy(1, List.of()));
  }

  @Test
  void aFileCutAnywhereLosesOnlyItsHalfLine() throws InterruptedException, IOException {
    Task task = new Sums(12);
    Result whole = run(task, ScriptedSubject.random(POOL), ALL);
    byte[] bytes = Files.readAllBytes(file());
    for (int cut = 0; cut < bytes.length; cut += 37) {
      Files.write(file(), Arrays.copyOf(bytes, cut));
      int lines = (int) IntStream.range(0, cut).filter(i -> bytes[i] == '\n').count();
      ScriptedSubject rest = ScriptedSubject.random(POOL);
      Result result = run(task, rest, ALL);
      assertThat(rest.asked).as("cut at " + cut).hasSize(12 - lines);
      assertThat(result.scores()).isEqualTo(whole.scores());
      assertThat(Files.readAllLines(file())).hasSize(12);
    }
  }

  @Test
  void aDamagedLineAndAForeignFileAreNamed() throws InterruptedException, IOException {
    Task task = new Sums(3);
    run(task, ScriptedSubject.random(POOL), ALL);
    Files.writeString(file(), "{\"key\":7}\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> run(task, ScriptedSubject.random(POOL), ALL))
        .hasMessageContaining("sums.jsonl:4: expected a sample");
    Files.writeString(file(), "My diary");
    assertThatThrownBy(() -> run(task, ScriptedSubject.random(POOL), ALL))
        .hasMessageContaining("found another file");
    assertThat(file()).hasContent("My diary");
  }

  @Test
  void oneRunWritesAFileAtATime() {
    try (SampleFile held = SampleFile.open(file(), "a")) {
      assertThat(held.samples()).isEmpty();
      assertThatThrownBy(() -> SampleFile.open(file(), "b"))
          .hasMessageContaining("another run is writing");
    }
    SampleFile.open(file(), "b").close();
  }

  @Test
  void samplesAreReadAsTheyWereWritten() {
    var sample =
        new Sample(
            "ä/1\n",
            "q",
            new Reply.Likelihoods(
                List.of(new Reply.Likelihood(Double.NEGATIVE_INFINITY, 3, false))),
            Map.of("acc", 1.0, "nan", Double.NaN),
            Instant.EPOCH,
            0.25);
    try (SampleFile file = SampleFile.open(file(), "k")) {
      file.append(sample);
    }
    try (SampleFile file = SampleFile.open(file(), "k")) {
      assertThat(file.samples()).containsExactly(Map.entry("ä/1\n", sample));
    }
  }

  @Test
  void progressCountsWhatIsLeft() throws InterruptedException {
    Task task = new Sums(20);
    ScriptedSubject subject = ScriptedSubject.random(POOL);
    run(task, subject, new Settings(0, OptionalInt.of(8), 5, 4, 20));
    var seen = new ArrayList<Integer>();
    new Evaluation(task, subject, data(), ALL)
        .run(
            file(),
            new Progress() {
              @Override
              public void begins(int total, int done) {
                seen.addAll(List.of(total, done));
              }

              @Override
              public void advances() {
                seen.add(-1);
              }
            });
    assertThat(seen).startsWith(20, 8).hasSize(2 + 12);
  }

  @Test
  void aPairedDifferenceIsNarrowerThanItsParts() throws InterruptedException {
    Task task = new Sums(200);
    // Both know the same half; the second knows a few more.
    Result first = run(task, knowing("first", 100), ALL);
    Result second = run(task, knowing("second", 108), ALL);
    Comparison comparison =
        Comparison.of(task.statistics(), first, second, ALL.bootstrap()).orElseThrow();
    Comparison.Difference difference = comparison.differences().getFirst();
    assertThat(comparison.items()).isEqualTo(200);
    assertThat(difference.estimate().value()).isCloseTo(0.04, within(1e-12));
    assertThat(difference.estimate().low()).isPositive();
    assertThat(difference.chance()).isLessThan(0.05);
    assertThat(second.scores().getFirst().estimate().low()).isLessThan(0.5);
    Comparison same = Comparison.of(task.statistics(), first, first, ALL.bootstrap()).orElseThrow();
    assertThat(same.differences().getFirst().chance()).isEqualTo(1);
  }

  private static ScriptedSubject knowing(String name, int sums) {
    return new ScriptedSubject(
        name,
        POOL,
        (question, _) -> {
          int i = Integer.parseInt(((Question.Completion) question).prompt().replace("+7=", ""));
          return texts(i < sums ? Integer.toString(i + 7) : "?");
        });
  }
}
