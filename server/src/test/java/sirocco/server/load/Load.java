package sirocco.server.load;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Puts an OpenAI-compatible server under load and says how it bore it: clients that stream, leave
/// early and send nonsense, each answer compared with what the same request came to alone.
///
/// ```
/// java -cp ... sirocco.server.load.Load http://127.0.0.1:8080 --clients 32 --seconds 600
/// ```
///
/// Other servers can be measured for comparison, with `--nonsense 0 --compare no`.
public final class Load {
  /// How it is done.
  ///
  /// @param server its address
  /// @param clients at once
  /// @param time that they go on
  /// @param leaving part of the requests whose client leaves early
  /// @param nonsense part of the requests that no server should take
  /// @param compares answers with those of the same requests alone
  /// @param pause milliseconds between a client's requests, on average
  /// @param process whose memory is watched; 0 for none
  /// @param words of the longest question, about
  public record Settings(
      URI server,
      int clients,
      Duration time,
      double leaving,
      double nonsense,
      boolean compares,
      double pause,
      long process,
      int words) {}

  private final Settings settings;
  private final LoadClient client;
  private final List<Question> questions;
  private final Map<Question, String> alone = new HashMap<>();
  private final LoadReport report = new LoadReport();

  public Load(Settings settings) {
    this.settings = settings;
    this.client = new LoadClient(settings.server());
    this.questions = Question.some(48, settings.words());
  }

  /// Runs it and prints what was measured.
  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < arguments.length; i += 2) {
      options.put(arguments[i], i + 1 < arguments.length ? arguments[i + 1] : "");
    }
    var settings =
        new Settings(
            URI.create(arguments[0]),
            Integer.parseInt(options.getOrDefault("--clients", "32")),
            Duration.ofSeconds(Long.parseLong(options.getOrDefault("--seconds", "60"))),
            Double.parseDouble(options.getOrDefault("--leaving", "0.1")),
            Double.parseDouble(options.getOrDefault("--nonsense", "0.05")),
            options.getOrDefault("--compare", "yes").equals("yes"),
            Double.parseDouble(options.getOrDefault("--pause", "100")),
            Long.parseLong(options.getOrDefault("--process", "0")),
            Integer.parseInt(options.getOrDefault("--words", "150")));
    LoadReport report = new Load(settings).run();
    report.print(System.out);
    System.exit(report.wrong() == 0 ? 0 : 1);
  }

  /// Asks alone first, then all together.
  public LoadReport run() throws InterruptedException, IOException {
    for (int round = 0; settings.compares() && round < 2; round++) { // the first warms up
      long start = System.nanoTime();
      int tokens = 0;
      for (Question question : questions) {
        LoadClient.Answer answer = client.ask(question, Integer.MAX_VALUE);
        alone.put(question, answer.text());
        tokens += answer.tokens();
      }
      report.alone(tokens, System.nanoTime() - start);
    }
    together();
    return report;
  }

  private void together() throws InterruptedException {
    var over = new AtomicBoolean();
    var done = new CountDownLatch(settings.clients());
    long start = System.nanoTime();
    for (int i = 0; i < settings.clients(); i++) {
      var random = new SplittableRandom(i);
      Thread.ofVirtual()
          .start(() -> {
            while (!over.get()) {
              one(random);
            }
            done.countDown();
          });
    }
    long end = start + settings.time().toNanos();
    List<Long> memory = new ArrayList<>();
    while (System.nanoTime() < end) {
      Thread.sleep(Math.min(5000, settings.time().toMillis() / 10));
      residentBytes().ifPresent(memory::add);
    }
    over.set(true);
    done.await();
    report.together(System.nanoTime() - start, memory);
  }

  private void one(SplittableRandom random) {
    try {
      Thread.sleep((long) (-settings.pause() * Math.log(1 - random.nextDouble())));
      Question question = questions.get(random.nextInt(questions.size()));
      double kind = random.nextDouble();
      if (kind < settings.nonsense()) {
        report.nonsense(client.nonsense(random.nextInt(LoadClient.NONSENSE)));
      } else if (kind < settings.nonsense() + settings.leaving()) {
        report.left(client.ask(question, 1 + random.nextInt(8)));
      } else {
        LoadClient.Answer answer = client.ask(question, Integer.MAX_VALUE);
        boolean right =
            !settings.compares() || answer.text().equals(alone.getOrDefault(question, ""));
        report.answered(answer, right);
        if (!right) {
          report.difference(question, alone.getOrDefault(question, ""), answer.text());
        }
      }
    } catch (IOException e) {
      report.failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OptionalLong residentBytes() {
    if (settings.process() == 0) {
      return OptionalLong.empty();
    }
    try {
      return Files.readAllLines(Path.of("/proc/" + settings.process() + "/status")).stream()
          .filter(line -> line.startsWith("RssAnon"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /// A request, in the form that any of these servers takes.
  ///
  /// @param json of `/v1/chat/completions`
  record Question(String json) {
    private static final List<String> WORDS =
        List.of(
            "river",
            "stone",
            "lamp",
            "garden",
            "letter",
            "window",
            "harbour",
            "clock",
            "basket",
            "mountain",
            "violin",
            "bread",
            "winter",
            "ladder",
            "mirror",
            "village");

    /// Short ones and long ones, some with the same beginning, greedy and drawn.
    static List<Question> some(int count, int words) {
      var random = new SplittableRandom(8);
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String text =
            switch (i % 4) {
              case 0 -> "What is %d + %d?".formatted(random.nextInt(100), random.nextInt(100));
              case 1 -> "Tell me a story about a %s.".formatted(word(random));
              case 2 ->
                  paragraph(new SplittableRandom(1), words * (1 + i % 3) / 3) + " What is this?";
              default -> paragraph(random, 1 + random.nextInt(words)) + " Say it again.";
            };
        String drawn = i % 3 == 0 ? "0.8" : "0";
        questions.add(
            new Question(
                """
                {"model": "%%s", "messages": [{"role": "user", "content": "%s"}], "stream": true,
                 "stream_options": {"include_usage": true}, "temperature": %s, "seed": %d,
                 "max_tokens": %d}\
                """
                    .formatted(text, drawn, i, 16 + random.nextInt(80))));
      }
      return questions;
    }

    private static String word(SplittableRandom random) {
      return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static String paragraph(SplittableRandom random, int words) {
      var text = new StringBuilder();
      for (int i = 0; i < words; i++) {
        text.append(i % 9 == 0 ? "The " : "the ")
            .append(word(random))
            .append(i % 9 == 8 ? ". " : " ");
      }
      return text.toString().strip();
    }
  }
}
