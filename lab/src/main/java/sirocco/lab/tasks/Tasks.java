package sirocco.lab.tasks;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Task;

/// Benchmarks by name.
public record Tasks(List<Task> all) {
  public Tasks {
    all = List.copyOf(all);
    Set<String> names = new HashSet<>();
    for (Task task : all) {
      if (!names.add(task.description().name())) {
        throw new IllegalArgumentException("two tasks are called " + task.description().name());
      }
    }
  }

  /// Those of the papers that this package has.
  public static Tasks published() {
    return new Tasks(
        List.of(
            Mmlu.english(),
            HellaSwag.english(),
            WinoGrande.english(),
            new Piqa(),
            CommonSense.socialIqa(),
            CommonSense.openBookQa(),
            Arc.easy(),
            Arc.challenge(),
            CommonSense.commonsenseQa(),
            Foundry.boolQ(),
            Foundry.copa(),
            new Lambada(),
            OpenQuestions.naturalQuestions(),
            OpenQuestions.triviaQa(),
            Gsm8k.greedy(),
            Gsm8k.majority(),
            Mathematics.greedy(),
            Mathematics.majority(),
            new BigBenchHard(),
            AgiEval.english(),
            AgiEval.chinese(),
            AgiEvalCloze.english(),
            AgiEvalCloze.chinese(),
            new Bbq()));
  }

  /// These and others.
  public Tasks and(List<Task> others) {
    return new Tasks(Stream.concat(all.stream(), others.stream()).toList());
  }

  /// One of them.
  ///
  /// @throws EvaluationException listing the names if none is called so
  public Task named(String name) {
    return all.stream()
        .filter(task -> task.description().name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new EvaluationException(
                "no task is called %s; there are %s"
                    .formatted(
                        name,
                        all.stream()
                            .map(task -> task.description().name())
                            .sorted()
                            .collect(Collectors.joining(", ")))));
  }
}
