import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.tool.ToolExecution;
import sirocco.LanguageModel;
import sirocco.langchain4j.SiroccoChatModel;
import sirocco.langchain4j.SiroccoChatRequestParameters;

/// An AI service with a tool: the model writes the call, LangChain4j makes it, and the model
/// answers with what it gave back.
final class WeatherService {
  private WeatherService() {}

  enum Town {
    Oslo,
    Lisbon,
    Munich,
    Cairo
  }

  interface Assistant {
    Result<String> answer(String question);
  }

  static final class WeatherStation {
    @Tool("The weather in a town.")
    String weather(Town town) {
      String weather =
          switch (town) {
            case Oslo -> "cold";
            case Lisbon -> "sunny";
            case Munich -> "wet";
            case Cairo -> "hot";
          };
      return "It is " + weather + " in " + town + ".";
    }
  }

  static void run(LanguageModel model) {
    SiroccoChatModel chat =
        SiroccoChatModel.builder()
            .model(model)
            .defaultRequestParameters(
                SiroccoChatRequestParameters.builder().parallelToolCalls(false).build())
            .build();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(chat)
            .tools(new WeatherStation())
            .chatRequestTransformer(WeatherService::requireTool)
            .build();
    for (Town town : Town.values()) {
      String question = "I am in " + town + ". What is the weather?";
      Result<String> result = assistant.answer(question);
      System.out.println("Question: " + question);
      for (ToolExecution tool : result.toolExecutions()) {
        System.out.println(
            "  calls "
                + tool.request().name()
                + tool.request().arguments()
                + ", which gives: "
                + tool.result());
      }
      System.out.println("  Answer: " + result.content());
    }
  }

  /// A question is to be answered with a tool. A model of some size decides for itself; this one
  /// never would.
  private static ChatRequest requireTool(ChatRequest request) {
    if (!(request.messages().getLast() instanceof UserMessage)) {
      return request;
    }
    var required = ChatRequestParameters.builder().toolChoice(ToolChoice.REQUIRED).build();
    return request.toBuilder().parameters(request.parameters().overrideWith(required)).build();
  }
}
