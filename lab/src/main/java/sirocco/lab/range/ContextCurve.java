package sirocco.lab.range;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import sirocco.engine.Engine;
import sirocco.engine.Session;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task.Description;
import sirocco.lab.eval.Task.Files;
import sirocco.lab.eval.Verdict;

/// Perplexity against the length of the context (Mixtral paper, figure 4 right). The same places of
/// a text are scored with less and with more before them, so that only the context differs: at each
/// place the last tokens of a window that is as long as the context.
///
/// @param lengths of the windows, in tokens, rising
/// @param scored tokens at the end of each window
/// @param places in the text, evenly; those that a text has no room for are left out
public record ContextCurve(List<Integer> lengths, int scored, int places) {
  private static final String LOSS = "loss";

  /// What the name of a group begins with; its length follows.
  private static final String GROUP = "length ";

  public ContextCurve {
    lengths = List.copyOf(lengths);
    if (lengths.isEmpty() || scored < 1 || places < 1 || lengths.getFirst() <= scored) {
      throw new EvaluationException(
          "context curve: expected places and lengths above the %d scored tokens, found %d and %s"
              .formatted(scored, places, lengths));
    }
    for (int i = 1; i < lengths.size(); i++) {
      if (lengths.get(i) <= lengths.get(i - 1)) {
        throw new EvaluationException("context curve: expected rising lengths, found " + lengths);
      }
    }
  }

  /// Perplexity with the longest context that there is, and the mean loss in nats a token that it
  /// is the power of e of. Over all lengths they would count each place several times.
  public static List<Statistic> statistics() {
    return List.of(
        new Statistic("perplexity", verdicts -> Math.exp(lossOfLongest(verdicts))),
        new Statistic(LOSS, ContextCurve::lossOfLongest));
  }

  private static double lossOfLongest(List<Verdict> verdicts) {
    int longest = verdicts.stream().mapToInt(ContextCurve::length).max().orElse(0);
    return verdicts.stream()
        .filter(verdict -> length(verdict) == longest)
        .mapToDouble(verdict -> verdict.measure(LOSS))
        .average()
        .orElse(Double.NaN);
  }

  private static int length(Verdict verdict) {
    return Integer.parseInt(verdict.group().substring(GROUP.length()));
  }

  /// Measures.
  ///
  /// @param source what the text is, for the report
  /// @param settings whose seed and draws make the intervals, over places
  /// @return its groups are named `length N`
  /// @throws EvaluationException if the text is shorter than the longest window
  /// @throws InterruptedException if the thread was interrupted
  public Result measure(
      Engine engine,
      String subject,
      String fingerprint,
      String text,
      String source,
      Settings settings,
      Progress progress)
      throws InterruptedException {
    Instant started = Instant.now();
    int[] ids = engine.encode(text);
    List<Integer> ends = ends(ids.length);
    progress.begins(lengths.size() * ends.size(), 0);
    List<Verdict> verdicts = score(engine, ids, ends, progress);
    return new Result(
        description(source),
        subject,
        fingerprint,
        new Settings(0, OptionalInt.empty(), settings.seed(), 1, settings.draws()),
        started.truncatedTo(ChronoUnit.SECONDS),
        Duration.between(started, Instant.now()).toMillis() / 1000.0,
        verdicts.size(),
        engine.model().config().vocabSize(),
        List.of(),
        verdicts,
        Result.scores(statistics(), verdicts, settings.bootstrap()),
        Result.groups(statistics(), verdicts, settings.bootstrap()));
  }

  private List<Verdict> score(Engine engine, int[] ids, List<Integer> ends, Progress progress)
      throws InterruptedException {
    List<Verdict> verdicts = new ArrayList<>();
    for (int length : lengths) {
      try (Session session = engine.newSession(length)) {
        for (int end : ends) {
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
          double[] scores = session.score(Arrays.copyOfRange(ids, end - length, end));
          double loss = Arrays.stream(scores).skip(scores.length - scored).average().orElseThrow();
          String group = GROUP + length;
          verdicts.add(new Verdict(group + "/end " + end, group, Map.of(LOSS, loss)));
          progress.advances();
        }
      }
    }
    return verdicts;
  }

  /// Where windows end: no token is scored at two places.
  private List<Integer> ends(int tokens) {
    int longest = lengths.getLast();
    int room = tokens - longest;
    if (room < 0) {
      throw new EvaluationException(
          ("context curve: the text has %d tokens, the longest window %d; take a longer text or"
                  + " shorter windows")
              .formatted(tokens, longest));
    }
    int count = Math.min(places, room / scored + 1);
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ends.add(longest + (count == 1 ? 0 : (int) ((long) room * i / (count - 1))));
    }
    return ends;
  }

  private Description description(String source) {
    return new Description(
        "context-curve",
        "Perplexity by context",
        ("Scores the last %d tokens of windows of %s tokens that end at the same places of %s; the"
                + " number for all is that of the longest.")
            .formatted(scored, lengths, source),
        "Mixtral paper, figure 4 right",
        0,
        new Files("", "any long text"));
  }
}
