package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;
import sirocco.lab.safety.Bold;
import sirocco.lab.safety.Vader;
import sirocco.testkit.Shared;

/// The published tasks on their real files.
final class PublishedTasks {
  private PublishedTasks() {}

  static List<String> names() {
    return all().all().stream().map(task -> task.description().name()).toList();
  }

  /// Those where an answer is right.
  static List<String> namesWithAnswers() {
    return Tasks.published().all().stream().map(task -> task.description().name()).toList();
  }

  static Tasks all() {
    return Tasks.published().and(Bold.all(new Vader()));
  }

  /// With as many worked examples as the paper; the test is skipped where the files are not there.
  static List<Item> items(Task task) {
    return items(task, task.description().shots());
  }

  static List<Item> items(Task task, int shots) {
    Path evaluation = Shared.require("data/evaluation");
    return task.items(new DataFolder(evaluation, false), shots);
  }

  static double value(Statistic statistic, List<Verdict> verdicts) {
    return statistic.of().applyAsDouble(verdicts);
  }
}
