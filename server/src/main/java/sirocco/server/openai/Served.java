package sirocco.server.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sirocco.engine.Engine;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Scheduler;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;
import sirocco.server.metrics.Metrics;
import sirocco.text.Tokenizer;

/// What all endpoints answer with.
///
/// @param name of the model, as clients say it
/// @param adapters names of LoRAs over the model, each a model of its own to clients
/// @param defaults how tokens are chosen where a request does not say
/// @param timeout the longest that an answer may take; requests may only shorten it
/// @param logsPrompts whether the log shows what was asked and answered
/// @param created when the server was started
/// @param longestToken bytes of the vocabulary's longest token
/// @param madeGrammars those that requests asked for lately
public record Served(
    Engine engine,
    Scheduler scheduler,
    Metrics metrics,
    String name,
    List<String> adapters,
    SamplingSettings defaults,
    Optional<Duration> timeout,
    boolean logsPrompts,
    Instant created,
    int longestToken,
    Optional<Grammars> madeGrammars) {
  /// The most messages of a conversation.
  static final int MESSAGES = 4096;

  /// The most answers, or texts to embed, of one request.
  static final int CHOICES = 128;

  public Served {
    adapters = List.copyOf(adapters);
  }

  /// What a server starts with.
  public static Served of(
      Engine engine,
      Scheduler scheduler,
      Metrics metrics,
      String name,
      SamplingSettings defaults,
      Optional<Duration> timeout,
      boolean logsPrompts) {
    return new Served(
        engine,
        scheduler,
        metrics,
        name,
        List.copyOf(engine.options().adapters().keySet()),
        defaults,
        timeout,
        logsPrompts,
        Instant.now(),
        engine.tokenizer().map(Served::longestToken).orElse(0),
        engine.tokenizer().map(t -> new Grammars(t, engine.eosTokens())));
  }

  private static int longestToken(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.vocabSize())
        .map(id -> tokenizer.bytes(id).length)
        .max()
        .orElse(0);
  }

  /// The most tokens of a prompt and its answer.
  int context() {
    return scheduler.context();
  }

  /// The tokenizer.
  ///
  /// @throws ProblemException if the model has none: then it has no words for anybody
  Tokenizer tokenizer() {
    return engine
        .tokenizer()
        .orElseThrow(() -> ProblemException.invalid("this model has no tokenizer"));
  }

  /// The grammars that requests ask for.
  Grammars grammars() {
    var _ = tokenizer();
    return madeGrammars.orElseThrow();
  }

  /// The adapter that a model's name stands for; empty for the model itself, which is also meant
  /// where no name is given. A name is compared, never looked for in files.
  Optional<String> adapter(Optional<String> model) {
    if (model.isEmpty() || model.get().equals(name)) {
      return Optional.empty();
    }
    if (!adapters.contains(model.get())) {
      throw new ProblemException(
          new Problem(
              404,
              "invalid_request_error",
              "there is no model of this name here; /v1/models lists them",
              Optional.of("model"),
              Optional.of("model_not_found"),
              Optional.empty()));
    }
    return model;
  }

  /// Refuses a text that is too long whatever tokens it is made of, before that is found out: a
  /// million words take a second.
  void checkLength(String param, List<String> texts) {
    long characters = texts.stream().mapToLong(String::length).sum();
    checkLength(param, (int) Math.min(Integer.MAX_VALUE, characters / Math.max(1, longestToken)));
  }

  /// Refuses a prompt that leaves no room for an answer.
  void checkLength(String param, int tokens) {
    if (tokens > context()) {
      throw new ProblemException(
          Problem.invalid(
              param,
              "context_length_exceeded",
              "the prompt has at least "
                  + tokens
                  + " tokens, but the context is of "
                  + context()
                  + "; shorten it"));
    }
  }
}
