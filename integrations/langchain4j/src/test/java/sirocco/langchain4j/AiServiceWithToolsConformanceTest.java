package sirocco.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.common.AbstractAiServiceWithToolsIT;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;

/// LangChain4j's tests of AI services with tools, on a model whose format has tools.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AiServiceWithToolsConformanceTest extends AbstractAiServiceWithToolsIT {
  @TempDir private static Path folder = Path.of("");
  private LanguageModel model;

  @BeforeAll
  void load() {
    model = TestModels.marked(folder, AiServiceFacts.SCRIPT);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Override
  protected List<ChatModel> models() {
    return List.of(SiroccoChatModel.builder().model(model).build());
  }

  @Override
  protected boolean supportsRecursion() {
    return true;
  }

  /// Theirs is fetched from the network; nobody looks at it.
  @Override
  protected Image catImage() {
    return Image.builder().base64Data("AA==").mimeType("image/png").build();
  }
}
