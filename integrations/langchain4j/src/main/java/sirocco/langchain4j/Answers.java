package sirocco.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.Objects;
import java.util.UUID;
import sirocco.Answer;
import sirocco.LanguageModel;
import sirocco.engine.Completion;
import sirocco.text.Message.ToolCall;

/// Sirocco's answers as LangChain4j's.
final class Answers {
  private Answers() {}

  static ChatResponse response(LanguageModel model, ChatRequest request, Answer answer) {
    Completion.Usage usage = answer.usage();
    ChatResponseMetadata metadata =
        ChatResponseMetadata.builder()
            .id(UUID.randomUUID().toString())
            .modelName(Objects.requireNonNullElse(request.modelName(), model.name()))
            .tokenUsage(new TokenUsage(usage.promptTokens(), usage.generatedTokens()))
            .finishReason(finishReason(answer))
            .build();
    return ChatResponse.builder().aiMessage(message(answer)).metadata(metadata).build();
  }

  /// Calls without a text have none, as LangChain4j has it.
  private static AiMessage message(Answer answer) {
    var builder = AiMessage.builder();
    if (!answer.text().isEmpty() || answer.calls().isEmpty()) {
      builder.text(answer.text());
    }
    return builder
        .toolExecutionRequests(answer.calls().stream().map(Answers::request).toList())
        .build();
  }

  static ToolExecutionRequest request(ToolCall call) {
    return ToolExecutionRequest.builder()
        .id(call.id())
        .name(call.name())
        .arguments(call.arguments())
        .build();
  }

  private static FinishReason finishReason(Answer answer) {
    if (!answer.calls().isEmpty()) {
      return FinishReason.TOOL_EXECUTION;
    }
    return switch (answer.finishReason()) {
      case STOP -> FinishReason.STOP;
      case LENGTH, CONTEXT -> FinishReason.LENGTH;
      case CANCELLED, TIMEOUT -> FinishReason.OTHER;
    };
  }
}
