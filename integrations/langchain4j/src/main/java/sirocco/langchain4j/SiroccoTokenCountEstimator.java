package sirocco.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.TokenCountEstimator;
import java.util.ArrayList;
import java.util.List;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;
import sirocco.text.TemplateException;

/// Counts tokens with a model's own tokenizer and chat format. Conversations that the format can
/// write are counted to the token; of others, such as an answer alone, the texts are.
public final class SiroccoTokenCountEstimator implements TokenCountEstimator {
  private final LanguageModel model;

  /// @param model stays the caller's
  public SiroccoTokenCountEstimator(LanguageModel model) {
    this.model = model;
  }

  /// Without an opening token.
  @Override
  public int estimateTokenCountInText(String text) {
    return model.tokenize(text).length;
  }

  @Override
  public int estimateTokenCountInMessage(ChatMessage message) {
    return count(List.of(message));
  }

  @Override
  public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
    List<ChatMessage> all = new ArrayList<>();
    messages.forEach(all::add);
    return all.isEmpty() ? 0 : count(all);
  }

  private int count(List<ChatMessage> messages) {
    List<Message> conversation = Conversations.of(messages);
    try {
      return model.countTokens(Prompt.of(conversation));
    } catch (TemplateException e) {
      return conversation.stream().mapToInt(this::texts).sum();
    }
  }

  private int texts(Message message) {
    int tokens = estimateTokenCountInText(message.content());
    if (message instanceof Message.Assistant(String _, List<ToolCall> calls)) {
      for (ToolCall call : calls) {
        tokens +=
            estimateTokenCountInText(call.name()) + estimateTokenCountInText(call.arguments());
      }
    }
    return tokens;
  }
}
