package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.content.Media;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.util.MimeTypeUtils;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.ToolUse;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;

/// Everything that can be said in Spring AI's words arrives.
final class QuestionsTest {
  @AutoClose private static final LanguageModel MODEL = TestModel.open();

  private static final SiroccoChatOptions ALL =
      SiroccoChatOptions.builder()
          .model(MODEL.name())
          .temperature(0.1)
          .topP(0.2)
          .topK(3)
          .minP(0.04)
          .frequencyPenalty(0.5)
          .presencePenalty(0.6)
          .repetitionPenalty(1.7)
          .maxTokens(8)
          .stopSequences(List.of("nine"))
          .seed(10L)
          .timeout(Duration.ofSeconds(11))
          .routing(true)
          .outputSchema("{}")
          .toolChoice(new ToolUse.Choice.Named("twelve"))
          .parallelToolCalls(false)
          .toolCallbacks(
              FunctionToolCallback.builder("twelve", (Map<String, Object> _) -> "")
                  .description("a dozen")
                  .inputSchema("{\"type\":\"object\"}")
                  .inputType(Map.class)
                  .build())
          .toolContext("who", "me")
          .build();

  @Test
  void everyOptionArrives() {
    Prompt prompt = Questions.of(MODEL, List.of(new UserMessage("?")), ALL);
    assertThat(prompt.sampling(MODEL.sampling(), 99))
        .isEqualTo(
            SamplingSettings.builder()
                .temperature(0.1)
                .topP(0.2)
                .topK(3)
                .minP(0.04)
                .frequencyPenalty(0.5)
                .presencePenalty(0.6)
                .repetitionPenalty(1.7)
                .maxTokens(8)
                .stop("nine")
                .seed(10)
                .build());
    assertThat(prompt.terms().timeout()).contains(Duration.ofSeconds(11));
    assertThat(prompt.routing()).isTrue();
    assertThat(prompt.form()).isEqualTo(new Form.JsonSchema("{}"));
    assertThat(prompt.tools())
        .isEqualTo(
            new ToolUse(
                List.of(new Message.Tool("twelve", "a dozen", "{\"type\":\"object\"}")),
                new ToolUse.Choice.Named("twelve"),
                false,
                false));
  }

  @Test
  void whatIsNotSetIsAsTheModelWasLoaded() {
    Prompt prompt =
        Questions.of(MODEL, List.of(new UserMessage("?")), SiroccoChatOptions.builder().build());
    assertThat(prompt.sampling(MODEL.sampling(), 99))
        .isEqualTo(MODEL.sampling().toBuilder().seed(99).build());
    assertThat(prompt.tools()).isEqualTo(ToolUse.NONE);
    assertThat(prompt.form()).isEqualTo(new Form.Free());
  }

  @Test
  void everyMessageArrives() {
    var call = new AssistantMessage.ToolCall("123456789", "function", "add", "{\"a\":1}");
    Prompt prompt =
        Questions.of(
            MODEL,
            List.of(
                new SystemMessage("Be short."),
                new UserMessage("Add."),
                AssistantMessage.builder().content("I add.").toolCalls(List.of(call)).build(),
                ToolResponseMessage.builder()
                    .responses(
                        List.of(
                            new ToolResponseMessage.ToolResponse("123456789", "add", "2"),
                            new ToolResponseMessage.ToolResponse("abcdefghi", "sub", "0")))
                    .build(),
                new AssistantMessage("2")),
            SiroccoChatOptions.builder().build());
    assertThat(prompt.content())
        .isEqualTo(
            new Prompt.Content.Conversation(
                List.of(
                    new Message.Instruction("Be short."),
                    new Message.User("Add."),
                    new Message.Assistant(
                        "I add.", List.of(new Message.ToolCall("123456789", "add", "{\"a\":1}"))),
                    new Message.ToolResult("123456789", "add", "2"),
                    new Message.ToolResult("abcdefghi", "sub", "0"),
                    new Message.Assistant("2"))));
  }

  @Test
  void mediaAreRefused() {
    var picture =
        Media.builder()
            .mimeType(MimeTypeUtils.IMAGE_PNG)
            .data(URI.create("http://localhost/cat.png"))
            .name("cat")
            .build();
    var message = UserMessage.builder().text("What is this?").media(picture).build();
    assertThatThrownBy(
            () -> Questions.of(MODEL, List.of(message), SiroccoChatOptions.builder().build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the message has media (image/png, cat); the model reads text only");
  }

  @Test
  void toolsOfOneNameAreRefused() {
    var twice =
        ALL.mutate()
            .toolCallbacks(Objects.requireNonNull(ALL.getToolCallbacks()).getFirst())
            .build();
    assertThatThrownBy(() -> Questions.of(MODEL, List.of(new UserMessage("?")), twice))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("twelve");
  }

  @Test
  void optionsAreValues() {
    assertThat(ALL.mutate().build()).isEqualTo(ALL).hasSameHashCodeAs(ALL);
    assertThat(ALL.mutate().clone().build()).isEqualTo(ALL);
    assertThat(ALL.mutate().minP(0.5).build()).isNotEqualTo(ALL);
    assertThat(ALL.mutate().temperature(0.5).build()).isNotEqualTo(ALL);
    assertThat(ALL.mutate().outputSchema(null).build().getForm()).isNull();
  }

  @Test
  void optionsAreCombined() {
    assertThat(SiroccoChatOptions.builder().combineWith(ALL.mutate()).build()).isEqualTo(ALL);
    var changed = ALL.mutate().combineWith(SiroccoChatOptions.builder().seed(77L).topK(1)).build();
    assertThat(changed).isEqualTo(ALL.mutate().seed(77L).topK(1).build());
    assertThat(
            SiroccoChatOptions.builder()
                .seed(1L)
                .combineWith(ChatOptions.builder().temperature(0.5).stopSequences(List.of("x")))
                .build())
        .isEqualTo(
            SiroccoChatOptions.builder()
                .seed(1L)
                .temperature(0.5)
                .stopSequences(List.of("x"))
                .build());
    assertThat(
            SiroccoChatOptions.builder()
                .combineWith(StructuredOutputChatOptions.builder().outputSchema("{}"))
                .build()
                .getForm())
        .isEqualTo(new Form.JsonSchema("{}"));
  }

  @Test
  void optionsOfOtherKindsAreTakenOver() {
    var structured = StructuredOutputChatOptions.builder().outputSchema("{}");
    assertThat(SiroccoChatOptions.of(structured.build()).getOutputSchema()).isEqualTo("{}");
    var tools =
        ToolCallingChatOptions.builder()
            .toolCallbacks(ALL.getToolCallbacks())
            .toolContext("who", "me")
            .topK(3)
            .build();
    assertThat(SiroccoChatOptions.of(tools))
        .isEqualTo(
            SiroccoChatOptions.builder()
                .toolCallbacks(ALL.getToolCallbacks())
                .toolContext("who", "me")
                .topK(3)
                .build());
  }
}
