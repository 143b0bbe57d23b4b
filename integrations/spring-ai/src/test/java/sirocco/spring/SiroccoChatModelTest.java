package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.EngineException;
import sirocco.engine.RoutedToken;

final class SiroccoChatModelTest {
  @AutoClose private static final LanguageModel MODEL = TestModel.open();
  private static final SiroccoChatModel CHAT = new SiroccoChatModel(MODEL);

  @Test
  void answersAsTheModelItself() {
    ChatResponse response = CHAT.call(new Prompt(TestModel.QUESTION));
    assertThat(text(response))
        .contains("85")
        .isEqualTo(MODEL.generate(TestModel.QUESTION))
        .isEqualTo(CHAT.call(TestModel.QUESTION));
    assertThat(finishReason(response)).isEqualTo("STOP");
    assertThat(response.getMetadata().getModel()).isEqualTo(MODEL.name());
    assertThat(response.getMetadata().getId()).hasSize(36);
    Usage usage = response.getMetadata().getUsage();
    assertThat(usage.getPromptTokens())
        .isEqualTo(MODEL.countTokens(sirocco.Prompt.of(TestModel.QUESTION)));
    assertThat(usage.getCompletionTokens()).isPositive();
    assertThat(usage.getTotalTokens())
        .isEqualTo(usage.getPromptTokens() + usage.getCompletionTokens());
    assertThat(usage.getCacheReadInputTokens()).isNotNull();
    Duration took = response.getMetadata().get("generation-duration");
    assertThat(took).isPositive();
  }

  @Test
  void answersThatAreCutOffEndWithLengthAndAreNoErrors() {
    var response = CHAT.call(ask(SiroccoChatOptions.builder().maxTokens(3).build()));
    assertThat(finishReason(response)).isEqualTo("LENGTH");
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(3);
  }

  @Test
  void aFullContextIsALength() {
    try (LanguageModel small =
        Sirocco.load(DefaultModel.path(), LoadOptions.DEFAULT.engine(b -> b.context(64)))) {
      ChatResponse response = new SiroccoChatModel(small).call(ask(TestModel.LONG));
      assertThat(finishReason(response)).isEqualTo("LENGTH");
      assertThat(response.getMetadata().getUsage().getTotalTokens()).isBetween(60, 65);
    }
  }

  @Test
  void optionsOfAnyKindAreHonoured() {
    var response = CHAT.call(ask(ChatOptions.builder().maxTokens(2).build()));
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isEqualTo(2);
    assertThat(response.getMetadata().getModel()).isEqualTo(MODEL.name());
  }

  @Test
  void optionsOfAPromptTakeThePlaceOfTheModelsOwn() {
    var one = SiroccoChatOptions.builder().maxTokens(1).build();
    var chat = new SiroccoChatModel(MODEL, one, ObservationRegistry.NOOP);
    assertThat(chat.call(new Prompt("Hello")).getMetadata().getUsage().getCompletionTokens())
        .isEqualTo(1);
    var response = chat.call(ask(SiroccoChatOptions.builder().stopSequences(List.of("5")).build()));
    assertThat(finishReason(response)).isEqualTo("STOP");
    assertThat(text(response)).contains("8").doesNotContain("5");
  }

  @Test
  void theSameSeedGivesTheSameAnswer() {
    SiroccoChatOptions.Builder hot = SiroccoChatOptions.builder().temperature(3.0).maxTokens(12);
    String first = text(CHAT.call(ask(hot.seed(5L).build())));
    assertThat(text(CHAT.call(ask(hot.seed(5L).build())))).isEqualTo(first);
    assertThat(text(CHAT.call(ask(hot.seed(6L).build())))).isNotEqualTo(first);
  }

  @Test
  void expertsAreToldToThoseWhoAsk() {
    var response = CHAT.call(ask(SiroccoChatOptions.builder().routing(true).build()));
    List<RoutedToken> routing =
        Objects.requireNonNull(
            TestModel.result(response)
                .getMetadata()
                .<List<RoutedToken>>get(SiroccoChatModel.ROUTING));
    assertThat(routing).isNotEmpty().allMatch(token -> token.layers() > 0);
    assertThat(routing.getLast().position())
        .isEqualTo(response.getMetadata().getUsage().getTotalTokens() - 2);
    assertThat(TestModel.result(CHAT.call(new Prompt("Hello"))).getMetadata().keySet()).isEmpty();
  }

  @Test
  void namesTheModelAndRefusesOthers() {
    assertThat(CHAT.getOptions().getModel()).isEqualTo(MODEL.name());
    assertThatThrownBy(() -> CHAT.call(ask(ChatOptions.builder().model("gpt-9").build())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("model: 'gpt-9' was asked for, this is " + MODEL.name());
  }

  @Test
  void whatMakesNoSenseIsNamed() {
    assertThatThrownBy(() -> CHAT.call(ask(ChatOptions.builder().topP(2.0).build())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("top_p must lie in 0 to 1, found 2");
    assertThatThrownBy(() -> CHAT.call(new Prompt("word ".repeat(MODEL.context()))))
        .isInstanceOf(EngineException.class);
    TestModel.awaitIdle(MODEL);
  }

  @Test
  void anAnswerMayTakeOnlySoLong() {
    var options = TestModel.LONG.mutate().timeout(Duration.ofMillis(1)).build();
    ChatResponse response = CHAT.call(ask(options));
    assertThat(finishReason(response)).isEqualTo("LENGTH");
    assertThat(response.getMetadata().getUsage().getCompletionTokens()).isLessThan(1000);
  }

  private static Prompt ask(ChatOptions options) {
    return new Prompt(TestModel.QUESTION, options);
  }

  private static String text(ChatResponse response) {
    return String.valueOf(TestModel.result(response).getOutput().getText());
  }

  private static String finishReason(ChatResponse response) {
    return String.valueOf(TestModel.result(response).getMetadata().getFinishReason());
  }
}
