package sirocco.lab.tasks;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.sandbox.Limits;
import sirocco.lab.sandbox.Outcome;
import sirocco.lab.sandbox.Program;
import sirocco.lab.sandbox.Sandbox;

/// Judges programs by running them with their tests.
///
/// @param sampling how the programs are drawn
record Programs(Sandbox sandbox, Sampling sampling) {
  /// Of a processor, so that verdicts do not hang on what else the machine does. The slowest
  /// reference solution of all (MBPP 123) takes 2 to 4 seconds, nearly all others less than one.
  static final Duration LONGEST = Duration.ofSeconds(10);

  /// By the clock, for programs that wait.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Limits LIMITS = Limits.ofTime(LONGEST).within(LONGEST_WAIT);
  private static final List<Integer> KS = List.of(1, 10, 100);

  /// What can be told from so many programs.
  static List<Statistic> statistics(Sampling sampling) {
    return measures(sampling).map(PassAtK::statistic).toList();
  }

  private static Stream<PassAtK> measures(Sampling sampling) {
    return KS.stream().filter(k -> k <= sampling.samples()).map(PassAtK::new);
  }

  /// A reply of nothing but a solution.
  static Reply right(String solution, Sampling sampling) {
    return new Reply.Texts(Collections.nCopies(sampling.samples(), solution));
  }

  /// The judge of an item.
  ///
  /// @param program a completion with its tests, which raise something unless they pass
  Function<Reply, Map<String, Double>> judge(UnaryOperator<String> program) {
    return reply -> {
      Map<String, Boolean> judged = new HashMap<>();
      int passed = 0;
      for (String completion : Replies.texts(reply, sampling.samples())) {
        String source = program.apply(cut(completion));
        passed += judged.computeIfAbsent(source, this::passes) ? 1 : 0;
      }
      int all = passed;
      return measures(sampling)
          .collect(Collectors.toMap(PassAtK::measure, k -> k.of(sampling.samples(), all)));
    };
  }

  /// Subjects end texts at stops themselves; some servers take only a few of them.
  private String cut(String completion) {
    int end = completion.length();
    for (String stop : sampling.stops()) {
      int at = completion.indexOf(stop);
      end = at < 0 ? end : Math.min(end, at);
    }
    return completion.substring(0, end);
  }

  /// Whether it runs to its very end: one that leaves early with a status of 0 was not tested.
  boolean passes(String source) {
    String end = UUID.randomUUID().toString();
    Outcome outcome =
        sandbox.run(new Program(source + "\n__import__('os').write(1, b'" + end + "')\n", LIMITS));
    return outcome.succeeded() && outcome.stdout().contains(end);
  }
}
