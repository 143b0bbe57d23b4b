package sirocco.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.ToolUse;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;

/// What Spring AI asks, as the model takes it.
final class Questions {
  private Questions() {}

  /// A prompt of Spring AI's.
  ///
  /// @throws IllegalArgumentException naming the message or option that makes no sense here
  static Prompt of(
      LanguageModel model,
      List<org.springframework.ai.chat.messages.Message> messages,
      SiroccoChatOptions options) {
    Prompt prompt =
        Prompt.of(messages(messages))
            .sampling(builder -> sampling(builder, options))
            .tools(tools(options))
            .form(Objects.requireNonNullElse(options.getForm(), new Form.Free()))
            .adapter(adapter(model, options.getModel()))
            .routing(routing(model, options));
    if (options.getTimeout() != null) {
      prompt = prompt.timeout(options.getTimeout());
    }
    return options.getSeed() == null ? prompt : prompt.seed(options.getSeed());
  }

  /// The adapter that a model's name stands for; none for the model itself, which is also meant
  /// where no name is given.
  static Optional<String> adapter(LanguageModel model, @Nullable String name) {
    if (name == null || name.equals(model.name())) {
      return Optional.empty();
    }
    var adapters = model.engine().options().adapters().keySet();
    if (!adapters.contains(name)) {
      throw new IllegalArgumentException(
          "model: '"
              + name
              + "' was asked for, this is "
              + model.name()
              + (adapters.isEmpty() ? "" : " with the adapters " + String.join(", ", adapters)));
    }
    return Optional.of(name);
  }

  private static boolean routing(LanguageModel model, SiroccoChatOptions options) {
    boolean wanted = Boolean.TRUE.equals(options.getRouting());
    if (wanted && !model.engine().model().config().isMixture()) {
      throw new IllegalArgumentException(
          "routing: " + model.name() + " is dense, it has no experts");
    }
    return wanted;
  }

  /// The settings that options name; what makes no sense is refused when they are built.
  static SamplingSettings.Builder sampling(
      SamplingSettings.Builder builder, SiroccoChatOptions options) {
    if (options.getTemperature() != null) {
      builder.temperature(options.getTemperature());
    }
    if (options.getTopP() != null) {
      builder.topP(options.getTopP());
    }
    if (options.getTopK() != null) {
      builder.topK(options.getTopK());
    }
    if (options.getMinP() != null) {
      builder.minP(options.getMinP());
    }
    if (options.getFrequencyPenalty() != null) {
      builder.frequencyPenalty(options.getFrequencyPenalty());
    }
    if (options.getPresencePenalty() != null) {
      builder.presencePenalty(options.getPresencePenalty());
    }
    if (options.getRepetitionPenalty() != null) {
      builder.repetitionPenalty(options.getRepetitionPenalty());
    }
    if (options.getMaxTokens() != null) {
      builder.maxTokens(options.getMaxTokens());
    }
    if (options.getStopSequences() != null) {
      builder.stop(options.getStopSequences());
    }
    return builder;
  }

  private static ToolUse tools(SiroccoChatOptions options) {
    List<ToolCallback> callbacks = options.getToolCallbacks();
    ToolCallingChatOptions.validateToolCallbacks(callbacks);
    List<Message.Tool> tools =
        callbacks == null
            ? List.of()
            : callbacks.stream().map(callback -> tool(callback.getToolDefinition())).toList();
    ToolUse.Choice choice =
        Objects.requireNonNullElse(options.getToolChoice(), new ToolUse.Choice.Auto());
    boolean parallel = !Boolean.FALSE.equals(options.getParallelToolCalls());
    return new ToolUse(tools, choice, parallel, false);
  }

  private static Message.Tool tool(ToolDefinition definition) {
    return new Message.Tool(definition.name(), definition.description(), definition.inputSchema());
  }

  private static List<Message> messages(
      List<org.springframework.ai.chat.messages.Message> messages) {
    List<Message> all = new ArrayList<>();
    for (org.springframework.ai.chat.messages.Message message : messages) {
      switch (message) {
        case SystemMessage m -> all.add(new Message.Instruction(text(m)));
        case UserMessage m -> {
          refuse(m.getMedia());
          all.add(new Message.User(text(m)));
        }
        case AssistantMessage m -> {
          refuse(m.getMedia());
          all.add(new Message.Assistant(text(m), calls(m)));
        }
        case ToolResponseMessage m ->
            m.getResponses().stream()
                .map(r -> new Message.ToolResult(r.id(), r.name(), r.responseData()))
                .forEach(all::add);
        default ->
            throw new IllegalArgumentException(
                "a message of the type "
                    + message.getClass().getName()
                    + " was given; system, user, assistant and tool messages are understood");
      }
    }
    return all;
  }

  private static String text(org.springframework.ai.chat.messages.Message message) {
    return Objects.requireNonNullElse(message.getText(), "");
  }

  private static List<Message.ToolCall> calls(AssistantMessage message) {
    return message.getToolCalls().stream()
        .map(call -> new Message.ToolCall(call.id(), call.name(), call.arguments()))
        .toList();
  }

  private static void refuse(List<Media> media) {
    if (!media.isEmpty()) {
      Media first = media.getFirst();
      throw new IllegalArgumentException(
          "the message has media ("
              + first.getMimeType()
              + ", "
              + first.getName()
              + "); the model reads text only");
    }
  }
}
