package sirocco.spring;

import java.util.List;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import sirocco.Answer;
import sirocco.engine.Completion;
import sirocco.engine.FinishReason;

/// What the model says to one question, as Spring AI gives it to its callers.
///
/// @param id the same for all pieces
/// @param model that answers
/// @param routing whether the experts of the tokens are told
record Answers(String id, String model, boolean routing) {
  /// A piece of the text.
  ChatResponse piece(String text) {
    var metadata = ChatResponseMetadata.builder().id(id).model(model).build();
    return new ChatResponse(List.of(new Generation(new AssistantMessage(text))), metadata);
  }

  /// The whole answer.
  ChatResponse whole(Answer answer) {
    return response(answer, answer.text());
  }

  /// What is left to say when the text was told in pieces: calls, why it ended, what it took.
  ChatResponse last(Answer answer) {
    return response(answer, "");
  }

  private ChatResponse response(Answer answer, String text) {
    List<AssistantMessage.ToolCall> calls =
        answer.calls().stream()
            .map(c -> new AssistantMessage.ToolCall(c.id(), "function", c.name(), c.arguments()))
            .toList();
    var message = AssistantMessage.builder().content(text).toolCalls(calls).build();
    var generation = ChatGenerationMetadata.builder().finishReason(finishReason(answer));
    if (routing) {
      generation.metadata(SiroccoChatModel.ROUTING, answer.routing());
    }
    Completion.Timings timings = answer.completion().timings();
    var metadata =
        ChatResponseMetadata.builder()
            .id(id)
            .model(model)
            .usage(usage(answer.usage()))
            .keyValue("prompt-duration", timings.prompt())
            .keyValue("generation-duration", timings.generation())
            .build();
    return new ChatResponse(List.of(new Generation(message, generation.build())), metadata);
  }

  private static Usage usage(Completion.Usage usage) {
    return new DefaultUsage(
        usage.promptTokens(),
        usage.generatedTokens(),
        usage.promptTokens() + usage.generatedTokens(),
        usage,
        (long) usage.cachedTokens(),
        null);
  }

  /// In the words of Spring AI's other models. All that cut an answer off is a length.
  private static String finishReason(Answer answer) {
    if (!answer.calls().isEmpty()) {
      return "TOOL_CALLS";
    }
    return switch (answer.finishReason()) {
      case LENGTH, CONTEXT, TIMEOUT -> FinishReason.LENGTH.name();
      case STOP, CANCELLED -> answer.finishReason().name();
    };
  }
}
