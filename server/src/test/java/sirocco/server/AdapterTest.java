package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sirocco.server.TestServer.Answer;

/// Adapters that were given at the start, chosen by a request's `model`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AdapterTest {
  private static final List<String> MODELS = List.of("tiny", "first", "second");

  private final TestServer server = TestServer.withAdapters(List.of("first", "second"));

  @AfterAll
  void stop() {
    server.close();
  }

  private String text(String model) {
    Answer answer =
        server.post(
            "/v1/completions",
            "{'model': '%s', 'prompt': 'in the end', 'temperature': 0, 'max_tokens': 40}"
                .formatted(model));
    assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    assertThat(answer.json().get("model").asString()).isEqualTo(model);
    return answer.json().at("/choices/0/text").asString();
  }

  @Test
  void eachIsAModelOfItsOwn() {
    assertThat(server.get("/v1/models").json().get("data").findValuesAsString("id"))
        .containsExactlyElementsOf(MODELS);
    assertThat(MODELS.stream().map(this::text).distinct()).hasSize(3);
    Answer unknown = server.post("/v1/completions", "{'model': 'third', 'prompt': 'in'}");
    assertThat(unknown.status()).isEqualTo(404);
  }

  @Test
  void severalInOneBatchAnswerAsAlone() {
    Map<String, String> alone = new HashMap<>();
    MODELS.forEach(model -> alone.put(model, text(model)));
    List<CompletableFuture<String>> together =
        IntStream.range(0, 24)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> text(MODELS.get(i % 3))))
            .toList();
    for (int i = 0; i < together.size(); i++) {
      assertThat(together.get(i).join()).isEqualTo(alone.get(MODELS.get(i % 3)));
    }
  }
}
