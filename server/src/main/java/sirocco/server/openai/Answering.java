package sirocco.server.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sirocco.Event;
import sirocco.PreparedPrompt;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.Request;
import sirocco.engine.RoutedToken;
import sirocco.engine.TokenEvent;
import sirocco.server.http.EventStream;
import sirocco.server.http.Exchange;
import sirocco.server.http.ProblemException;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Runs the choices of one request and writes their answer, whole or in pieces.
final class Answering {
  private final Served served;
  private final Exchange exchange;
  private final CommonFields common;
  private final AnswerShape shape;
  private final boolean tellsTokens;
  private final TokenTexts texts;
  private final String id;
  private final long received = System.nanoTime();
  private final long created = System.currentTimeMillis() / 1000;
  private final List<Choice> choices = new ArrayList<>();
  private final List<Long> lastToken = new ArrayList<>();

  /// @param tellsTokens whether every token gets a piece, be it empty, to tell its probability
  Answering(
      Served served,
      Exchange exchange,
      CommonFields common,
      AnswerShape shape,
      boolean tellsTokens) {
    this.served = served;
    this.exchange = exchange;
    this.common = common;
    this.shape = shape;
    this.tellsTokens = tellsTokens;
    this.texts = new TokenTexts(served.tokenizer());
    this.id = shape.idPrefix() + exchange.id().substring("req_".length());
  }

  /// Answers.
  ///
  /// @param prompts one a choice
  void run(List<PreparedPrompt> prompts) {
    List<Request> requests = prompts.stream().map(PreparedPrompt::request).toList();
    for (int i = 0; i < prompts.size(); i++) {
      choices.add(new Choice(i, prompts.get(i)));
      lastToken.add(0L);
    }
    exchange.note("model", common.model());
    try (Generations generations = Generations.start(served, exchange, common, requests)) {
      if (common.stream()) {
        stream(generations);
      } else {
        whole(generations);
      }
    }
    Usage.of(choices, common.n()).note(exchange);
    exchange.note(
        "finish", choices.stream().map(c -> c.completion().finishReason().json()).toList());
    if (served.logsPrompts()) {
      exchange.note("answers", choices.stream().map(c -> c.completion().text()).toList());
    }
  }

  private void whole(Generations generations) {
    while (generations.hasNext()) {
      switch (generations.next()) {
        case Generations.Made made -> {
          time(made.choice());
          var _ = choices.get(made.choice()).add(made);
        }
        case Generations.Ended ended -> {
          var _ = choices.get(ended.choice()).end(ended);
        }
        case Generations.Failed failed -> throw new IllegalStateException(failed.cause());
      }
    }
    ObjectNode answer = envelope(false);
    for (Choice choice : choices) {
      answer.withArray("choices").add(routed(shape.whole(choice), choice.routed()));
    }
    answer.set("usage", Usage.of(choices, common.n()).json());
    exchange.send(answer);
  }

  private void stream(Generations generations) {
    EventStream events = exchange.events();
    try {
      for (Choice choice : choices) {
        shape.opening(choice.index()).forEach(node -> send(events, node));
      }
      while (generations.hasNext()) {
        forward(generations.next(), events);
      }
      if (common.includeUsage()) {
        ObjectNode last = envelope(true);
        last.putArray("choices");
        last.set("usage", Usage.of(choices, common.n()).json());
        events.send(last);
      }
      events.done();
    } catch (ProblemException e) {
      exchange.note("error", e.problem().message());
      events.send(e.problem().json());
    }
  }

  private void forward(Generations.Event event, EventStream events) {
    Choice choice = choices.get(event.choice());
    int offset = choice.text().length();
    switch (event) {
      case Generations.Made made -> {
        time(made.choice());
        List<Event.Said> parts = choice.add(made);
        if (!parts.isEmpty() || tellsTokens || !made.routed().isEmpty()) {
          List<TokenEvent> tokens = List.of(made.token());
          ObjectNode piece = shape.piece(choice.index(), parts, tokens, offset);
          send(events, routed(piece, made.routed()));
        }
      }
      case Generations.Ended ended -> {
        List<Event.Said> parts = choice.end(ended);
        if (!parts.isEmpty()) {
          send(events, shape.piece(choice.index(), parts, List.of(), offset));
        }
        send(events, routed(shape.closing(choice), ended.routed()));
      }
      case Generations.Failed failed -> throw new IllegalStateException(failed.cause());
    }
  }

  private void send(EventStream events, ObjectNode choice) {
    ObjectNode piece = envelope(true);
    piece.putArray("choices").add(choice);
    if (common.includeUsage()) {
      piece.putNull("usage");
    }
    events.send(piece);
  }

  private ObjectNode envelope(boolean piece) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", shape.object(piece))
        .put("created", created)
        .put("model", common.model());
  }

  private ObjectNode routed(ObjectNode choice, List<RoutedToken> tokens) {
    if (common.routing() != RoutingWish.NONE && !tokens.isEmpty()) {
      ModelConfig config = served.engine().model().config();
      int layers = tokens.getFirst().layers();
      choice.set("routing", RoutingJson.of(tokens, texts, layers, config.numExpertsPerTok()));
    }
    return choice;
  }

  private void time(int choice) {
    long now = System.nanoTime();
    long last = lastToken.set(choice, now);
    if (last == 0) {
      served.metrics().firstToken(Duration.ofNanos(now - received));
    } else {
      served.metrics().nextToken(Duration.ofNanos(now - last));
    }
  }
}
