package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.ai.chat.client.AdvisorParams;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.metadata.ToolMetadata;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.ToolUse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls of tools and answers of a form. The model is tiny: what it is not held to it does not do.
final class ToolsAndFormsTest {
  @AutoClose private static final LanguageModel MODEL = TestModel.open();
  private static final SiroccoChatModel CHAT = new SiroccoChatModel(MODEL);

  enum Sky {
    CLEAR,
    CLOUDY
  }

  record Place(@Schema(maxLength = 12) String city, int floor) {}

  record Weather(
      Place place,
      Sky sky,
      @Schema(minimum = "-40", maximum = "50") int degrees,
      @ArraySchema(maxItems = 3) List<Sky> later) {}

  private final List<Place> asked = new ArrayList<>();

  private ToolCallback weather(boolean direct) {
    return FunctionToolCallback.builder(
            "weather",
            (Place place) -> {
              asked.add(place);
              return "sunny";
            })
        .description("Tells the weather")
        .inputType(Place.class)
        .toolMetadata(ToolMetadata.builder().returnDirect(direct).build())
        .build();
  }

  private SiroccoChatOptions.Builder must() {
    return SiroccoChatOptions.builder()
        .toolCallbacks(weather(false))
        .toolChoice(new ToolUse.Choice.Required())
        .parallelToolCalls(false)
        .temperature(1.0)
        .seed(3L);
  }

  @Test
  void callsAreGivenBackAndNotRun() {
    ChatResponse response = CHAT.call(new Prompt("How is the weather?", must().build()));
    check(response);
    assertThat(response.hasToolCalls()).isTrue();
    assertThat(asked).isEmpty();
  }

  @Test
  void aStreamEndsWithTheCalls() {
    List<ChatResponse> pieces =
        CHAT.stream(new Prompt("How is the weather?", must().build()))
            .collectList()
            .blockOptional(Duration.ofSeconds(60))
            .orElseThrow();
    check(pieces.getLast());
    assertThat(pieces.subList(0, pieces.size() - 1)).noneMatch(ChatResponse::hasToolCalls);
  }

  private static void check(ChatResponse response) {
    assertThat(TestModel.result(response).getMetadata().getFinishReason()).isEqualTo("TOOL_CALLS");
    AssistantMessage.ToolCall call =
        TestModel.result(response).getOutput().getToolCalls().stream().findFirst().orElseThrow();
    assertThat(call.name()).isEqualTo("weather");
    assertThat(call.type()).isEqualTo("function");
    assertThat(call.id()).hasSize(9);
    JsonNode arguments = JsonMapper.shared().readTree(call.arguments());
    assertThat(arguments.propertyNames()).containsExactlyInAnyOrder("city", "floor");
    assertThat(arguments.get("floor").isInt()).isTrue();
  }

  @Test
  void aChatClientRunsTheTool() {
    String said =
        ChatClient.create(CHAT)
            .prompt("How is the weather?")
            .options(must())
            .tools(weather(true))
            .call()
            .content();
    assertThat(said).contains("sunny");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aChatClientRunsTheToolOfAStream() {
    List<String> said =
        ChatClient.create(CHAT)
            .prompt("How is the weather?")
            .options(must())
            .tools(weather(true))
            .stream()
            .content()
            .collectList()
            .blockOptional(Duration.ofSeconds(60))
            .orElseThrow();
    assertThat(String.join("", said)).contains("sunny");
    assertThat(asked).hasSize(1);
  }

  @Test
  void whatAToolGaveIsRead() {
    ChatResponse calls = CHAT.call(new Prompt("How is the weather?", must().build()));
    AssistantMessage called = TestModel.result(calls).getOutput();
    var result =
        new ToolResponseMessage.ToolResponse(
            called.getToolCalls().getFirst().id(), "weather", "sunny");
    List<Message> messages =
        List.of(
            new UserMessage("How is the weather?"),
            called,
            ToolResponseMessage.builder().responses(List.of(result)).build());
    var none = must().toolChoice(new ToolUse.Choice.None()).maxTokens(20).build();
    ChatResponse answer = CHAT.call(new Prompt(messages, none));
    assertThat(answer.hasToolCalls()).isFalse();
    int question = MODEL.countTokens(sirocco.Prompt.of("How is the weather?"));
    assertThat(answer.getMetadata().getUsage().getPromptTokens()).isGreaterThan(question + 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void answersBindToARecord(long seed) {
    Weather weather =
        Objects.requireNonNull(
            ChatClient.create(CHAT)
                .prompt("How is the weather in Paris?")
                .options(SiroccoChatOptions.builder().temperature(1.0).seed(seed).maxTokens(1000))
                .advisors(AdvisorParams.ENABLE_NATIVE_STRUCTURED_OUTPUT)
                .call()
                .entity(Weather.class));
    assertThat(weather.place().city()).hasSizeLessThanOrEqualTo(12);
    assertThat(weather.sky()).isNotNull();
    assertThat(weather.degrees()).isBetween(-40, 50);
    assertThat(weather.later()).hasSizeLessThanOrEqualTo(3).doesNotContainNull();
  }

  @Test
  void answersAreHeldToAForm() {
    var form = SiroccoChatOptions.builder().form(new Form.Regex("(yes|no)!")).build();
    ChatResponse response = CHAT.call(new Prompt("Is it late?", form));
    assertThat(TestModel.result(response).getOutput().getText()).isIn("yes!", "no!");
  }
}
