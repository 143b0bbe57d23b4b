package sirocco.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import sirocco.Answer;
import sirocco.AnswerStream;
import sirocco.ChatSession;
import sirocco.Event;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.FinishReason;
import sirocco.engine.SchedulerStatus;
import sirocco.engine.SchedulerStoppedException;

/// Many threads on one model, with answers that are compared with what they are alone, that are
/// cancelled, and a model that is closed under them and loaded again.
///
/// ```
/// java -cp ... sirocco.cli.LibraryStress 300
/// ```
public final class LibraryStress {
  private static final int THREADS = 16;
  private static final int PROMPTS = 24;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final List<Prompt> prompts = new ArrayList<>();
  private final List<Answer> alone = new ArrayList<>();
  private final List<List<String>> talks = new ArrayList<>();
  private volatile LanguageModel model = load();
  private volatile String wrong = "";
  private final LongAdder answers = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private volatile boolean over;

  /// What came of it.
  ///
  /// @param answers that were compared and the same
  /// @param cancelled by whoever asked
  /// @param closed answers that a closed model broke off
  /// @param wrong the first thing that was not as it should be; empty if nothing
  /// @param memoryEarly of the process's own after a fifth of the time, in bytes; 0 if not known
  /// @param memoryLate at the end
  /// @param threadsLeft of Sirocco's when all is closed
  record Result(
      long answers,
      long cancelled,
      long closed,
      String wrong,
      long memoryEarly,
      long memoryLate,
      long threadsLeft) {}

  private LibraryStress() {
    for (int i = 0; i < PROMPTS; i++) {
      prompts.add(
          Prompt.of("What is " + (10 + i) + " + " + (7 * i % 50) + "? Then tell me a story.")
              .sampling(s -> s.temperature(0.9))
              .seed(i)
              .maxTokens(16 + 2 * i));
    }
    prompts.forEach(prompt -> alone.add(model.generate(prompt)));
    for (int i = 0; i < PROMPTS; i++) {
      talks.add(talk(model, i));
    }
  }

  private static LanguageModel load() {
    return DefaultModel.load();
  }

  private static List<String> talk(LanguageModel model, int number) {
    try (ChatSession chat = model.chat(Prompt.of(List.of()).seed(number).maxTokens(24))) {
      return List.of(
          chat.ask("My name is Ann and I have " + number + " apples.").text(),
          chat.ask("How many apples have I?").text());
    }
  }

  /// Runs so long.
  static Result run(Duration time) throws InterruptedException, IOException {
    return new LibraryStress().go(time);
  }

  private Result go(Duration time) throws InterruptedException, IOException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      long seed = i;
      threads.add(Thread.ofVirtual().start(() -> ask(new SplittableRandom(seed))));
    }
    long start = System.nanoTime();
    long early = 0;
    while (System.nanoTime() - start < time.toNanos()) {
      Thread.sleep(time.dividedBy(20));
      replace();
      if (early == 0 && System.nanoTime() - start > time.toNanos() / 5) {
        early = memory();
      }
    }
    over = true;
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofSeconds(60))) {
        say("a thread is stuck");
      }
    }
    long late = memory();
    finish();
    return new Result(
        answers.sum(), cancelled.sum(), closed.sum(), wrong, early, late, siroccoThreads());
  }

  /// Another model comes in the place of the one that is closed while it answers.
  private void replace() {
    LanguageModel next = load();
    try (LanguageModel old = model) {
      model = next;
      SchedulerStatus.Pages pages = old.scheduler().status().pages();
      if (pages.used() > pages.total()) {
        say("more pages are used than there are: " + pages);
      }
    }
  }

  private void finish() throws InterruptedException {
    try (LanguageModel last = model) {
      last.drain(Duration.ofSeconds(20));
      SchedulerStatus status = last.scheduler().status();
      if (status.running() > 0 || status.pages().used() != status.pages().kept()) {
        say("something is left: " + status);
      }
    }
  }

  private void ask(SplittableRandom random) {
    while (!over) {
      try {
        one(random, random.nextInt(PROMPTS));
      } catch (SchedulerStoppedException e) {
        closed.increment();
      } catch (RuntimeException | Error e) {
        say("unexpected: " + e);
      }
    }
  }

  private void one(SplittableRandom random, int number) {
    LanguageModel now = model;
    switch (random.nextInt(4)) {
      case 0 -> compare(alone.get(number).text(), now.generate(prompts.get(number)).text());
      case 1 -> compare(talks.get(number).toString(), talk(now, number).toString());
      case 2 -> stream(now, number, Integer.MAX_VALUE);
      case 3 -> stream(now, number, random.nextInt(12));
      default -> throw new AssertionError();
    }
  }

  /// Takes so many events, then no more.
  private void stream(LanguageModel now, int number, int events) {
    StringBuilder text = new StringBuilder();
    try (AnswerStream stream = now.stream(prompts.get(number))) {
      for (int i = 0; i < events && stream.hasNext(); i++) {
        if (stream.next() instanceof Event.Text(String piece)) {
          text.append(piece);
        }
      }
      stream.cancel();
      Answer answer = stream.answer();
      if (answer.finishReason() == FinishReason.CANCELLED) {
        cancelled.increment();
        if (!alone.get(number).text().startsWith(answer.text())) {
          say("a cancelled answer is not the beginning of the whole: " + answer.text());
        }
      } else {
        compare(alone.get(number).text(), answer.text());
      }
    }
    if (!alone.get(number).text().startsWith(text.toString())) {
      say("what was told is not the beginning of the whole: " + text);
    }
  }

  private void compare(String expected, String found) {
    answers.increment();
    if (!expected.equals(found)) {
      say("expected " + expected + ", found " + found);
    }
  }

  private synchronized void say(String what) {
    wrong = wrong.isEmpty() ? what : wrong;
  }

  /// Bytes of memory of the process's own; 0 if not known.
  private static long memory() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static long siroccoThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("sirocco"))
        .count();
  }

  /// Runs it and prints what came of it.
  ///
  /// @param arguments seconds
  public static void main(String[] arguments) throws InterruptedException, IOException {
    System.out.println(run(Duration.ofSeconds(Long.parseLong(arguments[0]))));
  }
}
