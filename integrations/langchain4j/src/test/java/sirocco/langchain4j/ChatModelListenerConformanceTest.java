package sirocco.langchain4j;

import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelListenerIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import sirocco.LanguageModel;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;

/// LangChain4j's tests of who is told of what, on the default model.
class ChatModelListenerConformanceTest extends AbstractChatModelListenerIT {
  private static LanguageModel model;

  @BeforeAll
  static void load() {
    model = Sirocco.load(DefaultModel.path());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Override
  protected ChatModel createModel(ChatModelListener listener) {
    return SiroccoChatModel.builder()
        .model(model)
        .defaultRequestParameters(
            ChatRequestParameters.builder()
                .temperature(temperature())
                .topP(topP())
                .maxOutputTokens(maxTokens())
                .build())
        .listeners(listener)
        .build();
  }

  @Override
  protected String modelName() {
    return "sirocco-tiny";
  }

  @Override
  protected ChatModel createFailingModel(ChatModelListener listener) {
    var closed = SiroccoChatModel.builder().path(DefaultModel.path()).listeners(listener).build();
    closed.close();
    return closed;
  }

  @Override
  protected Class<? extends Exception> expectedExceptionClass() {
    return NonRetriableException.class;
  }
}
