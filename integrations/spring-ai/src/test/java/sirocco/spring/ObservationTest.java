package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation.HighCardinalityKeyNames;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation.LowCardinalityKeyNames;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import sirocco.LanguageModel;
import sirocco.engine.Pooling;

final class ObservationTest {
  private static final String CHAT = DefaultChatModelObservationConvention.DEFAULT_NAME;

  @AutoClose private static final LanguageModel MODEL = TestModel.open();

  private final TestObservationRegistry registry = TestObservationRegistry.create();
  private final SiroccoChatModel chat =
      new SiroccoChatModel(MODEL, SiroccoChatOptions.builder().topK(9).build(), registry);

  @Test
  void aCallIsObserved() {
    var response = chat.call(new Prompt(TestModel.QUESTION));
    TestObservationRegistryAssert.assertThat(registry)
        .doesNotHaveAnyRemainingCurrentObservation()
        .hasObservationWithNameEqualTo(CHAT)
        .that()
        .hasContextualNameEqualTo("chat " + MODEL.name())
        .hasLowCardinalityKeyValue(LowCardinalityKeyNames.AI_PROVIDER.asString(), "sirocco")
        .hasLowCardinalityKeyValue(LowCardinalityKeyNames.REQUEST_MODEL.asString(), MODEL.name())
        .hasLowCardinalityKeyValue(LowCardinalityKeyNames.RESPONSE_MODEL.asString(), MODEL.name())
        .hasHighCardinalityKeyValue(HighCardinalityKeyNames.REQUEST_TOP_K.asString(), "9")
        .hasHighCardinalityKeyValue(
            HighCardinalityKeyNames.RESPONSE_FINISH_REASONS.asString(), "[\"STOP\"]")
        .hasHighCardinalityKeyValue(
            HighCardinalityKeyNames.RESPONSE_ID.asString(), response.getMetadata().getId())
        .hasHighCardinalityKeyValue(
            HighCardinalityKeyNames.USAGE_OUTPUT_TOKENS.asString(),
            String.valueOf(response.getMetadata().getUsage().getCompletionTokens()))
        .hasBeenStarted()
        .hasBeenStopped();
  }

  @Test
  void aStreamIsObservedAsAWhole() {
    Observation parent = Observation.start("parent", registry);
    var pieces =
        chat.stream(new Prompt(TestModel.QUESTION))
            .contextWrite(c -> c.put(ObservationThreadLocalAccessor.KEY, parent))
            .collectList()
            .blockOptional(Duration.ofSeconds(60))
            .orElseThrow();
    parent.stop();
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo(CHAT)
        .that()
        .hasParentObservationEqualTo(parent)
        .hasHighCardinalityKeyValue(HighCardinalityKeyNames.REQUEST_STREAM.asString(), "true")
        .hasHighCardinalityKeyValue(
            HighCardinalityKeyNames.USAGE_TOTAL_TOKENS.asString(),
            String.valueOf(pieces.getLast().getMetadata().getUsage().getTotalTokens()))
        .satisfies(context -> {
          var response =
              Objects.requireNonNull(((ChatModelObservationContext) context).getResponse());
          assertThat(TestModel.result(response).getOutput().getText()).contains("85");
        })
        .hasBeenStopped();
  }

  @Test
  void aStreamIsOverBeforeItsSubscriberHearsOfTheEnd() {
    chat.stream(new Prompt(TestModel.QUESTION))
        .doOnComplete(() ->
            TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo(CHAT)
                .that()
                .hasBeenStopped())
        .blockLast(Duration.ofSeconds(60));
  }

  @Test
  void whatIsCancelledIsOver() {
    chat.stream(new Prompt("Hello", TestModel.LONG)).take(2).blockLast(Duration.ofSeconds(60));
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo(CHAT)
        .that()
        .hasBeenStopped();
    TestModel.awaitIdle(MODEL);
  }

  @Test
  void errorsAreObserved() {
    var tooLong = new Prompt("word ".repeat(MODEL.context()));
    assertThatThrownBy(() -> chat.call(tooLong));
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo(CHAT)
        .that()
        .hasError()
        .hasBeenStopped();
    registry.clear();
    assertThatThrownBy(() -> chat.stream(tooLong).blockLast(Duration.ofSeconds(60)));
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo(CHAT)
        .that()
        .hasError()
        .hasBeenStopped();
  }

  @Test
  void embeddingsAreObserved() {
    var embeddings = new SiroccoEmbeddingModel(MODEL, Pooling.MEAN, MetadataMode.EMBED, registry);
    embeddings.embed(List.of("one", "two"));
    TestObservationRegistryAssert.assertThat(registry)
        .hasObservationWithNameEqualTo(DefaultEmbeddingModelObservationConvention.DEFAULT_NAME)
        .that()
        .hasLowCardinalityKeyValue(LowCardinalityKeyNames.AI_PROVIDER.asString(), "sirocco")
        .hasLowCardinalityKeyValue(LowCardinalityKeyNames.REQUEST_MODEL.asString(), MODEL.name())
        .hasHighCardinalityKeyValue(
            "gen_ai.request.embedding.dimensions", String.valueOf(embeddings.dimensions()))
        .hasBeenStopped();
  }
}
