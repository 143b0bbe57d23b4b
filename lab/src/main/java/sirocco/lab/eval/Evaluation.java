package sirocco.lab.eval;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Asks a subject the questions of a task. Every sample is kept as soon as it is judged, so that a
/// run that was interrupted or killed goes on where it stopped and comes to the same result.
///
/// @param data where the task's files are
public record Evaluation(Task task, Subject subject, DataFolder data, Settings settings) {
  /// Runs what is not yet in the file.
  ///
  /// @param file where samples are kept; begun if it is not there
  /// @throws EvaluationException after all others were asked, if samples failed: they are made
  ///   again by the next run
  /// @throws InterruptedException if the thread was interrupted; what was judged is in the file
  public Result run(Path file, Progress progress) throws InterruptedException {
    Instant started = Instant.now();
    int skippedBefore = data.skipped().size();
    List<Item> items = task.items(data, settings.shots());
    checkIds(items);
    List<Item> asked = part(items);
    Map<String, Sample> samples = samples(asked, file, progress);
    List<Verdict> verdicts =
        asked.stream()
            .map(item -> new Verdict(item.id(), item.group(), measures(samples, item)))
            .toList();
    List<String> skipped = data.skipped().subList(skippedBefore, data.skipped().size());
    return new Result(
        task.description(),
        subject.name(),
        subject.fingerprint(),
        settings,
        started.truncatedTo(ChronoUnit.SECONDS),
        Duration.between(started, Instant.now()).toMillis() / 1000.0,
        items.size(),
        asked.stream().mapToDouble(Item::chance).average().orElse(Double.NaN),
        skipped,
        verdicts,
        Result.scores(task.statistics(), verdicts, settings.bootstrap()),
        Result.groups(task.statistics(), verdicts, settings.bootstrap()));
  }

  /// Asks what is not yet in the file, and gives back all that is in it then.
  private Map<String, Sample> samples(List<Item> asked, Path file, Progress progress)
      throws InterruptedException {
    try (SampleFile kept = SampleFile.open(file, key())) {
      List<Item> open = asked.stream().filter(item -> !isKnown(kept.samples(), item)).toList();
      progress.begins(asked.size(), asked.size() - open.size());
      var asking = new Asking(subject, settings, kept, progress);
      asking.ask(open);
      if (asking.failure().isPresent()) {
        EvaluationException why = asking.failure().get();
        throw new EvaluationException(
            "%s: %d of %d samples failed, first %s; the others are in %s: run again to make only"
                    .formatted(name(), asking.failures(), asked.size(), why.getMessage(), file)
                + " what is missing",
            why);
      }
      return Map.copyOf(kept.samples());
    }
  }

  /// The replies that a run has kept, by item.
  ///
  /// @param file the run's
  public Map<String, Reply> replies(Path file) {
    List<Item> asked = part(task.items(data, settings.shots()));
    try (SampleFile kept = SampleFile.open(file, key())) {
      return asked.stream()
          .flatMap(item -> Optional.ofNullable(kept.samples().get(item.id())).stream())
          .collect(Collectors.toMap(Sample::item, Sample::reply));
    }
  }

  private String name() {
    return task.description().name();
  }

  /// Of all that decides about a reply and its judgement but the item.
  private String key() {
    return Digest.of(subject.fingerprint(), task.description(), settings.shots(), settings.seed())
        .hex();
  }

  private void checkIds(List<Item> items) {
    if (items.isEmpty()) {
      throw new EvaluationException(
          name() + ": its files hold no item that can be used; see what was skipped");
    }
    Set<String> ids = new HashSet<>();
    for (Item item : items) {
      if (!ids.add(item.id())) {
        throw new EvaluationException(
            name() + ": two items are named " + item.id() + "; its files hold one twice");
      }
    }
  }

  /// The items asked: those whose digests are least, so that a smaller part lies within a larger.
  private List<Item> part(List<Item> items) {
    if (settings.limit().orElse(items.size()) >= items.size()) {
      return items;
    }
    Set<String> drawn =
        items.stream()
            .map(Item::id)
            .sorted(Comparator.comparingLong(id -> Digest.of("part", settings.seed(), id).bytes()))
            .limit(settings.limit().getAsInt())
            .collect(Collectors.toSet());
    return items.stream().filter(item -> drawn.contains(item.id())).toList();
  }

  private static boolean isKnown(Map<String, Sample> samples, Item item) {
    return Optional.ofNullable(samples.get(item.id()))
        .filter(sample -> sample.question().equals(Asking.digest(item)))
        .isPresent();
  }

  private static Map<String, Double> measures(Map<String, Sample> samples, Item item) {
    return Optional.ofNullable(samples.get(item.id())).map(Sample::measures).orElse(Map.of());
  }
}
