package sirocco.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.service.common.AbstractAiServiceWithJsonSchemaIT;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;

/// LangChain4j's tests of AI services that answer with values, on a model whose format has tools.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AiServiceWithJsonSchemaConformanceTest extends AbstractAiServiceWithJsonSchemaIT {
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
}
