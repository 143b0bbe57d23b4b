package sirocco.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sirocco.lab.eval.Task;
import sirocco.lab.range.KeyValueRetrieval;
import sirocco.lab.range.Passkey;
import sirocco.lab.safety.Bold;
import sirocco.lab.safety.SelfReflection;
import sirocco.lab.safety.Vader;
import sirocco.lab.sandbox.Sandbox;
import sirocco.lab.tasks.HumanEval;
import sirocco.lab.tasks.Mbpp;
import sirocco.lab.tasks.TaskFile;
import sirocco.lab.tasks.Tasks;
import sirocco.train.synthetic.Exercises;

/// The tasks that can be named on the command line.
///
/// @param own the user's
record LabTasks(Tasks tasks, List<Task> own) {
  /// Mixtral's context.
  private static final int LONGEST = 32_768;

  /// The paper's numbers of pairs, and less for models of shorter contexts.
  private static final Task PAIRS =
      new KeyValueRetrieval(List.of(10, 25, 75, 140, 300), 5, 10, false);

  static LabTasks with(List<Path> files) {
    List<Task> own = files.stream().map(TaskFile::read).toList();
    Tasks tasks =
        Tasks.published()
            .and(programs())
            .and(Bold.all(new Vader()))
            .and(List.of(new SelfReflection(), Passkey.upTo(LONGEST), PAIRS, new Exercises()));
    return new LabTasks(tasks.and(own), own);
  }

  /// Tasks whose answers are programs, which run in one sandbox, looked for when it is needed.
  private static List<Task> programs() {
    Supplier<Sandbox> sandbox = new OnDemand();
    return List.of(
        HumanEval.greedy(sandbox),
        HumanEval.drawn(sandbox),
        Mbpp.whole(sandbox),
        Mbpp.verified(sandbox));
  }

  /// This machine's sandbox.
  private static final class OnDemand implements Supplier<Sandbox> {
    private Optional<Sandbox> found = Optional.empty();

    @Override
    public synchronized Sandbox get() {
      Sandbox sandbox = found.orElseGet(Sandbox::find);
      found = Optional.of(sandbox);
      return sandbox;
    }
  }

  List<Task> all() {
    return tasks.all();
  }

  Task named(String name) {
    return tasks.named(name);
  }
}
