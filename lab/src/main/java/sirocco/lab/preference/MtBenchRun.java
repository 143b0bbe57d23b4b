package sirocco.lab.preference;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Evaluation;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Subject;
import sirocco.lab.eval.Task;
import sirocco.lab.statistics.Battle;

/// Runs MT-Bench: subjects answer its questions in two turns, then another subject judges. Answers
/// and judgements are samples like any others: a run that was killed goes on where it stopped.
public final class MtBenchRun {
  private final MtBench bench;
  private final DataFolder data;
  private final Settings settings;
  private final Path file;
  private final Progress progress;

  /// A run, of nothing yet.
  ///
  /// @param data where the folder `mt-bench` is
  /// @param settings whose limit counts questions
  /// @param file where samples are kept
  /// @param progress begins anew for each turn and for judging
  /// @throws DataException naming file and line of what cannot be used, or what to download
  public MtBenchRun(DataFolder data, Settings settings, Path file, Progress progress) {
    this.bench = MtBench.read(data);
    this.data = data;
    this.settings = settings;
    this.file = file;
    this.progress = progress;
  }

  /// Has both turns answered.
  public Answers answer(Subject subject) throws InterruptedException {
    Map<Integer, String> first = texts(new AnswerTask(bench, Map.of()), subject, settings);
    Map<Integer, String> second = texts(new AnswerTask(bench, first), subject, all());
    Map<Integer, List<String>> both = new HashMap<>();
    first.forEach((id, text) -> both.put(id, List.of(text, second.getOrDefault(id, ""))));
    return new Answers(subject.name(), subject.fingerprint(), both);
  }

  private Map<Integer, String> texts(Task task, Subject subject, Settings how)
      throws InterruptedException {
    var evaluation = new Evaluation(task, subject, data, how);
    var _ = evaluation.run(file, progress);
    Map<Integer, String> texts = new HashMap<>();
    evaluation
        .replies(file)
        .forEach(
            (id, reply) -> texts.put(Integer.parseInt(id), ((Reply.Texts) reply).all().getFirst()));
    return texts;
  }

  /// Has answers rated from 1 to 10.
  public Result grade(Answers answers, Subject judge) throws InterruptedException {
    return new Evaluation(new GradingTask(bench, answers), judge, data, all()).run(file, progress);
  }

  /// Has answers of two subjects compared.
  ///
  /// @throws EvaluationException if they have the same name
  public Compared compare(Answers one, Answers other, Subject judge) throws InterruptedException {
    if (one.subject().equals(other.subject())) {
      throw new EvaluationException(
          "expected answers of two subjects, found two of " + one.subject() + "; name one anew");
    }
    var task = new PairTask(bench, one, other);
    Result result = new Evaluation(task, judge, data, all()).run(file, progress);
    return new Compared(result, task.battles(result.verdicts()));
  }

  /// What came of a comparison.
  ///
  /// @param result in both orders
  /// @param battles one an answer, for ratings
  public record Compared(Result result, List<Battle> battles) {
    public Compared {
      battles = List.copyOf(battles);
    }
  }

  /// The limit has already cut the questions.
  private Settings all() {
    return new Settings(
        settings.shots(),
        OptionalInt.empty(),
        settings.seed(),
        settings.inFlight(),
        settings.draws());
  }
}
