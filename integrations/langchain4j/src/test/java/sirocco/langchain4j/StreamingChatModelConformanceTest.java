package sirocco.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.common.AbstractStreamingChatModelIT;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;

/// LangChain4j's tests of streaming chat models, on the models of [ChatModelConformanceTest].
class StreamingChatModelConformanceTest extends AbstractStreamingChatModelIT {
  @TempDir private static Path folder = Path.of("");
  private LanguageModel spelled;
  private LanguageModel marked;

  @BeforeAll
  void load() {
    spelled = TestModels.spelled(folder.resolve("spelled"), Facts.SCRIPT);
    marked = TestModels.marked(folder.resolve("marked"), Facts.SCRIPT);
  }

  @AfterAll
  void close() {
    spelled.close();
    marked.close();
  }

  private static StreamingChatModel of(LanguageModel model) {
    return SiroccoStreamingChatModel.builder().model(model).build();
  }

  @Override
  protected List<StreamingChatModel> baseModels() {
    return List.of(of(spelled), of(marked));
  }

  @Override
  protected StreamingChatModel createModelWith(ChatRequestParameters parameters) {
    return SiroccoStreamingChatModel.builder()
        .model(spelled)
        .defaultRequestParameters(parameters)
        .build();
  }

  @Override
  public StreamingChatModel createModelWith(ChatModelListener listener) {
    return SiroccoStreamingChatModel.builder().model(spelled).listeners(listener).build();
  }

  @Override
  protected String customModelName() {
    return TestModels.ADAPTER;
  }

  @Override
  protected ChatRequestParameters createIntegrationSpecificParameters(int maxOutputTokens) {
    return SiroccoChatRequestParameters.builder().maxOutputTokens(maxOutputTokens).build();
  }

  @Override
  protected boolean supportsSingleImageInputAsBase64EncodedString() {
    return false;
  }

  @Override
  protected boolean supportsSingleImageInputAsPublicURL() {
    return false;
  }
}
