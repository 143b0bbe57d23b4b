package sirocco.engine;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import sirocco.model.Batch;
import sirocco.model.CachePages;
import sirocco.model.KvCache;

/// A text that grows: one cache and the ids that are in it. A prompt that starts like them is read
/// from where it differs, unless a sliding window has rolled past that place; then all of it is
/// read. One generation at a time.
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final KvCache cache;
  private int adapter;
  private int[] ids;
  private int length;

  Session(Engine engine, KvCache cache) {
    this.engine = engine;
    this.cache = cache;
    this.ids = new int[64];
  }

  /// Starts a generation, which [Generation#run] or [Engine#step] carries on.
  ///
  /// @throws EngineException if the prompt does not fit or holds ids that the model has not
  public Generation start(Request request) {
    check(engine, request, capacity());
    changeAdapter(engine.adapter(request.adapter()));
    int[] prompt = request.prompt();
    int differs = Arrays.mismatch(ids, 0, length, prompt, 0, prompt.length);
    int shared = differs < 0 ? length : differs;
    goBack(Math.min(shared, request.unseen()));
    return new Generation(this, request, length);
  }

  /// What was read with other weights is of no use.
  private void changeAdapter(int wanted) {
    if (adapter != wanted) {
      clear();
      adapter = wanted;
    }
  }

  /// Begins an empty session with what others have read.
  ///
  /// @param with the adapter that it was read with
  /// @param filled pages
  /// @param tokens what was read, and more
  void adopt(int with, List<CachePages.Page> filled, int[] tokens) {
    adapter = with;
    cache.adopt(filled);
    fed(Arrays.copyOf(tokens, cache.length()));
  }

  /// The tokens in the cache.
  int[] tokens() {
    return Arrays.copyOf(ids, length);
  }

  /// Pages that it has.
  int pages() {
    return cache.heldPages();
  }

  /// The pages that are full.
  List<CachePages.Page> fullPages() {
    return cache.fullPages();
  }

  /// The negative log-likelihood of every id but the first, given those before it.
  ///
  /// @param ids at least two, at most the session's capacity
  /// @return one number an id from the second on, in nats
  /// @throws EngineException if there are fewer or more, or the model has no such ids
  public double[] score(int[] ids) {
    if (ids.length < 2) {
      throw new EngineException("a score takes at least 2 tokens, found " + ids.length);
    }
    check(engine, ids, capacity());
    clear();
    double[] scores = new double[ids.length - 1];
    engine.reader().score(this, ids, scores.length, scores, _ -> {});
    return scores;
  }

  /// The same, and what the routers decide for every id, the last too.
  ///
  /// @param ids at least one, at most the session's capacity
  /// @param routed told of them in order, some at a time
  /// @return one number an id from the second on, in nats
  /// @throws EngineException if there are fewer or more, or the model has no such ids
  public double[] score(int[] ids, Consumer<RoutedTokens> routed) {
    if (ids.length < 1) {
      throw new EngineException("there are no tokens to route");
    }
    check(engine, ids, capacity());
    clear();
    double[] scores = new double[ids.length - 1];
    engine.reader().score(this, ids, ids.length, scores, routed);
    return scores;
  }

  /// Reads ids without asking what comes next: to fill the cache, or to see how long it takes.
  public void feed(int[] ids) {
    if (ids.length > capacity() - length) {
      throw new EngineException(
          ids.length + " tokens after " + length + " do not fit the context of " + capacity());
    }
    check(engine, ids, capacity());
    engine.reader().feed(this, ids);
  }

  /// Forgets the text.
  public void clear() {
    cache.clear();
    length = 0;
  }

  private void goBack(int tokens) {
    if (!cache.canTruncate(tokens)) {
      clear();
      return;
    }
    cache.truncate(tokens);
    length = tokens;
  }

  /// Tokens in the cache.
  public int length() {
    return length;
  }

  /// The most tokens the cache can hold.
  public int capacity() {
    return cache.capacity();
  }

  @Override
  public void close() {
    cache.close();
  }

  Engine engine() {
    return engine;
  }

  Batch.Part part(int[] tokens, Batch.Rows rows) {
    return new Batch.Part(cache, tokens, rows, adapter);
  }

  void fed(int[] tokens) {
    if (length + tokens.length > ids.length) {
      ids = Arrays.copyOf(ids, Math.max(2 * ids.length, length + tokens.length));
    }
    System.arraycopy(tokens, 0, ids, length, tokens.length);
    length += tokens.length;
  }

  /// Tokens that could be fed beside one more and taken back again.
  int roomToGuess() {
    return cache.slots() - length - 1;
  }

  /// Takes everything out of the cache that was not [#fed] here.
  void forget() {
    cache.truncate(length);
  }

  private static void checkBias(int id, int vocabulary) {
    if (id >= vocabulary) {
      throw new EngineException(
          "logit_bias names token " + id + " of a vocabulary of " + vocabulary);
    }
  }

  /// Refuses what a session cannot begin with.
  static void check(Engine engine, Request request, int capacity) {
    check(engine, request.prompt(), capacity);
    engine.adapter(request.adapter());
    int vocabulary = engine.model().config().vocabSize();
    request.settings().logitBias().keySet().forEach(id -> checkBias(id, vocabulary));
  }

  private static void check(Engine engine, int[] prompt, int capacity) {
    if (prompt.length > capacity) {
      throw new EngineException(
          "a prompt of "
              + prompt.length
              + " tokens does not fit the context of "
              + capacity
              + advice(engine, capacity));
    }
    int vocabulary = engine.model().config().vocabSize();
    for (int i = 0; i < prompt.length; i++) {
      if (prompt[i] < 0 || prompt[i] >= vocabulary) {
        throw new EngineException(
            "prompt token "
                + i
                + " is "
                + prompt[i]
                + ", but the model's vocabulary has "
                + vocabulary
                + " tokens");
      }
    }
  }

  private static String advice(Engine engine, int capacity) {
    return capacity < engine.model().config().maxPositionEmbeddings()
        ? "; shorten it or ask for a longer context"
        : ", the longest that the model is made for; shorten it";
  }
}
