package sirocco.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import sirocco.engine.EngineOptions;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.Output;
import sirocco.model.PassCost;
import sirocco.model.Routing;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels;

/// Takes the time of one test: fills the sessions to their depth, then runs what is measured, first
/// to warm up and then as often as asked.
final class BenchRun implements AutoCloseable {
  private final BenchTest test;
  private final Model model;
  private final Workspace workspace;
  private final EngineOptions options;
  private final PassCost cost;
  private final RandomGenerator random;
  private final List<KvCache> caches;
  private final List<Pass> passes = new ArrayList<>();

  /// @param context tokens that a session has room for
  BenchRun(
      BenchTest test,
      Model model,
      Workspace workspace,
      EngineOptions options,
      PassCost cost,
      int context,
      RandomGenerator random) {
    this.test = test;
    this.model = model;
    this.workspace = workspace;
    this.options = options;
    this.cost = cost;
    this.random = random;
    this.caches =
        IntStream.range(0, test.sessions())
            .mapToObj(_ -> model.newCache(context, options.cache()))
            .toList();
  }

  /// What a pass did, to be counted when the clock has stopped.
  ///
  /// @param rows tokens of all sessions
  /// @param logitsRows those with logits
  /// @param cacheBytes of keys and values that it read
  private record Pass(int rows, int logitsRows, long cacheBytes, List<Routing> routings) {}

  /// What the runs of a test came to.
  ///
  /// @param first nanoseconds of the first run, when this code may never have run before
  /// @param nanos of each run that counts
  /// @param bytes that a run must read, on average
  /// @param operations that a run must do
  /// @param distinctExperts of a layer and pass, on average; 0 for a dense model
  /// @param expectedExperts the same if routing were uniform
  record Result(
      long first,
      List<Long> nanos,
      double bytes,
      double operations,
      double distinctExperts,
      double expectedExperts) {}

  /// @param warmUp nanoseconds that runs which do not count go on for; one there is in any case
  Result measure(int repetitions, long warmUp) {
    long first = run();
    for (long spent = first; spent < warmUp; ) {
      spent += run();
    }
    List<Long> nanos = new ArrayList<>();
    Totals totals = new Totals();
    for (int i = 0; i < repetitions; i++) {
      nanos.add(run());
      passes.forEach(totals::add);
    }
    return totals.result(first, nanos);
  }

  /// Runs the test once.
  ///
  /// @return the nanoseconds it took
  private long run() {
    caches.forEach(this::fill);
    passes.clear();
    int[] tokens = tokens(test.tokens());
    long start = System.nanoTime();
    if (test.prompt() > 0) {
      read(caches.getFirst(), tokens);
    } else {
      generate(tokens);
    }
    return System.nanoTime() - start;
  }

  /// Goes back to the depth of the test, or reads random tokens up to it.
  private void fill(KvCache cache) {
    if (cache.canTruncate(test.depth())) {
      cache.truncate(test.depth());
      return;
    }
    cache.clear();
    read(cache, tokens(test.depth()));
  }

  /// Reads a prompt in pieces, as an engine does.
  private void read(KvCache cache, int[] tokens) {
    for (int start = 0; start < tokens.length; start += options.chunk()) {
      int end = Math.min(start + options.chunk(), tokens.length);
      Batch.Rows rows = end == tokens.length ? Batch.Rows.LAST : Batch.Rows.NONE;
      pass(Batch.prompt(cache, Arrays.copyOfRange(tokens, start, end), rows));
    }
  }

  /// One token for each session in every pass.
  private void generate(int[] tokens) {
    int sessions = caches.size();
    for (int step = 0; step < test.generated(); step++) {
      List<Batch.Part> parts = new ArrayList<>(sessions);
      for (int s = 0; s < sessions; s++) {
        int[] token = {tokens[step * sessions + s]};
        parts.add(new Batch.Part(caches.get(s), token, Batch.Rows.LAST));
      }
      pass(new Batch(Kernels.Phase.STEP, parts));
    }
  }

  private void pass(Batch batch) {
    Output output = model.forward(batch, workspace);
    long cacheBytes = 0;
    int logitsRows = 0;
    for (Batch.Part part : batch.parts()) {
      cacheBytes += KvCache.bytes(model.config(), part.cache().length(), options.cache());
      logitsRows += part.logits() == Batch.Rows.NONE ? 0 : 1;
    }
    passes.add(new Pass(batch.rows(), logitsRows, cacheBytes, output.routings()));
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, model.config().vocabSize()).toArray();
  }

  /// Sums over the passes of all runs.
  private final class Totals {
    private double bytes;
    private double operations;
    private double distinct;
    private double expected;
    private long layers;

    void add(Pass pass) {
      bytes += cost.bytes(pass.rows, pass.logitsRows > 0, pass.routings) + pass.cacheBytes;
      operations += cost.operations(pass.rows, pass.logitsRows);
      for (Routing routing : pass.routings) {
        distinct += PassCost.distinctExperts(routing);
        expected += cost.expectedExperts(pass.rows);
        layers++;
      }
    }

    Result result(long first, List<Long> nanos) {
      int runs = nanos.size();
      double divisor = Math.max(1, layers);
      return new Result(
          first,
          List.copyOf(nanos),
          bytes / runs,
          operations / runs,
          distinct / divisor,
          expected / divisor);
    }
  }

  @Override
  public void close() {
    caches.forEach(KvCache::close);
  }
}
