package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.engine.Pooling;
import sirocco.engine.SchedulerOptions;
import sirocco.text.Message;

/// Embeddings and token counts of the default model.
class SiroccoEmbeddingModelTest {
  private static LanguageModel model;
  private static LanguageModel words;

  /// Of a queue that is shorter than the lists of texts.
  @BeforeAll
  static void load() {
    model = TestModels.bounded(new SchedulerOptions(4, 16, 1L << 26, Duration.ofMillis(200)));
    words = TestModels.words(model.engine().tokenizer().orElseThrow());
  }

  @AfterAll
  static void close() {
    model.close();
    words.close();
  }

  @Test
  void manyTextsAreEmbeddedInOrderHoweverLongTheQueue() {
    var embeddings = SiroccoEmbeddingModel.builder().model(model).build();
    List<TextSegment> texts =
        IntStream.range(0, 50).mapToObj(i -> TextSegment.from("The number is " + i)).toList();

    Response<List<Embedding>> all = embeddings.embedAll(texts);

    assertThat(embeddings.dimension()).isEqualTo(256);
    assertThat(all.content()).hasSize(50);
    for (int i = 0; i < 50; i += 7) {
      float[] expected = model.embed(texts.get(i).text());
      assertThat(all.content().get(i).vector()).containsExactly(expected);
    }
    int tokens = texts.stream().mapToInt(t -> model.countTokens(Prompt.toContinue(t.text()))).sum();
    assertThat(all.tokenUsage()).isEqualTo(new TokenUsage(tokens));
  }

  @Test
  void vectorsHaveLengthOneAndLikeTextsAreNear() {
    var embeddings = SiroccoEmbeddingModel.builder().model(words).build();
    Embedding harbour = embeddings.embed("The harbour of Velm opens at seven.").content();
    Embedding question = embeddings.embed("When does the harbour of Velm open?").content();
    Embedding goats = embeddings.embed("Mira keeps four goats behind the old mill.").content();

    double length = 0;
    for (float x : harbour.vector()) {
      length += x * x;
    }
    assertThat(length).isCloseTo(1, within(1e-5));
    assertThat(CosineSimilarity.between(question, harbour))
        .isGreaterThan(CosineSimilarity.between(question, goats));
  }

  @Test
  void poolingIsAsAsked() {
    var last = SiroccoEmbeddingModel.builder().model(model).pooling(Pooling.LAST).build();

    assertThat(last.embed("hello").content().vector())
        .containsExactly(model.embed(List.of("hello"), Pooling.LAST).getFirst());
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    var embeddings = SiroccoEmbeddingModel.builder().model(model).build();

    assertThatThrownBy(() -> embeddings.embed("many words ".repeat(9000)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("8192");
  }

  @Test
  void tokensAreCountedAsTheModelReadsThem() {
    var estimator = new SiroccoTokenCountEstimator(model);
    assertThat(estimator.estimateTokenCountInText("47 + 38"))
        .isEqualTo(model.tokenize("47 + 38").length);
    assertThat(estimator.estimateTokenCountInMessage(UserMessage.from("hello")))
        .isEqualTo(model.countTokens(Prompt.of("hello")));
    assertThat(
            estimator.estimateTokenCountInMessages(
                List.of(SystemMessage.from("Be brief."), UserMessage.from("hello"))))
        .isEqualTo(
            model.countTokens(
                Prompt.of(
                    List.of(new Message.Instruction("Be brief."), new Message.User("hello")))));
    // The format has no place for this, but a memory that counts has.
    assertThat(
            estimator.estimateTokenCountInMessages(
                List.of(AiMessage.from("good"), AiMessage.from("day"))))
        .isEqualTo(model.tokenize("good").length + model.tokenize("day").length);
    assertThat(estimator.estimateTokenCountInMessages(List.of())).isZero();
  }
}
