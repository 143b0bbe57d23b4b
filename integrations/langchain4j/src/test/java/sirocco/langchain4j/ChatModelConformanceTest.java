package sirocco.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.common.AbstractChatModelIT;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;

/// LangChain4j's tests of chat models, on a model whose format has no tools and one whose format
/// has.
class ChatModelConformanceTest extends AbstractChatModelIT {
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

  private static ChatModel of(LanguageModel model) {
    return SiroccoChatModel.builder().model(model).build();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(of(spelled), of(marked));
  }

  @Override
  protected ChatModel createModelWith(ChatRequestParameters parameters) {
    return SiroccoChatModel.builder().model(spelled).defaultRequestParameters(parameters).build();
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
