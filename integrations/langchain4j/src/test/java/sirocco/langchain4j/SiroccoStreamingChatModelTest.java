package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.defaultmodel.DefaultModel;
import sirocco.engine.SamplingSettings;

/// The default model, streaming.
@Timeout(120)
class SiroccoStreamingChatModelTest {
  private static LanguageModel model;

  @BeforeAll
  static void load() {
    model =
        Sirocco.load(DefaultModel.path(), LoadOptions.DEFAULT.sampling(SamplingSettings.greedy()));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /// Writes down what it is told.
  private static class Told implements StreamingChatResponseHandler {
    final List<String> partials = new CopyOnWriteArrayList<>();
    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
    final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

    @Override
    public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
      partials.add(partial.text());
    }

    @Override
    public void onCompleteResponse(ChatResponse completeResponse) {
      response.complete(completeResponse);
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }
  }

  private static void awaitIdle(LanguageModel model) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (model.scheduler().status().running() + model.scheduler().status().queued() > 0) {
      if (System.nanoTime() > end) {
        fail("the scheduler is still busy: " + model.scheduler().status());
      }
      Thread.sleep(1);
    }
  }

  @Test
  void partsMakeTheWhole() throws Exception {
    var chat = SiroccoStreamingChatModel.builder().model(model).build();
    var told = new Told();

    chat.chat("What is 47 + 38?", told);

    ChatResponse response = told.response.get(60, TimeUnit.SECONDS);
    assertThat(String.join("", told.partials)).isEqualTo("47 + 38 = 85.");
    assertThat(told.partials).hasSizeGreaterThan(5);
    assertThat(response.aiMessage().text()).isEqualTo("47 + 38 = 85.");
    assertThat(told.errors).isEmpty();
  }

  @Test
  void cancelledByItsHandlerItTellsNothingMore() throws Exception {
    var chat = SiroccoStreamingChatModel.builder().model(model).build();
    var cancelled = new CompletableFuture<StreamingHandle>();
    var told =
        new Told() {
          @Override
          public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
            super.onPartialResponse(partial, context);
            if (partials.size() == 5) {
              context.streamingHandle().cancel();
              cancelled.complete(context.streamingHandle());
            }
          }
        };

    chat.chat("Tell me a long story about a fox and a hen and a wolf.", told);
    StreamingHandle handle = cancelled.get(60, TimeUnit.SECONDS);
    awaitIdle(model);

    assertThat(handle.isCancelled()).isTrue();
    assertThat(told.partials).hasSize(5);
    assertThat(told.response).isNotDone();
    assertThat(told.errors).isEmpty();
  }

  @RepeatedTest(20)
  void cancelledFromAnotherThreadItEndsAndTellsNothingMore() throws Exception {
    var chat = SiroccoStreamingChatModel.builder().model(model).build();
    var handle = new CompletableFuture<StreamingHandle>();
    var told =
        new Told() {
          @Override
          public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
            super.onPartialResponse(partial, context);
            handle.complete(context.streamingHandle());
          }
        };
    long cancelled = model.scheduler().status().counts().cancelled();

    chat.chat("Tell me a long story about a fox and a hen and a wolf.", told);
    handle.get(60, TimeUnit.SECONDS).cancel();
    handle.get().cancel();
    int parts = told.partials.size();
    awaitIdle(model);

    assertThat(handle.get().isCancelled()).isTrue();
    assertThat(told.partials.size()).isLessThanOrEqualTo(parts + 1); // one may have been under way
    assertThat(told.response).isNotDone();
    assertThat(told.errors).isEmpty();
    assertThat(model.scheduler().status().counts().cancelled()).isEqualTo(cancelled + 1);
  }

  @Test
  void whatGoesWrongIsToldOnceToHandlerAndListener() throws Exception {
    List<Throwable> heard = new CopyOnWriteArrayList<>();
    ChatModelListener listener =
        new ChatModelListener() {
          @Override
          public void onError(ChatModelErrorContext context) {
            heard.add(context.error());
          }
        };
    var closed =
        SiroccoStreamingChatModel.builder().path(DefaultModel.path()).listeners(listener).build();
    closed.close();
    var told = new Told();

    closed.chat("hello", told);

    Throwable error = told.errors.poll(60, TimeUnit.SECONDS);
    assertThat(error).isInstanceOf(NonRetriableException.class);
    assertThat(heard).containsExactly(error);

    var chat = SiroccoStreamingChatModel.builder().model(model).listeners(listener).build();
    chat.chat(
        ChatRequest.builder().messages(UserMessage.from("hello")).modelName("gpt").build(), told);

    assertThat(told.errors.poll(60, TimeUnit.SECONDS)).isInstanceOf(ModelNotFoundException.class);
    assertThat(told.errors).isEmpty();
    assertThat(told.response).isNotDone();
  }

  @Test
  void closingTheModelEndsAnAnswerWithOneError() throws Exception {
    var chat = SiroccoStreamingChatModel.builder().path(DefaultModel.path()).build();
    var begun = new CompletableFuture<Boolean>();
    var told =
        new Told() {
          @Override
          public void onPartialResponse(PartialResponse partial, PartialResponseContext context) {
            begun.complete(true);
          }
        };

    chat.chat("Tell me a long story about a fox and a hen and a wolf.", told);
    begun.get(60, TimeUnit.SECONDS);
    chat.close();

    if (!told.response.isDone()) {
      assertThat(told.errors.poll(60, TimeUnit.SECONDS)).isInstanceOf(NonRetriableException.class);
    }
    assertThat(told.errors).isEmpty();
  }
}
