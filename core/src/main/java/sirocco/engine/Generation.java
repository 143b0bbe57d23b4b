package sirocco.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import sirocco.model.Batch;
import sirocco.model.Output;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Tensor;
import sirocco.text.Detokenizer;
import sirocco.text.Tokenizer;

/// One answer in the making. [Engine#step] takes it, alone or with others, one pass further: a
/// chunk of its prompt, or one token. Not for use by several threads, but for [#cancel].
public final class Generation {
  private final Session session;
  private final Request request;
  private final Sampler sampler;
  private final TokenHistory history;
  private final Optional<Detokenizer> detokenizer;
  private final StopRule stopRule;
  private final StringBuilder text = new StringBuilder();
  private final int cachedTokens;
  private final float[] logits;
  private final List<Completion.Score> scores = new ArrayList<>();
  private final PromptLookup lookup;
  private volatile Optional<FinishReason> ending = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private Optional<Draw> ahead = Optional.empty();
  private Optional<FinishReason> finishReason = Optional.empty();
  private long started;
  private long passStarted;
  private long firstToken;
  private long ended;

  Generation(Session session, Request request, int cachedTokens) {
    this.session = session;
    this.request = request;
    this.cachedTokens = cachedTokens;
    this.sampler = new Sampler(request.settings(), request.filters());
    this.history = new TokenHistory(request.prompt());
    this.detokenizer = session.engine().tokenizer().map(t -> detokenizer(t, request));
    this.stopRule = new StopRule(request.settings().stop());
    this.lookup = new PromptLookup(session.engine().guesses());
    this.logits = new float[session.engine().model().config().vocabSize()];
  }

  /// A leading space is dropped where the generated text is the first of its kind.
  private static Detokenizer detokenizer(Tokenizer tokenizer, Request request) {
    return new Detokenizer(
        tokenizer, startsText(tokenizer, request) ? Set.of() : Set.of(Detokenizer.Option.MID_TEXT));
  }

  static boolean startsText(Tokenizer tokenizer, Request request) {
    int last = request.prompt()[request.prompt().length - 1];
    return request.answers() || last >= tokenizer.vocabSize() || tokenizer.isControl(last);
  }

  /// Whether nothing is left to do.
  public boolean isDone() {
    if (finishReason.isEmpty()) {
      ending.ifPresent(this::finish);
    }
    return finishReason.isPresent();
  }

  /// Ends it before its next pass. Any thread may call this.
  public void cancel() {
    end(FinishReason.CANCELLED);
  }

  /// The same, and says why.
  void end(FinishReason why) {
    ending = Optional.of(why);
  }

  /// Takes it to its end, alone.
  public Completion run() {
    while (!isDone()) {
      session.engine().step(List.of(this));
    }
    return completion();
  }

  /// What was made.
  ///
  /// @throws IllegalStateException while it is not done
  /// @throws RuntimeException what made it fail, if it did
  public Completion completion() {
    failure.ifPresent(e -> {
      throw e;
    });
    FinishReason reason =
        finishReason.orElseThrow(() -> new IllegalStateException("the generation is not done"));
    return new Completion(
        text.toString(),
        Arrays.stream(history.generated()).boxed().toList(),
        scores,
        reason,
        usage(),
        new Completion.Timings(
            Duration.ofNanos(firstToken - started), Duration.ofNanos(ended - firstToken)),
        lookup.result());
  }

  /// Tokens counted so far.
  Completion.Usage usage() {
    return new Completion.Usage(history.promptSize(), cachedTokens, history.generatedSize());
  }

  /// When its first token was made, as [System#nanoTime] has it, if one was.
  OptionalLong firstToken() {
    return history.generatedSize() > 0 ? OptionalLong.of(firstToken) : OptionalLong.empty();
  }

  /// What its next pass is.
  Phase phase() {
    return history.generatedSize() > 0 ? Phase.STEP : Phase.PROMPT;
  }

  /// The ids to feed next: a chunk of the prompt, or the token made last and a guess of what
  /// follows it.
  Batch.Part nextPart(int chunk) {
    passStarted = System.nanoTime();
    if (started == 0) {
      started = passStarted;
    }
    int fed = session.length();
    if (phase() == Phase.STEP) {
      int[] guess = lookup.guess(history, Math.min(session.roomToGuess(), left() - 1));
      int[] ids = Arrays.copyOf(history.slice(fed, 1), 1 + guess.length);
      System.arraycopy(guess, 0, ids, 1, guess.length);
      return session.part(ids, Batch.Rows.ALL);
    }
    boolean scores = request.scoredFrom() < history.size();
    if (scores && fed < request.unseen()) {
      int count = Math.min(chunk, request.unseen() - fed);
      return session.part(history.slice(fed, count), Batch.Rows.NONE);
    }
    int count = Math.min(chunk, history.size() - fed);
    Batch.Rows last = fed + count == history.size() ? Batch.Rows.LAST : Batch.Rows.NONE;
    return session.part(history.slice(fed, count), scores ? Batch.Rows.ALL : last);
  }

  /// Tokens that may still be made.
  private int left() {
    return request.settings().maxTokens() - history.generatedSize();
  }

  /// Takes in what the pass computed.
  ///
  /// @param part what was fed
  /// @param firstRow of the part in the batch
  /// @param logitsRow of the part's first row with logits
  void advance(Batch.Part part, Output output, int firstRow, int logitsRow) {
    failure.ifPresent(e -> {
      throw e;
    });
    if (phase() == Phase.STEP) {
      check(part.tokens(), output, firstRow, logitsRow);
      return;
    }
    route(part.tokens(), output, firstRow);
    if (session.length() < history.size()) {
      return;
    }
    if (left() == 0) {
      finish(FinishReason.LENGTH);
    } else {
      draw(output, logitsRow + part.logitsRows() - 1);
    }
  }

  /// Draws the token behind each of these, as long as the next of them is the one that was drawn.
  private void check(int[] fed, Output output, int firstRow, int logitsRow) {
    int made = 0;
    int drawn = fed[0];
    while (made < fed.length && drawn == fed[made] && finishReason.isEmpty()) {
      route(new int[] {drawn}, output, firstRow + made);
      drawn = draw(output, logitsRow + made);
      made++;
    }
    if (made < fed.length) {
      session.forget();
    }
    lookup.learn(fed.length - 1, made, System.nanoTime() - passStarted, output, firstRow);
  }

  /// These tokens are in the session now.
  private void route(int[] tokens, Output output, int firstRow) {
    int position = session.length();
    session.fed(tokens);
    if (!output.routings().isEmpty()) {
      request.onRouting().accept(new RoutedTokens(position, tokens, output.routings(), firstRow));
    }
  }

  private void read(Tensor source, int row) {
    Engine.copyRow(source, row, logits);
    // A model may have more rows than its tokenizer has tokens, to fill a block; they mean nothing.
    session
        .engine()
        .tokenizer()
        .filter(t -> t.vocabSize() < logits.length)
        .ifPresent(t -> Arrays.fill(logits, t.vocabSize(), logits.length, Float.NEGATIVE_INFINITY));
  }

  /// A token and, as far as they were asked for, the likeliest in its place.
  private record Draw(Sampler.Choice choice, List<Sampler.Choice> top) {}

  /// Scores what was read and chooses the first token that the pass makes, ahead of [#advance].
  /// Several generations may do so at once.
  void drawAhead(Batch.Part part, Output output, int logitsRow) {
    if (part.logits() == Batch.Rows.NONE) {
      return;
    }
    try {
      boolean reading = phase() == Phase.PROMPT;
      int last = reading ? part.logitsRows() - 1 : 0;
      if (reading && part.logits() == Batch.Rows.ALL) {
        score(part.tokens().length, output, logitsRow);
      }
      boolean draws = !reading || session.length() + part.tokens().length == history.size();
      if (draws && left() > 0) {
        ahead = Optional.of(choose(output, logitsRow + last));
      }
    } catch (RuntimeException e) {
      failure = Optional.of(e);
    }
  }

  /// What each of these rows thought of the token behind it, as far as the prompt has one.
  private void score(int rows, Output output, int logitsRow) {
    for (int i = 0; i < rows; i++) {
      int place = session.length() + i + 1;
      if (place < history.size()) {
        read(output.logits(), logitsRow + i);
        scores.add(Sampler.score(logits, history.id(place), request.topLogprobs()));
      }
    }
  }

  private Draw choose(Output output, int row) {
    read(output.logits(), row);
    List<Sampler.Choice> top = Sampler.likeliest(logits, request.topLogprobs());
    return new Draw(sampler.sample(logits, history), top);
  }

  private int draw(Output output, int row) {
    Draw draw = ahead.orElseGet(() -> choose(output, row));
    ahead = Optional.empty();
    emit(draw.choice(), draw.top());
    return draw.choice().id();
  }

  private void emit(Sampler.Choice choice, List<Sampler.Choice> top) {
    long now = System.nanoTime();
    if (history.generatedSize() == 0) {
      firstToken = now;
    }
    history.add(choice.id());
    boolean end = session.engine().eosTokens().contains(choice.id());
    String piece =
        end ? "" : stopRule.append(detokenizer.map(d -> d.append(choice.id())).orElse(""));
    if (end || stopRule.stopped()) {
      finish(FinishReason.STOP);
    } else if (history.generatedSize() == request.settings().maxTokens()) {
      finish(FinishReason.LENGTH);
    } else if (session.length() == session.capacity()) {
      finish(FinishReason.CONTEXT);
    }
    if (finishReason.isPresent()) {
      piece += stopRule.append(detokenizer.map(Detokenizer::finish).orElse("")) + stopRule.finish();
    }
    text.append(piece);
    request.onToken().accept(new TokenEvent(choice.id(), piece, choice.logprob(), top));
  }

  /// Its pass, or its own part of it, failed: what the cache holds is not known any more.
  void fail(RuntimeException e) {
    failure = Optional.of(e);
    breakOff();
  }

  /// Why it failed, if it did.
  Optional<RuntimeException> failure() {
    return failure;
  }

  /// Ends it with nothing in its session.
  void breakOff() {
    session.clear();
    if (finishReason.isEmpty()) {
      finish(FinishReason.CANCELLED);
    }
  }

  private void finish(FinishReason reason) {
    finishReason = Optional.of(reason);
    ended = System.nanoTime();
    if (history.generatedSize() == 0) {
      started = started == 0 ? ended : started;
      firstToken = ended;
    }
  }
}
