package sirocco.lab.eval;

import java.util.Map;
import java.util.function.Function;

/// One question of a task with its judge.
///
/// @param id within the task, the same each time, such as `abstract_algebra/17`
/// @param group a part of the task that is reported by itself; empty if there are none
/// @param judge measures of a reply by name, such as `acc` to 1 or 0
/// @param right a reply that is judged perfect, for tests of tasks
/// @param chance what the first measure of the task comes to on average for a subject that guesses
public record Item(
    String id,
    String group,
    Question question,
    Function<Reply, Map<String, Double>> judge,
    Reply right,
    double chance) {}
