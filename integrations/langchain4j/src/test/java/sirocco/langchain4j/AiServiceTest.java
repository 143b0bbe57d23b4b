package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.SamplingSettings;

/// LangChain4j's AI services on the default model, as examples/langchain4j shows them, and
/// retrieval by embeddings.
class AiServiceTest {
  private static LanguageModel model;
  private static LanguageModel words;

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

  @BeforeAll
  static void load() {
    model =
        Sirocco.load(
            DefaultModel.path(),
            LoadOptions.DEFAULT.sampling(
                SamplingSettings.greedy().toBuilder().maxTokens(100).build()));
    words = TestModels.words(model.engine().tokenizer().orElseThrow());
  }

  @AfterAll
  static void close() {
    model.close();
    words.close();
  }

  /// A question is to be answered with a tool; what the tool gives back is not.
  private static ChatRequest requireTool(ChatRequest request) {
    if (!(request.messages().getLast() instanceof UserMessage)) {
      return request;
    }
    var required = ChatRequestParameters.builder().toolChoice(ToolChoice.REQUIRED).build();
    return request.toBuilder().parameters(request.parameters().overrideWith(required)).build();
  }

  @Test
  void callsAToolAndAnswersWithWhatItGives() {
    var chat =
        SiroccoChatModel.builder()
            .model(model)
            .defaultRequestParameters(
                SiroccoChatRequestParameters.builder().parallelToolCalls(false).build())
            .build();
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(chat)
            .tools(new WeatherStation())
            .chatRequestTransformer(AiServiceTest::requireTool)
            .build();
    var weather =
        Map.of(Town.Oslo, "cold", Town.Lisbon, "sunny", Town.Munich, "wet", Town.Cairo, "hot");

    weather.forEach((town, word) -> {
      Result<String> result = assistant.answer("I am in " + town + ". What is the weather?");

      assertThat(result.toolExecutions())
          .singleElement()
          .satisfies(tool ->
              assertThat(tool.request().arguments()).isEqualTo("{\"town\":\"" + town + "\"}"));
      assertThat(result.content()).as("%s", town).contains(word);
    });
  }

  @Test
  void answersFromWhatItFinds() {
    List<TextSegment> sentences =
        List.of(
            TextSegment.from("The harbour of Velm opens at seven in the morning."),
            TextSegment.from("The library in Tarn has a blue door."),
            TextSegment.from("Doctor Hale drinks tea with honey every evening."),
            TextSegment.from("The bridge over the Sarn was built of red brick."));
    var embeddings = SiroccoEmbeddingModel.builder().model(words).build();
    var store = new InMemoryEmbeddingStore<TextSegment>();
    List<Embedding> vectors = embeddings.embedAll(sentences).content();
    store.addAll(vectors, sentences);
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(SiroccoChatModel.builder().model(model).build())
            .contentRetriever(
                EmbeddingStoreContentRetriever.builder()
                    .embeddingStore(store)
                    .embeddingModel(embeddings)
                    .maxResults(1)
                    .build())
            .build();
    var answers =
        Map.of(
            "When does the harbour of Velm open?", "seven",
            "What colour is the door of the library in Tarn?", "blue",
            "What does Doctor Hale drink every evening?", "honey",
            "Of what was the bridge over the Sarn built?", "brick");

    answers.forEach((question, word) -> {
      Result<String> result = assistant.answer(question);

      assertThat(result.sources())
          .singleElement()
          .satisfies(found -> assertThat(found.textSegment().text()).contains(word));
      assertThat(result.content()).contains(word);
    });
  }
}
