package sirocco.server.openai;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.PreparedPrompt;
import sirocco.Prompt;
import sirocco.engine.Engine;
import sirocco.engine.EngineException;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Scheduler;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;
import sirocco.server.metrics.Metrics;
import sirocco.text.Tokenizer;
import sirocco.text.grammar.GrammarException;

/// What all endpoints answer with.
///
/// @param name of the model, as clients say it
/// @param adapters names of LoRAs over the model, each a model of its own to clients
/// @param defaults how tokens are chosen where a request does not say
/// @param timeout the longest that an answer may take; requests may only shorten it
/// @param logsPrompts whether the log shows what was asked and answered
/// @param created when the server was started
/// @param longestToken bytes of the vocabulary's longest token
public record Served(
    LanguageModel model,
    Metrics metrics,
    String name,
    List<String> adapters,
    SamplingSettings defaults,
    Optional<Duration> timeout,
    boolean logsPrompts,
    Instant created,
    int longestToken) {
  /// The most messages of a conversation.
  static final int MESSAGES = 4096;

  /// The most answers, or texts to embed, of one request.
  static final int CHOICES = 128;

  public Served {
    adapters = List.copyOf(adapters);
  }

  /// What a server starts with.
  public static Served of(
      LanguageModel model,
      Metrics metrics,
      String name,
      SamplingSettings defaults,
      Optional<Duration> timeout,
      boolean logsPrompts) {
    return new Served(
        model,
        metrics,
        name,
        List.copyOf(model.engine().options().adapters().keySet()),
        defaults,
        timeout,
        logsPrompts,
        Instant.now(),
        model.engine().tokenizer().map(Served::longestToken).orElse(0));
  }

  private static int longestToken(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.vocabSize())
        .map(id -> tokenizer.bytes(id).length)
        .max()
        .orElse(0);
  }

  /// The most tokens of a prompt and its answer.
  int context() {
    return model.context();
  }

  Engine engine() {
    return model.engine();
  }

  Scheduler scheduler() {
    return model.scheduler();
  }

  /// The choices of a prompt, made ready: one seed after the other.
  ///
  /// @throws ProblemException naming the field whose grammar cannot be honoured
  List<PreparedPrompt> prepare(Prompt prompt, CommonFields common) {
    var _ = tokenizer();
    try {
      return common.settingsOfChoices().stream()
          .map(settings -> model.prepare(prompt.sampling(settings).adapter(common.adapter())))
          .toList();
    } catch (GrammarException e) {
      String field = field(String.valueOf(e.getMessage()), prompt);
      throw ProblemException.invalid(field, field + ": " + e.getMessage());
    } catch (EngineException e) {
      throw ProblemException.invalid(String.valueOf(e.getMessage()));
    }
  }

  /// Where a grammar came from.
  private static String field(String message, Prompt prompt) {
    if (message.startsWith("tool")) {
      return "tools";
    }
    return switch (prompt.form()) {
      case Form.Regex _ -> "regex";
      case Form.Gbnf _ -> "grammar";
      case Form.Free _, Form.Json _, Form.JsonSchema _ -> "response_format";
    };
  }

  /// The tokenizer.
  ///
  /// @throws ProblemException if the model has none: then it has no words for anybody
  Tokenizer tokenizer() {
    return engine()
        .tokenizer()
        .orElseThrow(() -> ProblemException.invalid("this model has no tokenizer"));
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
