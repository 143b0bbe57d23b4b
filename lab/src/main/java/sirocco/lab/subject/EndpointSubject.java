package sirocco.lab.subject;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Subject;
import sirocco.text.Message;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A model behind a server that speaks OpenAI's protocol. Likelihoods need one that tells the
/// probabilities of an echoed prompt, as `sirocco serve` and vLLM do.
public final class EndpointSubject implements Subject {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int TRIES = 6;

  private final URI server;
  private final String model;
  private final Optional<String> key;
  private final Duration patience;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /// @param server its address up to `/v1`, such as `http://127.0.0.1:8080`
  /// @param model as the server calls it
  /// @param key sent as a bearer's
  /// @param patience the longest that one answer may take
  public EndpointSubject(URI server, String model, Optional<String> key, Duration patience) {
    this.server = URI.create(server.toString().replaceFirst("(/v1)?/*$", ""));
    this.model = model;
    this.key = key;
    this.patience = patience;
  }

  @Override
  public String name() {
    return model + " at " + server;
  }

  /// Its address and name: what weights are behind them nobody tells.
  @Override
  public String fingerprint() {
    return name();
  }

  @Override
  public CompletableFuture<Reply> ask(Question question, long seed) {
    return switch (question) {
      case Question.Likelihood q ->
          all(q.continuations().stream().map(this::likelihood).toList(), Reply.Likelihoods::new);
      case Question.Completion(String prompt, Sampling sampling) -> {
        ObjectNode body = sampled(sampling).put("prompt", prompt);
        yield texts("/v1/completions", body, "/text", sampling, seed);
      }
      case Question.Chat(var messages, Sampling sampling) -> {
        ObjectNode body = sampled(sampling);
        ArrayNode list = body.putArray("messages");
        for (Message message : messages) {
          list.addObject().put("role", message.role()).put("content", message.content());
        }
        yield texts("/v1/chat/completions", body, "/message/content", sampling, seed);
      }
    };
  }

  private ObjectNode sampled(Sampling sampling) {
    ObjectNode body = JSON.createObjectNode();
    body.put("model", model)
        .put("temperature", sampling.temperature())
        .put("top_p", sampling.topP())
        .put("max_tokens", sampling.maxTokens());
    if (!sampling.stops().isEmpty()) {
      ArrayNode stops = body.putArray("stop");
      sampling.stops().forEach(stops::add);
    }
    return body;
  }

  /// As many requests as samples, for many servers know no `n`.
  private CompletableFuture<Reply> texts(
      String path, ObjectNode body, String text, Sampling sampling, long seed) {
    List<CompletableFuture<String>> samples = new ArrayList<>();
    for (int i = 0; i < sampling.samples(); i++) {
      body.put("seed", (seed + 31L * i) & Integer.MAX_VALUE); // what all servers take
      samples.add(post(path, body.toString(), TRIES).thenApply(choice -> text(choice, text)));
    }
    return all(samples, Reply.Texts::new);
  }

  private String text(JsonNode choice, String path) {
    JsonNode text = choice.at(path);
    if (!text.isString()) {
      throw new EvaluationException(name() + ": expected a text at choices[0]" + path);
    }
    return text.stringValue();
  }

  private CompletableFuture<Reply.Likelihood> likelihood(Continuation continuation) {
    String context = continuation.context();
    ObjectNode body = JSON.createObjectNode();
    body.put("model", model)
        .put("prompt", context + continuation.text())
        .put("temperature", 0)
        .put("max_tokens", 1)
        .put("logprobs", 1)
        .put("echo", true);
    int from = context.stripTrailing().length();
    int to = context.length() + continuation.text().length();
    return post("/v1/completions", body.toString(), TRIES)
        .thenApply(choice -> sum(choice.path("logprobs"), from, to));
  }

  /// Of the tokens that begin from one place of the text to another.
  private Reply.Likelihood sum(JsonNode logprobs, int from, int to) {
    double sum = 0;
    int tokens = 0;
    boolean greedy = true;
    for (int i = 0; i < logprobs.path("tokens").size(); i++) {
      int offset = logprobs.at("/text_offset/" + i).asInt(-1);
      JsonNode logprob = logprobs.at("/token_logprobs/" + i);
      if (offset >= from && offset < to && logprob.isNumber()) {
        sum += logprob.doubleValue();
        tokens++;
        double best = Double.NEGATIVE_INFINITY;
        for (JsonNode top : logprobs.at("/top_logprobs/" + i)) {
          best = Math.max(best, top.asDouble());
        }
        greedy &= logprob.doubleValue() >= best;
      }
    }
    if (tokens == 0) {
      throw new EvaluationException(
          name()
              + ": expected the probabilities of an echoed prompt, found none; this server can be"
              + " asked for texts only");
    }
    return new Reply.Likelihood(sum, tokens, greedy);
  }

  /// The first choice of the answer. A server that is busy is asked again.
  private CompletableFuture<JsonNode> post(String path, String body, int tries) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    key.ifPresent(k -> request.header("Authorization", "Bearer " + k));
    return http.sendAsync(request.build(), BodyHandlers.ofString())
        .exceptionally(e -> {
          throw new EvaluationException(name() + ": no answer: " + root(e), e);
        })
        .thenCompose(answer -> {
          boolean busy = answer.statusCode() == 429 || answer.statusCode() == 503;
          if (busy && tries > 1) {
            return CompletableFuture.runAsync(() -> {}, after(answer, TRIES - tries))
                .thenCompose(_ -> post(path, body, tries - 1));
          }
          return CompletableFuture.completedFuture(choice(answer));
        });
  }

  private static Executor after(HttpResponse<String> answer, int tried) {
    long seconds = 1L << tried;
    try {
      seconds = answer.headers().firstValueAsLong("Retry-After").orElse(seconds);
    } catch (NumberFormatException e) {
      // a date: then as long as without it
    }
    return CompletableFuture.delayedExecutor(Math.clamp(seconds, 0, 60), TimeUnit.SECONDS);
  }

  private JsonNode choice(HttpResponse<String> answer) {
    JsonNode json;
    try {
      json = JSON.readTree(answer.body());
    } catch (JacksonException e) {
      json = JSON.createObjectNode();
    }
    JsonNode choice = json.at("/choices/0");
    if (answer.statusCode() != 200 || choice.isMissingNode()) {
      throw new EvaluationException(
          "%s: expected an answer, found status %d: %s"
              .formatted(name(), answer.statusCode(), said(json, answer.body())));
    }
    return choice;
  }

  private static String said(JsonNode json, String body) {
    String message = json.at("/error/message").asString("");
    return message.isEmpty() ? body.lines().findFirst().orElse("nothing") : message;
  }

  private static String root(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    String message = cause.getMessage();
    return cause instanceof IOException && message != null ? message : cause.toString();
  }

  private static <T> CompletableFuture<Reply> all(
      List<CompletableFuture<T>> parts, Function<List<T>, Reply> reply) {
    var result = new CompletableFuture<Reply>();
    var _ =
        CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
            .whenComplete((_, e) -> {
              if (e == null) {
                result.complete(reply.apply(parts.stream().map(CompletableFuture::join).toList()));
              } else {
                result.completeExceptionally(e.getCause() == null ? e : e.getCause());
              }
            });
    var _ = result.whenComplete((_, _) -> parts.forEach(part -> part.cancel(true)));
    return result;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
