package sirocco.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;
import sirocco.text.ToolCalls;

/// LangChain4j's messages as Sirocco's.
final class Conversations {
  private Conversations() {}

  /// The same conversation.
  ///
  /// @throws UnsupportedFeatureException naming what a language model of text cannot take
  static List<Message> of(List<ChatMessage> messages) {
    return messages.stream().map(Conversations::message).toList();
  }

  /// The same with an empty answer where the user speaks right after a tool, as happens where a
  /// tool's result was handed to the user as it was. Formats with tools have no place for that.
  static List<Message> answered(List<Message> conversation) {
    List<Message> all = new ArrayList<>();
    for (Message message : conversation) {
      if (message instanceof Message.User
          && !all.isEmpty()
          && all.getLast() instanceof Message.ToolResult) {
        all.add(new Message.Assistant(""));
      }
      all.add(message);
    }
    return all;
  }

  private static Message message(ChatMessage message) {
    return switch (message) {
      case SystemMessage m -> new Message.Instruction(m.text());
      case UserMessage m -> user(m);
      case AiMessage m -> assistant(m);
      case ToolExecutionResultMessage m ->
          new Message.ToolResult(
              orEmpty(m.id()),
              orEmpty(m.toolName()),
              text("non-text content in a tool's result: ", m.contents()));
      default ->
          throw new UnsupportedFeatureException(
              "a message of type %s is not supported by Sirocco"
                  .formatted(message.getClass().getSimpleName()));
    };
  }

  private static Message user(UserMessage message) {
    if (message.name() != null) {
      throw new UnsupportedFeatureException(
          "a user's name ('%s') is not supported: no chat format of these models has a place for it"
              .formatted(message.name()));
    }
    return new Message.User(text("", message.contents()));
  }

  private static Message assistant(AiMessage message) {
    if (!message.images().isEmpty()) {
      throw new UnsupportedFeatureException(
          "content of type image is not supported: Sirocco's models read text alone");
    }
    List<ToolCall> calls =
        message.toolExecutionRequests().stream().map(Conversations::call).toList();
    return new Message.Assistant(orEmpty(message.text()), calls);
  }

  private static ToolCall call(ToolExecutionRequest request) {
    String id = request.id();
    String arguments = orEmpty(request.arguments());
    return new ToolCall(
        id == null ? ToolCalls.newId(ThreadLocalRandom.current()) : id,
        request.name(),
        arguments.isBlank() ? "{}" : arguments);
  }

  /// @param place what a complaint begins with
  private static String text(String place, List<Content> contents) {
    return contents.stream().map(content -> text(place, content)).collect(Collectors.joining("\n"));
  }

  private static String text(String place, Content content) {
    if (content instanceof TextContent text) {
      return text.text();
    }
    throw new UnsupportedFeatureException(
        "%scontent of type %s is not supported: Sirocco's models read text alone"
            .formatted(place, content.type().toString().toLowerCase(Locale.ROOT)));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
