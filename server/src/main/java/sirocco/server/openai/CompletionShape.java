package sirocco.server.openai;

import java.util.List;
import java.util.stream.Collectors;
import sirocco.Event;
import sirocco.engine.Completion;
import sirocco.engine.TokenEvent;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Answers of `/v1/completions`.
///
/// @param prompts of each choice
/// @param echoes what each choice's text starts with: its prompt, or nothing
/// @param scored whether the prompts' own tokens are told with their probabilities; a prompt of one
///   token has none and is told all the same
record CompletionShape(Logprobs logprobs, List<int[]> prompts, List<String> echoes, boolean scored)
    implements AnswerShape {
  CompletionShape {
    prompts = List.copyOf(prompts);
    echoes = List.copyOf(echoes);
  }

  @Override
  public String idPrefix() {
    return "cmpl-";
  }

  @Override
  public String object(boolean piece) {
    return "text_completion";
  }

  @Override
  public List<ObjectNode> opening(int index) {
    String echo = echoes.get(index);
    return echo.isEmpty()
        ? List.of()
        : List.of(choice(index, echo).putNull("logprobs").putNull("finish_reason"));
  }

  @Override
  public ObjectNode piece(int index, List<Event.Said> parts, List<TokenEvent> tokens, int offset) {
    String text =
        parts.stream()
            .map(part ->
                switch (part) {
                  case Event.Text(String piece) -> piece;
                  case Event.Call _ -> "";
                })
            .collect(Collectors.joining());
    ObjectNode node = choice(index, text);
    node.set("logprobs", logprobs.completion(tokens, echoes.get(index).length() + offset));
    return node.putNull("finish_reason");
  }

  @Override
  public ObjectNode closing(Choice choice) {
    return choice(choice.index(), "")
        .putNull("logprobs")
        .put("finish_reason", choice.finishReason());
  }

  @Override
  public ObjectNode whole(Choice choice) {
    String echo = echoes.get(choice.index());
    ObjectNode node = choice(choice.index(), echo + choice.text());
    List<Completion.Score> scores = choice.completion().scores();
    node.set(
        "logprobs",
        scored
            ? logprobs.completion(
                prompts.get(choice.index())[0], scores, choice.tokens(), echo.length())
            : logprobs.completion(choice.tokens(), echo.length()));
    return node.put("finish_reason", choice.finishReason());
  }

  private static ObjectNode choice(int index, String text) {
    return JsonNodeFactory.instance.objectNode().put("index", index).put("text", text);
  }
}
