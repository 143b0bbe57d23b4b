package sirocco.server.openai;

import java.util.List;
import java.util.Set;
import sirocco.engine.TokenEvent;
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
    if (!wanted) {
      return NODES.nullNode();
    }
    ObjectNode node = NODES.objectNode();
    ArrayNode names = node.putArray("tokens");
    ArrayNode logprobs = node.putArray("token_logprobs");
    ArrayNode likeliest = node.putArray("top_logprobs");
    ArrayNode offsets = node.putArray("text_offset");
    int at = offset;
    for (TokenEvent token : shown(tokens)) {
      names.add(texts.text(token.id()));
      logprobs.add(Math.max(LEAST, token.logprob()));
      ObjectNode map = likeliest.addObject();
      token.top().forEach(c -> map.put(texts.text(c.id()), Math.max(LEAST, c.logprob())));
      offsets.add(at);
      at += token.text().length();
    }
    return node;
  }
}
