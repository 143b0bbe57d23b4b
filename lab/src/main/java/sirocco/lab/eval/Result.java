package sirocco.lab.eval;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.lab.statistics.Bootstrap;

/// What a subject came to in a task.
///
/// @param subject its name
/// @param fingerprint tells it from others
/// @param started when this run began
/// @param seconds that it took; less where an earlier run had done a part
/// @param items of the task, of which a limit may have left out most
/// @param chance what guessing comes to on average in the first measure
/// @param skipped damaged rows that were left out, in words
/// @param verdicts one an item asked, in the task's order
/// @param scores the task's statistics over all verdicts
/// @param groups the same for each group, in order of appearance; empty if there are none
public record Result(
    Task.Description task,
    String subject,
    String fingerprint,
    Settings settings,
    Instant started,
    double seconds,
    int items,
    double chance,
    List<String> skipped,
    List<Verdict> verdicts,
    List<Score> scores,
    List<Group> groups) {
  public Result {
    skipped = List.copyOf(skipped);
    verdicts = List.copyOf(verdicts);
    scores = List.copyOf(scores);
    groups = List.copyOf(groups);
  }

  /// A part of a task.
  ///
  /// @param items asked of it
  public record Group(String name, int items, List<Score> scores) {
    public Group {
      scores = List.copyOf(scores);
    }
  }

  /// The scores of verdicts, at least one.
  public static List<Score> scores(
      List<Statistic> statistics, List<Verdict> verdicts, Bootstrap bootstrap) {
    var estimates =
        bootstrap.estimates(
            verdicts,
            drawn -> statistics.stream().mapToDouble(s -> s.of().applyAsDouble(drawn)).toArray());
    List<Score> scores = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      scores.add(new Score(statistics.get(i).name(), estimates.get(i)));
    }
    return scores;
  }

  /// The scores of each group.
  public static List<Group> groups(
      List<Statistic> statistics, List<Verdict> verdicts, Bootstrap bootstrap) {
    Map<String, List<Verdict>> groups = new LinkedHashMap<>();
    verdicts.forEach(v -> groups.computeIfAbsent(v.group(), _ -> new ArrayList<>()).add(v));
    if (groups.keySet().stream().allMatch(String::isEmpty)) {
      return List.of();
    }
    return groups.entrySet().stream()
        .map(group ->
            new Group(
                group.getKey(),
                group.getValue().size(),
                scores(statistics, group.getValue(), bootstrap)))
        .toList();
  }
}
