import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.util.List;
import sirocco.LanguageModel;
import sirocco.langchain4j.SiroccoChatModel;
import sirocco.langchain4j.SiroccoEmbeddingModel;

/// Retrieval: of some sentences the one that is nearest to a question is put before the model with
/// it. The same model makes the embeddings and the answers.
final class Retrieval {
  private static final List<String> SENTENCES =
      List.of(
          "The harbour of Velm opens at seven in the morning.",
          "The library in Tarn has a blue door.",
          "Doctor Hale drinks tea with honey every evening.",
          "The bridge over the Sarn was built of red brick.");

  private static final List<String> QUESTIONS =
      List.of(
          "When does the harbour of Velm open?",
          "What colour is the door of the library in Tarn?",
          "What does Doctor Hale drink every evening?",
          "Of what was the bridge over the Sarn built?");

  private Retrieval() {}

  interface Assistant {
    Result<String> answer(String question);
  }

  static void run(LanguageModel model) {
    SiroccoEmbeddingModel embeddings = SiroccoEmbeddingModel.builder().model(model).build();
    List<TextSegment> segments = SENTENCES.stream().map(TextSegment::from).toList();
    var store = new InMemoryEmbeddingStore<TextSegment>();
    store.addAll(embeddings.embedAll(segments).content(), segments);
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
    for (String question : QUESTIONS) {
      Result<String> result = assistant.answer(question);
      System.out.println("Question: " + question);
      result.sources().forEach(s -> System.out.println("  found: " + s.textSegment().text()));
      System.out.println("  Answer: " + result.content());
    }
  }
}
