package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import sirocco.LanguageModel;
import sirocco.engine.EngineException;
import sirocco.engine.Pooling;

final class SiroccoEmbeddingModelTest {
  @AutoClose private static final LanguageModel MODEL = TestModel.open();
  private static final SiroccoEmbeddingModel EMBEDDINGS = new SiroccoEmbeddingModel(MODEL);

  @Test
  void vectorsAreTheModels() {
    float[] vector = EMBEDDINGS.embed("The cat sat.");
    assertThat(vector).hasSize(EMBEDDINGS.dimensions()).isEqualTo(MODEL.embed("The cat sat."));
    double square = 0;
    for (float x : vector) {
      square += (double) x * x;
    }
    assertThat(square).isCloseTo(1, within(1e-5));
  }

  @Test
  void moreTextsThanTheQueueHoldsKeepTheirOrder() {
    List<String> texts = IntStream.range(0, 400).mapToObj(i -> "number " + i).toList();
    EmbeddingResponse response = EMBEDDINGS.embedForResponse(texts);
    assertThat(response.getResults()).hasSize(400);
    for (int i : new int[] {0, 31, 32, 399}) {
      assertThat(response.getResults().get(i).getIndex()).isEqualTo(i);
      assertThat(response.getResults().get(i).getOutput()).isEqualTo(MODEL.embed(texts.get(i)));
    }
    assertThat(response.getMetadata().getModel()).isEqualTo(MODEL.name());
    assertThat(response.getMetadata().getUsage().getPromptTokens()).isGreaterThan(800);
  }

  @Test
  void documentsAreReadWithTheirMetadataIfThatIsWanted() {
    var document = Document.builder().text("The cat sat.").metadata("author", "Mouse").build();
    var without =
        new SiroccoEmbeddingModel(MODEL, Pooling.MEAN, MetadataMode.NONE, ObservationRegistry.NOOP);
    assertThat(without.embed(document))
        .isEqualTo(MODEL.embed(document.getFormattedContent(MetadataMode.NONE)));
    assertThat(EMBEDDINGS.embed(document))
        .isEqualTo(MODEL.embed(document.getFormattedContent(MetadataMode.EMBED)))
        .isNotEqualTo(without.embed(document));
  }

  @Test
  void theLastTokenMayStandForAll() {
    var last =
        new SiroccoEmbeddingModel(
            MODEL, Pooling.LAST, MetadataMode.EMBED, ObservationRegistry.NOOP);
    assertThat(last.embed("The cat sat."))
        .isEqualTo(MODEL.embed(List.of("The cat sat."), Pooling.LAST).getFirst());
  }

  @Test
  void whatCannotBeHadIsRefused() {
    assertThatThrownBy(() -> ask(EmbeddingOptions.builder().dimensions(7).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimensions: 7 were asked for, the vectors have " + EMBEDDINGS.dimensions());
    assertThatThrownBy(() -> ask(EmbeddingOptions.builder().model("other").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model: 'other' was asked for, this is " + MODEL.name());
    assertThatThrownBy(() -> EMBEDDINGS.embed("word ".repeat(MODEL.context())))
        .isInstanceOf(EngineException.class);
    TestModel.awaitIdle(MODEL);
  }

  private static void ask(EmbeddingOptions options) {
    EMBEDDINGS.call(new EmbeddingRequest(List.of("text"), options));
  }
}
