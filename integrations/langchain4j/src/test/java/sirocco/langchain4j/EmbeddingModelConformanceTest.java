package sirocco.langchain4j;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.common.AbstractEmbeddingModelIT;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import sirocco.LanguageModel;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;

/// LangChain4j's tests of embedding models, on the default model.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingModelConformanceTest extends AbstractEmbeddingModelIT {
  private LanguageModel model;

  @BeforeAll
  void load() {
    model = Sirocco.load(DefaultModel.path());
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Override
  protected List<EmbeddingModel> models() {
    return List.of(SiroccoEmbeddingModel.builder().model(model).build());
  }

  @Override
  protected EmbeddingModel modelWith(EmbeddingModelListener listener) {
    return SiroccoEmbeddingModel.builder().model(model).listeners(List.of(listener)).build();
  }

  @Override
  protected EmbeddingModel failingModelWith(EmbeddingModelListener listener) {
    var closed =
        SiroccoEmbeddingModel.builder()
            .path(DefaultModel.path())
            .listeners(List.of(listener))
            .build();
    closed.close();
    return closed;
  }

  @Override
  protected boolean supportsInputTypeParameter() {
    return false;
  }

  @Override
  protected boolean supportsDimensionsParameter() {
    return false;
  }

  @Override
  protected boolean supportsImageInput() {
    return false;
  }
}
