package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;

/// OpenAI's own Java client, unchanged.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenAiClientTest {
  private static final String KEY = "sk-of-the-test";

  private final TestServer server =
      TestServer.start(
          options -> options.keys(List.of(new ApiKey("test", KEY, Allowance.UNLIMITED))));
  private final OpenAIClient client = client(KEY);

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.server.uri() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .responseValidation(true)
        .build();
  }

  @AfterAll
  void stop() {
    client.close();
    server.close();
  }

  private static ChatCompletionCreateParams.Builder ask(String question) {
    return ChatCompletionCreateParams.builder()
        .model("tiny")
        .addUserMessage(question)
        .temperature(0)
        .maxCompletionTokens(10);
  }

  @Test
  void chatAndStream() {
    ChatCompletion whole = client.chat().completions().create(ask("in the end").build());
    String text = whole.choices().getFirst().message().content().orElseThrow();
    assertThat(text).isNotEmpty();
    assertThat(whole.choices().getFirst().finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
    assertThat(whole.usage().orElseThrow().completionTokens()).isEqualTo(10);
    assertThat(whole.usage().orElseThrow().promptTokensDetails()).isPresent();
    var params =
        ask("in the end")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    List<ChatCompletionChunk> chunks = new ArrayList<>();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream().forEach(chunks::add);
    }
    String streamed =
        chunks.stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().content().stream())
            .collect(Collectors.joining());
    assertThat(streamed).isEqualTo(text);
    assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(10);
  }

  @Test
  void logprobs() {
    ChatCompletion answer =
        client.chat().completions().create(ask("in").logprobs(true).topLogprobs(2).build());
    var tokens = answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
    assertThat(tokens).hasSize(10).allMatch(token -> token.topLogprobs().size() == 2);
  }

  @Test
  void completionsAndEmbeddings() {
    var completion =
        client
            .completions()
            .create(CompletionCreateParams.builder().model("tiny").prompt("in the").n(2).build());
    assertThat(completion.choices()).hasSize(2);
    CreateEmbeddingResponse vectors =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("tiny")
                    .inputOfArrayOfStrings(List.of("in the end", "other"))
                    .build());
    assertThat(vectors.data()).hasSize(2);
    assertThat(vectors.data().getFirst().embedding()).hasSize(24);
  }

  @Test
  void models() {
    assertThat(client.models().list().data()).hasSize(1);
    assertThat(client.models().retrieve("tiny").id()).isEqualTo("tiny");
  }

  @Test
  void errorsHaveTheirTypes() {
    assertThatThrownBy(() -> client.chat().completions().create(ask("x").temperature(-3).build()))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).contains("temperature"));
    assertThatThrownBy(() -> client.chat().completions().create(ask("x").model("gpt").build()))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    OpenAIClient stranger = client("sk-of-nobody");
    assertThatThrownBy(() -> stranger.models().list()).isInstanceOf(UnauthorizedException.class);
    stranger.close();
  }
}
