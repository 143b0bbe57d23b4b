package sirocco.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.service.common.AbstractStreamingAiServiceIT;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;

/// LangChain4j's tests of streaming AI services, on a model whose format has tools.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamingAiServiceConformanceTest extends AbstractStreamingAiServiceIT {
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
  protected List<StreamingChatModel> models() {
    return List.of(SiroccoStreamingChatModel.builder().model(model).build());
  }
}
