package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sirocco.AnswerStream;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.SchedulerOptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The default model, asked as LangChain4j asks.
@Timeout(120)
class SiroccoChatModelTest {
  @TempDir private static Path folder = Path.of("");
  private static LanguageModel model;
  private static SiroccoChatModel chat;

  private static final ToolSpecification WEATHER =
      ToolSpecification.builder()
          .name("weather")
          .description("The weather in a town.")
          .parameters(
              JsonObjectSchema.builder()
                  .addEnumProperty("town", List.of("Oslo", "Lisbon", "Munich", "Cairo"))
                  .required("town")
                  .build())
          .build();

  @BeforeAll
  static void load() {
    model = TestModels.plain(folder);
    chat = SiroccoChatModel.builder().model(model).build();
  }

  @AfterAll
  static void close() {
    chat.close();
    assertThat(model.generate("Say hello.")).isNotNull(); // it was not the chat model's to close
    model.close();
  }

  private static ChatResponse ask(String question, ChatRequestParameters parameters) {
    return chat.chat(
        ChatRequest.builder().messages(UserMessage.from(question)).parameters(parameters).build());
  }

  private static SiroccoChatRequestParameters.Builder greedy() {
    return SiroccoChatRequestParameters.builder().temperature(0.0).maxOutputTokens(60);
  }

  @Test
  void answersAndTellsWhatItTook() {
    ChatResponse response = ask("What is 47 + 38?", greedy().build());

    assertThat(response.aiMessage()).isEqualTo(AiMessage.from("47 + 38 = 85."));
    assertThat(response.metadata().modelName()).isEqualTo("sirocco-tiny");
    assertThat(response.metadata().id()).isNotBlank();
    assertThat(response.metadata().finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(response.metadata().tokenUsage().inputTokenCount())
        .isEqualTo(model.countTokens(Prompt.of("What is 47 + 38?")));
    assertThat(response.metadata().tokenUsage().outputTokenCount()).isPositive();
  }

  @Test
  void theSameSeedGivesTheSameAnswer() {
    var hot = SiroccoChatRequestParameters.builder().temperature(1.5).topP(1.0).maxOutputTokens(30);
    List<String> answers =
        IntStream.range(0, 4)
            .mapToObj(
                i -> ask("Tell me a story.", hot.seed((long) (i / 2)).build()).aiMessage().text())
            .toList();

    assertThat(answers.get(0)).isEqualTo(answers.get(1)).isNotEqualTo(answers.get(2));
    assertThat(answers.get(2)).isEqualTo(answers.get(3));
  }

  @Test
  void callsAToolItMustCallWithArgumentsOfItsSchema() {
    for (String town : List.of("Oslo", "Lisbon", "Munich", "Cairo")) {
      ChatResponse response =
          ask(
              "I am in " + town + ". What is the weather?",
              greedy()
                  .toolSpecifications(WEATHER)
                  .toolChoice(ToolChoice.REQUIRED)
                  .parallelToolCalls(false)
                  .build());

      assertThat(response.aiMessage().text()).isNull();
      assertThat(response.aiMessage().toolExecutionRequests())
          .singleElement()
          .satisfies(call -> {
            assertThat(call.name()).isEqualTo("weather");
            assertThat(call.arguments()).isEqualTo("{\"town\":\"%s\"}".formatted(town));
          });
      assertThat(response.metadata().finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    }
  }

  @Test
  void isHeldToASchema() {
    var schema =
        JsonSchema.builder()
            .name("Sum")
            .rootElement(
                JsonObjectSchema.builder()
                    .addEnumProperty("kind", List.of("sum", "product"))
                    .addBooleanProperty("sure")
                    .required("kind", "sure")
                    .build())
            .build();
    var format = ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();

    JsonNode json =
        JsonMapper.shared()
            .readTree(
                ask("What is 47 + 38?", greedy().responseFormat(format).build())
                    .aiMessage()
                    .text());

    assertThat(json.propertyNames()).containsExactly("kind", "sure");
    assertThat(json.get("kind").stringValue()).isIn("sum", "product");
    assertThat(json.get("sure").isBoolean()).isTrue();
  }

  @Test
  void badRequestsAreRefusedAndSayWhatIsWrong() {
    assertThatThrownBy(() -> ask("hello", greedy().topP(1.5).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("top_p must lie in 0 to 1, found 1.5");
    assertThatThrownBy(() -> ask("many words ".repeat(3000), greedy().build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2048");
    assertThatThrownBy(() -> chat.chat(UserMessage.from("one"), UserMessage.from("two")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("alternate");
    assertThatThrownBy(() -> ask("hello", greedy().toolChoice(ToolChoice.REQUIRED).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("a call is required, but there are no tools");
  }

  @Test
  void aSchemaThatCannotBeHeldIsNotSupported() {
    var schema =
        JsonSchema.builder()
            .name("Odd")
            .rootElement(JsonRawSchema.from("{\"type\": \"object\", \"minProperties\": 2}"))
            .build();
    var format = ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();

    assertThatThrownBy(() -> ask("hello", greedy().responseFormat(format).build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("minProperties");
  }

  @Test
  void aFullQueueIsARateLimit() {
    try (var busy =
            TestModels.bounded(new SchedulerOptions(1, 0, 1L << 26, Duration.ofMillis(200)));
        AnswerStream running = busy.stream(Prompt.toContinue("Once").maxTokens(5000))) {
      var other = SiroccoChatModel.builder().model(busy).build();

      assertThatThrownBy(() -> other.chat("hello"))
          .isInstanceOf(RateLimitException.class)
          .hasMessageContaining("try again");
      running.cancel();
    }
  }

  @Test
  void aClosedModelSaysSoAndIsNotAskedAgain() {
    var closed = SiroccoChatModel.builder().path(DefaultModel.path()).build();
    closed.close();

    assertThatThrownBy(() -> closed.chat("hello")).isInstanceOf(NonRetriableException.class);
  }

  @Test
  void buildersSayWhatIsMissing() {
    assertThatThrownBy(() -> SiroccoChatModel.builder().build())
        .hasMessage("expected a model or the path to one, found neither: call model(…) or path(…)");
    var both = SiroccoChatModel.builder().model(model).path(DefaultModel.path());
    assertThatThrownBy(both::build).hasMessageContaining("found both");
    var named =
        SiroccoChatModel.builder()
            .model(model)
            .defaultRequestParameters(ChatRequestParameters.builder().modelName("gpt").build());
    assertThatThrownBy(named::build).isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void eightThreadsShareOneModel() throws Exception {
    List<String> questions =
        IntStream.range(0, 8).mapToObj(i -> "What is %d + 38?".formatted(40 + i)).toList();
    List<String> alone =
        questions.stream().map(q -> ask(q, greedy().build()).aiMessage().text()).toList();

    List<String> together = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Callable<String>> tasks =
          questions.stream()
              .<Callable<String>>map(q -> () -> ask(q, greedy().build()).aiMessage().text())
              .toList();
      for (Future<String> answer : threads.invokeAll(tasks)) {
        together.add(answer.get());
      }
    }

    assertThat(together).isEqualTo(alone);
  }
}
