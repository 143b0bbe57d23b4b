package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration;
import org.springframework.ai.model.tool.autoconfigure.ToolCallingAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.engine.SchedulerOptions;

/// Which beans there are, and what they are made of.
final class AutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  SiroccoAutoConfiguration.class,
                  SiroccoChatAutoConfiguration.class,
                  SiroccoEmbeddingAutoConfiguration.class,
                  SiroccoHealthAutoConfiguration.class,
                  ToolCallingAutoConfiguration.class,
                  ChatClientAutoConfiguration.class));

  @Test
  void aChatClientAnswersWithTheDefaultModel() {
    runner
        .withPropertyValues("spring.ai.sirocco.chat.temperature=0")
        .run(context -> {
          String answer =
              context
                  .getBean(ChatClient.Builder.class)
                  .build()
                  .prompt(TestModel.QUESTION)
                  .call()
                  .content();
          assertThat(answer).contains("85");
          assertThat(context.getBean(EmbeddingModel.class).dimensions()).isPositive();
          assertThat(context).getBeans(LanguageModel.class).hasSize(1);
        });
  }

  @Test
  void theModelIsClosedWithTheApplication() {
    List<LanguageModel> models = new ArrayList<>();
    runner.run(context -> models.add(context.getBean(LanguageModel.class)));
    assertThat(models.getFirst().scheduler().status().accepting()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "sirocco, sirocco, true, true",
    "openai, sirocco, false, true",
    "sirocco, none, true, false",
    "none, openai, false, false"
  })
  void modelsAreChosenByName(String chat, String embedding, boolean chats, boolean embeds) {
    runner
        .withPropertyValues(
            "spring.ai.model.chat=" + chat, "spring.ai.model.embedding=" + embedding)
        .withPropertyValues("spring.ai.chat.client.enabled=" + chats)
        .run(context -> {
          assertThat(context.getBeanNamesForType(ChatModel.class)).hasSize(chats ? 1 : 0);
          assertThat(context.getBeanNamesForType(EmbeddingModel.class)).hasSize(embeds ? 1 : 0);
          assertThat(context.getBeanNamesForType(LanguageModel.class))
              .hasSize(chats || embeds ? 1 : 0);
          assertThat(context.getBeanNamesForType(HealthIndicator.class))
              .hasSize(chats || embeds ? 1 : 0);
        });
  }

  @Test
  void beansOfTheApplicationsOwnAreKept() {
    try (LanguageModel own = TestModel.open()) {
      SiroccoChatModel chat = new SiroccoChatModel(own);
      SiroccoEmbeddingModel embeddings = new SiroccoEmbeddingModel(own);
      runner
          .withBean("mine", LanguageModel.class, () -> own)
          .withBean(SiroccoChatModel.class, () -> chat)
          .withBean(SiroccoEmbeddingModel.class, () -> embeddings)
          .withPropertyValues("spring.ai.sirocco.model=/is/not/read")
          .run(context -> {
            assertThat(context).getBean(LanguageModel.class).isSameAs(own);
            assertThat(context).getBean(ChatModel.class).isSameAs(chat);
            assertThat(context).getBean(EmbeddingModel.class).isSameAs(embeddings);
          });
    }
  }

  @Test
  void propertiesAreBound() {
    runner
        .withPropertyValues(
            "spring.ai.sirocco.context=512",
            "spring.ai.sirocco.cache-memory=64MB",
            "spring.ai.sirocco.max-concurrent=3",
            "spring.ai.sirocco.max-queued=5",
            "spring.ai.sirocco.max-resident=1GB",
            "spring.ai.sirocco.threads=1",
            "spring.ai.sirocco.experts-per-token=1",
            "spring.ai.sirocco.chat.temperature=0.25",
            "spring.ai.sirocco.chat.top-p=0.5",
            "spring.ai.sirocco.chat.top-k=7",
            "spring.ai.sirocco.chat.min-p=0.1",
            "spring.ai.sirocco.chat.frequency-penalty=0.2",
            "spring.ai.sirocco.chat.presence-penalty=0.3",
            "spring.ai.sirocco.chat.repetition-penalty=1.1",
            "spring.ai.sirocco.chat.max-tokens=12",
            "spring.ai.sirocco.chat.stop-sequences=one,two",
            "spring.ai.sirocco.chat.seed=42",
            "spring.ai.sirocco.chat.parallel-tool-calls=false",
            "spring.ai.sirocco.chat.timeout=90s",
            "spring.ai.sirocco.chat.routing=true",
            "spring.ai.sirocco.embedding.pooling=last",
            "spring.ai.sirocco.embedding.metadata-mode=none")
        .run(context -> {
          LanguageModel model = context.getBean(LanguageModel.class);
          assertThat(model.context()).isEqualTo(512);
          assertThat(model.engine().expertsPerToken()).isEqualTo(1);
          assertThat(model.engine().options().computing().threads()).hasValue(1);
          assertThat(model.engine().options().maxResident()).hasValue(1L << 30);
          assertThat(context.getBean(SiroccoChatModel.class).getOptions())
              .isEqualTo(
                  SiroccoChatOptions.builder()
                      .model(model.name())
                      .temperature(0.25)
                      .topP(0.5)
                      .topK(7)
                      .minP(0.1)
                      .frequencyPenalty(0.2)
                      .presencePenalty(0.3)
                      .repetitionPenalty(1.1)
                      .maxTokens(12)
                      .stopSequences(List.of("one", "two"))
                      .seed(42L)
                      .parallelToolCalls(false)
                      .timeout(Duration.ofSeconds(90))
                      .routing(true)
                      .build());
          var properties = context.getBean(SiroccoProperties.class);
          assertThat(properties.over(LoadOptions.DEFAULT).scheduler())
              .isEqualTo(
                  new SchedulerOptions(3, 5, 64L << 20, SchedulerOptions.DEFAULT.longestPrompt()));
        });
  }

  @Test
  void anAdapterThatIsNoneIsNamed(@TempDir Path folder) {
    runner
        .withPropertyValues("spring.ai.sirocco.adapter.poet=" + folder)
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("adapter"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model=/no/such/model | spring.ai.sirocco.model | /no/such/model",
        "context=0 | spring.ai.sirocco | context must be at least 1, found 0",
        "context=10000000 | spring.ai.sirocco | a context of 10000000 was asked for",
        "threads=-1 | spring.ai.sirocco | threads must be at least 1, found -1",
        "max-concurrent=0 | spring.ai.sirocco | max concurrent must be at least 1, found 0",
        "experts-per-token=99 | spring.ai.sirocco | 99",
        "chat.temperature=-1 | spring.ai.sirocco.chat | temperature must lie in 0 to 1000, found -1",
        "chat.model=other | spring.ai.sirocco.chat | was asked for, this is",
      })
  void aBadValueIsNamed(String value, String property, String message) {
    runner
        .withPropertyValues("spring.ai.sirocco." + value)
        .run(context -> {
          Throwable failure = Objects.requireNonNull(context.getStartupFailure());
          FailureAnalysis analysis =
              Objects.requireNonNull(new UnusablePropertyAnalyzer().analyze(failure));
          assertThat(analysis.getDescription()).startsWith(property + ": ").contains(message);
          assertThat(analysis.getAction()).isEqualTo("Change or set " + property + ".");
        });
  }

  @Test
  void withoutAnyModelThePropertyIsNamed() {
    runner
        .withClassLoader(new FilteredClassLoader("sirocco.defaultmodel"))
        .run(context ->
            assertThat(context).getFailure().rootCause().hasMessageContaining("no model"));
  }

  private static Health health(HealthIndicator indicator) {
    return Objects.requireNonNull(indicator.health());
  }

  @Test
  void theActuatorTellsHowTheModelIs() {
    runner.run(context -> {
      HealthIndicator health = context.getBean("siroccoHealthIndicator", HealthIndicator.class);
      LanguageModel model = context.getBean(LanguageModel.class);
      assertThat(health(health).getStatus()).isEqualTo(Status.UP);
      assertThat(health(health).getDetails())
          .containsEntry("model", model.name())
          .containsEntry("running", 0)
          .containsEntry("queued", 0)
          .containsEntry("accepting", true);
      model.close();
      assertThat(health(health).getStatus()).isEqualTo(Status.DOWN);
      assertThat(health(health).getDetails()).containsEntry("accepting", false);
    });
    runner
        .withPropertyValues("management.health.sirocco.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    runner
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(ChatModel.class));
  }
}
