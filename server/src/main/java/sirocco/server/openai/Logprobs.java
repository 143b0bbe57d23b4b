package sirocco.server.openai;

import java.util.List;
import java.util.Set;
import sirocco.engine.Completion;
import sirocco.engine.Sampler;
import sirocco.engine.TokenEvent;
import sirocco.text.Detokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Probabilities of tokens, in the two forms of OpenAI's API. End tokens are left out, as there.
///
/// @param wanted whether they are told at all
/// @param top how many of the likeliest tokens are told with each
record Logprobs(boolean wanted, int top, TokenTexts texts, Set<Integer> endTokens) {
  /// JSON has no infinity; OpenAI's API says so much for a token that cannot be.
  private static final double LEAST = -9999;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private List<TokenEvent> shown(List<TokenEvent> tokens) {
    return tokens.stream().filter(token -> !endTokens.contains(token.id())).toList();
  }

  /// `{"content": [{"token", "logprob", "bytes", "top_logprobs"}], "refusal": null}`; null if they
  /// are not wanted.
  JsonNode chat(List<TokenEvent> tokens) {
    if (!wanted) {
      return NODES.nullNode();
    }
    ObjectNode node = NODES.objectNode();
    ArrayNode content = node.putArray("content");
    for (TokenEvent token : shown(tokens)) {
      ObjectNode entry = entry(token.id(), token.logprob());
      ArrayNode likeliest = entry.putArray("top_logprobs");
      token.top().forEach(choice -> likeliest.add(entry(choice.id(), choice.logprob())));
      content.add(entry);
    }
    node.putNull("refusal");
    return node;
  }

  private ObjectNode entry(int id, double logprob) {
    ObjectNode node = NODES.objectNode();
    node.put("token", texts.text(id)).put("logprob", Math.max(LEAST, logprob));
    node.set("bytes", texts.bytes(id));
    return node;
  }

  /// `{"tokens", "token_logprobs", "top_logprobs", "text_offset"}`; null if they are not wanted.
  ///
  /// @param offset of the first token in the choice's text
  JsonNode completion(List<TokenEvent> tokens, int offset) {
    return wanted ? new Columns().add(tokens, offset).node : NODES.nullNode();
  }

  /// The same with the prompt in front, whose first token has no probability.
  ///
  /// @param first of the prompt
  /// @param scores of all others
  JsonNode completion(
      int first, List<Completion.Score> scores, List<TokenEvent> tokens, int offset) {
    // Places in the echoed text, which has no space before its first word.
    Detokenizer echo = new Detokenizer(texts.tokenizer());
    Columns columns =
        new Columns().add(first, piece(echo, first), NODES.nullNode(), NODES.nullNode());
    for (Completion.Score score : scores) {
      String text = piece(echo, score.id());
      columns.add(score.id(), text, number(score.logprob()), likeliest(score.top()));
    }
    return columns.add(tokens, offset).node;
  }

  /// Nothing for a row of the model that no token has.
  private String piece(Detokenizer echo, int id) {
    return id < texts.tokenizer().vocabSize() ? echo.append(id) : "";
  }

  private static JsonNode number(double logprob) {
    return NODES.numberNode(Math.max(LEAST, logprob));
  }

  private ObjectNode likeliest(List<Sampler.Choice> top) {
    ObjectNode map = NODES.objectNode();
    top.forEach(choice -> map.set(texts.text(choice.id()), number(choice.logprob())));
    return map;
  }

  /// A list each of what is told of tokens.
  private final class Columns {
    private final ObjectNode node = NODES.objectNode();
    private final ArrayNode names = node.putArray("tokens");
    private final ArrayNode logprobs = node.putArray("token_logprobs");
    private final ArrayNode likeliest = node.putArray("top_logprobs");
    private final ArrayNode offsets = node.putArray("text_offset");
    private int at;

    Columns add(int id, String text, JsonNode logprob, JsonNode top) {
      names.add(texts.text(id));
      logprobs.add(logprob);
      likeliest.add(top);
      offsets.add(at);
      at += text.length();
      return this;
    }

    Columns add(List<TokenEvent> tokens, int offset) {
      at = offset;
      for (TokenEvent token : shown(tokens)) {
        add(token.id(), token.text(), number(token.logprob()), likeliest(token.top()));
      }
      return this;
    }
  }
}
