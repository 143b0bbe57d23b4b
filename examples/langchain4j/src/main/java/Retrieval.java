import dev.langchain4j.rag.content.Content;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import sirocco.LanguageModel;
import sirocco.langchain4j.SiroccoChatModel;

/// Retrieval: of some sentences the one that shares most words with a question is put before the
/// model with it. Where there is a model made for it, an `EmbeddingStoreContentRetriever` with a
/// `SiroccoEmbeddingModel` takes the place of [#nearest]; the tiny one's states are no embeddings.
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
    Assistant assistant =
        AiServices.builder(Assistant.class)
            .chatModel(SiroccoChatModel.builder().model(model).build())
            .contentRetriever(query -> List.of(Content.from(nearest(query.text()))))
            .build();
    for (String question : QUESTIONS) {
      Result<String> result = assistant.answer(question);
      System.out.println("Question: " + question);
      result.sources().forEach(s -> System.out.println("  found: " + s.textSegment().text()));
      System.out.println("  Answer: " + result.content());
    }
  }

  private static String nearest(String question) {
    Set<String> asked = words(question);
    return SENTENCES.stream()
        .max(Comparator.comparingLong(s -> words(s).stream().filter(asked::contains).count()))
        .orElseThrow();
  }

  private static Set<String> words(String text) {
    return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("\\W+")));
  }
}
