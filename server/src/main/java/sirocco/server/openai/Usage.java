package sirocco.server.openai;

import java.util.List;
import sirocco.engine.Completion;
import sirocco.server.http.Exchange;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tokens counted over a request.
///
/// @param prompt of its prompts, each once however many choices it has
/// @param cached how many of those had not to be computed
/// @param generated in all choices
record Usage(int prompt, int cached, int generated) {
  /// @param n choices a prompt, one after the other
  static Usage of(List<Choice> choices, int n) {
    int prompt = 0;
    int cached = 0;
    int generated = 0;
    for (Choice choice : choices) {
      Completion.Usage usage = choice.completion().usage();
      generated += usage.generatedTokens();
      if (choice.index() % n == 0) {
        prompt += usage.promptTokens();
        cached += usage.cachedTokens();
      }
    }
    return new Usage(prompt, cached, generated);
  }

  ObjectNode json() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("prompt_tokens", prompt);
    node.put("completion_tokens", generated);
    node.put("total_tokens", prompt + generated);
    node.putObject("prompt_tokens_details").put("cached_tokens", cached);
    return node;
  }

  void note(Exchange exchange) {
    exchange.note("prompt_tokens", prompt);
    exchange.note("cached_tokens", cached);
    exchange.note("completion_tokens", generated);
  }
}
