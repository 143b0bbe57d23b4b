package sirocco.lab.subject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.EngineException;
import sirocco.engine.FinishReason;
import sirocco.engine.QueueFullException;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerStoppedException;
import sirocco.engine.Terms;
import sirocco.engine.Ticket;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Subject;
import sirocco.text.TemplateException;

/// A model in this process. What is asked together shares passes, and texts that begin alike are
/// read once as far as they do; what is answered does not depend on either.
///
/// A text that is too long for the context loses tokens behind the opening one, so that its end and
/// what is asked about it stay.
public final class EngineSubject implements Subject {
  private final String name;
  private final String fingerprint;
  private final Engine engine;
  private final Scheduler scheduler;
  private final AtomicLong cut = new AtomicLong();

  /// @param engine stays the caller's, as the scheduler does
  public EngineSubject(String name, String fingerprint, Engine engine, Scheduler scheduler) {
    this.name = name;
    this.fingerprint = fingerprint;
    this.engine = engine;
    this.scheduler = scheduler;
    if (engine.tokenizer().isEmpty()) {
      throw new EvaluationException(
          name + ": a model is asked in words, and this one has no tokenizer; add its files");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /// Texts so far that were too long and lost a part.
  public long cut() {
    return cut.get();
  }

  @Override
  public CompletableFuture<Reply> ask(Question question, long seed) {
    try {
      return switch (question) {
        case Question.Likelihood q -> likelihoods(q);
        case Question.Completion(String prompt, Sampling sampling) ->
            texts(engine.encode(prompt), false, sampling, seed);
        case Question.Chat(var messages, Sampling sampling) ->
            texts(engine.encode(messages), true, sampling, seed);
      };
    } catch (EngineException | TemplateException | EvaluationException e) {
      return CompletableFuture.failedFuture(failure(e));
    }
  }

  private CompletableFuture<Reply> likelihoods(Question.Likelihood question) {
    List<Request> requests = question.continuations().stream().map(this::scored).toList();
    return run(requests, EngineSubject::likelihoods);
  }

  /// A request that reads a text and tells what the model thought of its end.
  private Request scored(Continuation continuation) {
    String context = continuation.context();
    int[] whole = engine.encode(context + continuation.text());
    int behind = engine.encode(context.stripTrailing()).length;
    if (behind == 0) { // nothing opens a text of this vocabulary, so an end stands before it
      int end = engine.eosTokens().stream().min(Integer::compare).orElse(0);
      whole = IntStream.concat(IntStream.of(end), Arrays.stream(whole)).toArray();
      behind = 1;
    }
    if (whole.length <= behind) {
      throw new EvaluationException(
          "\"%s\" adds no token to \"%s\"".formatted(continuation.text(), context));
    }
    int scores = whole.length - behind;
    int[] prompt = cut(whole, scheduler.context(), scores + 1);
    var settings = SamplingSettings.builder().temperature(0).maxTokens(0).build();
    return Request.of(prompt, settings).scoredFrom(prompt.length - scores).topLogprobs(1);
  }

  /// All, or the opening token and as much of the end as fits.
  ///
  /// @param least tokens at the end that must stay
  private int[] cut(int[] ids, int most, int least) {
    if (ids.length <= most) {
      return ids;
    }
    if (most < least + 1) {
      throw new EvaluationException(
          "%s: %d tokens do not fit a context of %d; give a longer --context"
              .formatted(name, least, most));
    }
    cut.incrementAndGet();
    int[] kept = Arrays.copyOfRange(ids, ids.length - most, ids.length);
    kept[0] = ids[0];
    return kept;
  }

  private static Reply likelihoods(List<Completion> completions) {
    List<Reply.Likelihood> all = new ArrayList<>();
    for (Completion completion : completions) {
      List<Completion.Score> scores = completion.scores();
      all.add(
          new Reply.Likelihood(
              scores.stream().mapToDouble(Completion.Score::logprob).sum(),
              scores.size(),
              scores.stream().allMatch(score -> score.id() == score.top().getFirst().id())));
    }
    return new Reply.Likelihoods(all);
  }

  private CompletableFuture<Reply> texts(int[] ids, boolean answers, Sampling sampling, long seed) {
    int room = Math.max(1, Math.min(sampling.maxTokens(), scheduler.context() / 2));
    int[] prompt = cut(ids, scheduler.context() - room, 1);
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < sampling.samples(); i++) {
      var settings =
          SamplingSettings.builder()
              .temperature(sampling.temperature())
              .topP(sampling.topP())
              .maxTokens(sampling.maxTokens())
              .stop(sampling.stops())
              .seed(seed + 0x9E3779B97F4A7C15L * i) // far apart, so that none are another's
              .build();
      requests.add(Request.of(prompt, settings).answers(answers));
    }
    return run(
        requests,
        completions -> new Reply.Texts(completions.stream().map(Completion::text).toList()));
  }

  /// Runs all of them, and cancels them if the reply is.
  private CompletableFuture<Reply> run(
      List<Request> requests, Function<List<Completion>, Reply> reply) {
    List<Ticket> tickets = new ArrayList<>();
    try {
      requests.forEach(request -> tickets.add(scheduler.submit(request, Terms.DEFAULT)));
    } catch (QueueFullException | SchedulerStoppedException | EngineException e) {
      tickets.forEach(Ticket::cancel);
      return CompletableFuture.failedFuture(failure(e));
    }
    var result = new CompletableFuture<Reply>();
    var _ =
        CompletableFuture.allOf(
                tickets.stream().map(Ticket::completion).toArray(CompletableFuture[]::new))
            .whenComplete((_, e) -> finish(tickets, reply, e, result));
    var _ = result.whenComplete((_, _) -> tickets.forEach(Ticket::cancel));
    return result;
  }

  private void finish(
      List<Ticket> tickets,
      Function<List<Completion>, Reply> reply,
      Throwable failure,
      CompletableFuture<Reply> result) {
    if (failure != null) {
      result.completeExceptionally(failure(failure));
      return;
    }
    List<Completion> completions =
        tickets.stream().map(ticket -> ticket.completion().join()).toList();
    if (completions.stream().anyMatch(c -> c.finishReason() == FinishReason.CANCELLED)) {
      result.completeExceptionally(new CancellationException(name + ": was stopped"));
    } else {
      result.complete(reply.apply(completions));
    }
  }

  private EvaluationException failure(Throwable cause) {
    Throwable root =
        cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
    return new EvaluationException(name + ": " + root.getMessage(), root);
  }

  /// Closes nothing: engine and scheduler are the caller's.
  @Override
  public void close() {}
}
