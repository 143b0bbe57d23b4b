package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonAnyOfSchema;
import dev.langchain4j.model.chat.request.json.JsonArraySchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonNullSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonReferenceSchema;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.ToolUse;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;

/// What a request of LangChain4j's asks of the library.
class AskingTest {
  @TempDir private static Path folder = Path.of("");
  private static LanguageModel model;

  private static final ToolSpecification ADD =
      ToolSpecification.builder()
          .name("add")
          .description("Adds.")
          .parameters(
              JsonObjectSchema.builder().addIntegerProperty("a", "the first").required("a").build())
          .build();

  @BeforeAll
  static void load() {
    model = TestModels.plain(folder);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Prompt prompt(ChatRequestParameters parameters, ChatMessage... messages) {
    return Asking.prompt(
        model, ChatRequest.builder().messages(messages).parameters(parameters).build());
  }

  private static Prompt prompt(ChatRequestParameters parameters) {
    return prompt(parameters, UserMessage.from("hello"));
  }

  @Test
  void everyParameterOfSamplingArrives() {
    SamplingSettings settings =
        prompt(
                SiroccoChatRequestParameters.builder()
                    .temperature(0.2)
                    .topP(0.8)
                    .topK(7)
                    .frequencyPenalty(0.3)
                    .presencePenalty(0.4)
                    .maxOutputTokens(9)
                    .stopSequences("x", "y")
                    .seed(5L)
                    .minP(0.05)
                    .repetitionPenalty(1.1)
                    .build())
            .sampling(model.sampling(), 77);

    assertThat(settings)
        .isEqualTo(
            SamplingSettings.builder()
                .temperature(0.2)
                .topP(0.8)
                .topK(7)
                .frequencyPenalty(0.3)
                .presencePenalty(0.4)
                .maxTokens(9)
                .stop("x", "y")
                .seed(5)
                .minP(0.05)
                .repetitionPenalty(1.1)
                .build());
  }

  @Test
  void whatARequestDoesNotSayIsAsTheModelWasLoaded() {
    assertThat(prompt(ChatRequestParameters.builder().build()).sampling(model.sampling(), 77))
        .isEqualTo(model.sampling().toBuilder().seed(77).build());
  }

  @Test
  void defaultsAreOverriddenOneByOneAndOwnParametersAreKept() {
    var chat =
        SiroccoChatModel.builder()
            .model(model)
            .defaultRequestParameters(
                SiroccoChatRequestParameters.builder().temperature(0.2).seed(5L).topK(3).build())
            .build();

    ChatRequestParameters merged =
        chat.defaultRequestParameters()
            .overrideWith(ChatRequestParameters.builder().temperature(0.9).build());

    assertThat(merged)
        .isEqualTo(
            SiroccoChatRequestParameters.builder()
                .modelName(model.name())
                .temperature(0.9)
                .seed(5L)
                .topK(3)
                .build());
    assertThat(
            merged.defaultedBy(SiroccoChatRequestParameters.builder().minP(0.1).seed(6L).build()))
        .isEqualTo(
            SiroccoChatRequestParameters.builder()
                .modelName(model.name())
                .temperature(0.9)
                .seed(5L)
                .topK(3)
                .minP(0.1)
                .build());
  }

  @Test
  void namesAreTheModelsOrAnAdapters() {
    assertThat(prompt(ChatRequestParameters.builder().modelName("sirocco-tiny").build()).adapter())
        .isEmpty();
    assertThat(prompt(ChatRequestParameters.builder().modelName("other").build()).adapter())
        .isEqualTo(Optional.of("other"));
    assertThatThrownBy(() -> prompt(ChatRequestParameters.builder().modelName("gpt").build()))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessage("no model is named 'gpt', there is sirocco-tiny, other");
  }

  @Test
  void toolsAndTheirChoiceArrive() {
    ToolUse tools =
        prompt(
                ChatRequestParameters.builder()
                    .toolSpecifications(ADD, ToolSpecification.builder().name("now").build())
                    .toolChoice(ToolChoice.REQUIRED)
                    .build())
            .tools();

    assertThat(tools)
        .isEqualTo(
            new ToolUse(
                List.of(
                    new Message.Tool(
                        "add",
                        "Adds.",
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"description\":\"the"
                            + " first\",\"type\":\"integer\"}},\"required\":[\"a\"]}"),
                    new Message.Tool(
                        "now",
                        "",
                        "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}")),
                new ToolUse.Choice.Required(),
                true,
                true));
  }

  @Test
  void responseFormatsAreForms() {
    assertThat(prompt(ChatRequestParameters.builder().responseFormat(ResponseFormat.TEXT).build()))
        .extracting(Prompt::form)
        .isEqualTo(new Form.Free());
    assertThat(prompt(ChatRequestParameters.builder().responseFormat(ResponseFormat.JSON).build()))
        .extracting(Prompt::form)
        .isEqualTo(new Form.Json());
  }

  @Test
  void schemasKeepAllThatLangChain4jCanSay() {
    var schema =
        JsonObjectSchema.builder()
            .description("a tree")
            .addProperty("next", JsonReferenceSchema.builder().reference("tree").build())
            .addEnumProperty("colour", List.of("red", "blue"))
            .addProperty(
                "size",
                JsonAnyOfSchema.builder()
                    .anyOf(new JsonIntegerSchema(), new JsonNullSchema())
                    .build())
            .addProperty("names", JsonArraySchema.builder().items(new JsonStringSchema()).build())
            .required("colour")
            .additionalProperties(true)
            .definitions(Map.of("tree", JsonObjectSchema.builder().addBooleanProperty("x").build()))
            .build();

    String expected =
        """
        {'description':'a tree','type':'object','properties':{'next':{'$ref':'#/$defs/tree'},
        'colour':{'type':'string','enum':['red','blue']},
        'size':{'anyOf':[{'type':'integer'},{'type':'null'}]},
        'names':{'type':'array','items':{'type':'string'}}},
        'required':['colour'],'additionalProperties':true,
        '$defs':{'tree':{'type':'object','properties':{'x':{'type':'boolean'}}}}}
        """;
    assertThat(Schemas.json(schema)).isEqualTo(expected.replace("\n", "").replace('\'', '"'));
  }

  @Test
  void messagesKeepTheirCallsAndResults() {
    Prompt prompt =
        prompt(
            ChatRequestParameters.builder().build(),
            SystemMessage.from("Be brief."),
            UserMessage.from(TextContent.from("one"), TextContent.from("two")),
            AiMessage.from(
                ToolExecutionRequest.builder().id("abcdefghi").name("add").arguments("").build()),
            ToolExecutionResultMessage.from("abcdefghi", "add", "3"));

    assertThat(prompt.content())
        .isEqualTo(
            new Prompt.Content.Conversation(
                List.of(
                    new Message.Instruction("Be brief."),
                    new Message.User("one\ntwo"),
                    new Message.Assistant("", List.of(new ToolCall("abcdefghi", "add", "{}"))),
                    new Message.ToolResult("abcdefghi", "add", "3"))));
  }

  @Test
  void whatCannotBeHonouredIsNamed() {
    ChatRequestParameters none = ChatRequestParameters.builder().build();
    assertThatThrownBy(() -> prompt(none, UserMessage.from(ImageContent.from("http://x/y.png"))))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessage("content of type image is not supported: Sirocco's models read text alone");
    assertThatThrownBy(() -> prompt(none, UserMessage.from(AudioContent.from("http://x/y.mp3"))))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("audio");
    assertThatThrownBy(() -> prompt(none, UserMessage.from("Klaus", "hello")))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("name ('Klaus')");
  }
}
