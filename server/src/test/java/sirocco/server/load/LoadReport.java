package sirocco.server.load;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a load came to. For several threads.
public final class LoadReport {
  private static final int SHOWN = 5;

  private final List<Long> firsts = new ArrayList<>();
  private final List<Long> between = new ArrayList<>();
  private final Map<Integer, Integer> refusals = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private double aloneRate;
  private double seconds;
  private long tokens;
  private long promptTokens;
  private int counted;
  private int answered;
  private int left;
  private int wrong;
  private int failed;
  private List<Long> memory = List.of();

  synchronized void alone(int made, long nanos) {
    aloneRate = made * 1e9 / nanos;
  }

  synchronized void together(long nanos, List<Long> residentBytes) {
    seconds = nanos / 1e9;
    memory = List.copyOf(residentBytes);
  }

  synchronized void answered(LoadClient.Answer answer, boolean right) {
    answered++;
    wrong += right ? 0 : 1;
    add(answer);
  }

  synchronized void left(LoadClient.Answer answer) {
    left++;
    add(answer);
  }

  private void add(LoadClient.Answer answer) {
    tokens += answer.tokens();
    if (answer.prompt() > 0) { // not told to those who leave
      promptTokens += answer.prompt();
      counted++;
    }
    firsts.add(answer.first());
    between.addAll(answer.between());
  }

  synchronized void nonsense(int status) {
    refusals.merge(status, 1, Integer::sum);
  }

  synchronized void difference(Load.Question question, String alone, String together) {
    if (differences.size() < SHOWN) {
      differences.add(question.json() + "\nalone:    " + alone + "\ntogether: " + together);
    }
  }

  synchronized void failed(Exception e) {
    failed++;
    if (failures.size() < SHOWN) {
      failures.add(e.toString());
    }
  }

  /// Answers that were not what they are alone, requests that failed, and nonsense that was taken.
  public synchronized int wrong() {
    long taken =
        refusals.entrySet().stream()
            .filter(e -> e.getKey() < 400 || e.getKey() >= 500)
            .mapToInt(Map.Entry::getValue)
            .sum();
    return (int) (wrong + failed + taken);
  }

  /// Answers that were read to their end.
  public synchronized int answered() {
    return answered;
  }

  /// Tokens a second of all clients, as a multiple of one's alone.
  public synchronized double speedup() {
    return tokens / seconds / aloneRate;
  }

  /// The last watched memory against that of the first tenth.
  public synchronized double growth() {
    int tenth = Math.max(1, memory.size() / 10);
    return memory.isEmpty() ? 1 : (double) memory.getLast() / memory.get(tenth - 1);
  }

  /// As lines of text.
  public synchronized void print(PrintStream out) {
    out.printf("answered %d, left early %d, wrong %d, failed %d%n", answered, left, wrong, failed);
    out.printf("nonsense by status %s%n", refusals);
    out.printf("tokens/s %.1f%n", tokens / seconds);
    out.printf("tokens of a question %.1f%n", (double) promptTokens / Math.max(1, counted));
    if (aloneRate > 0) {
      out.printf("one client %.1f, so %.2f times%n", aloneRate, speedup());
    }
    out.printf(
        "first token ms: p50 %.1f p99 %.1f most %.1f%n",
        at(firsts, 0.5), at(firsts, 0.99), at(firsts, 1));
    out.printf(
        "between tokens ms: p50 %.1f p99 %.1f most %.1f%n",
        at(between, 0.5), at(between, 0.99), at(between, 1));
    if (!memory.isEmpty()) {
      out.printf(
          "memory of its own: MiB first %d, last %d, %.3f times%n",
          memory.getFirst() >> 20, memory.getLast() >> 20, growth());
    }
    failures.forEach(out::println);
    differences.forEach(out::println);
  }

  /// Milliseconds.
  private static double at(List<Long> nanos, double quantile) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    return sorted.isEmpty()
        ? 0
        : sorted.get((int) Math.min(sorted.size() - 1, quantile * sorted.size())) / 1e6;
  }
}
