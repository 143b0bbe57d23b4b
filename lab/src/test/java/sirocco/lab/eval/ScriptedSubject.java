package sirocco.lab.eval;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Answers as it is told, and notes what it was asked.
final class ScriptedSubject implements Subject {
  private final String name;
  private final Executor executor;
  private final Script script;
  final ConcurrentLinkedQueue<Question> asked = new ConcurrentLinkedQueue<>();

  /// What is answered.
  interface Script {
    Reply answer(Question question, long seed);
  }

  ScriptedSubject(String name, Executor executor, Script script) {
    this.name = name;
    this.executor = executor;
    this.script = script;
  }

  /// Knows every right reply.
  static ScriptedSubject oracle(Task task, DataFolder data) {
    Map<Question, Reply> right =
        task.items(data, 0).stream()
            .collect(
                Collectors.toMap(Item::question, Item::right, (a, _) -> a, ConcurrentHashMap::new));
    Function<Question, Reply> known =
        question -> right.getOrDefault(question, new Reply.Texts(List.of()));
    return new ScriptedSubject("oracle", Runnable::run, (question, _) -> known.apply(question));
  }

  /// Answers one of the sums from 7 to 16 at random.
  static ScriptedSubject random(Executor executor) {
    return new ScriptedSubject(
        "random",
        executor,
        (_, seed) -> new Reply.Texts(List.of(Integer.toString(7 + new Random(seed).nextInt(10)))));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return name;
  }

  @Override
  public CompletableFuture<Reply> ask(Question question, long seed) {
    asked.add(question);
    return CompletableFuture.supplyAsync(() -> script.answer(question, seed), executor);
  }

  @Override
  public void close() {}
}
