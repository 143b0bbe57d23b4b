package sirocco.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import sirocco.LanguageModel;
import sirocco.engine.RoutedToken;
import sirocco.engine.SchedulerStoppedException;

final class ChatStreamTest {
  @AutoClose private static final LanguageModel MODEL = TestModel.open();
  private static final SiroccoChatModel CHAT = new SiroccoChatModel(MODEL);
  private static final Prompt PROMPT = new Prompt(TestModel.QUESTION);
  private static final Prompt LONG = new Prompt(TestModel.QUESTION, TestModel.LONG);

  @Test
  void thePiecesAreTheAnswer() {
    ChatResponse whole = CHAT.call(PROMPT);
    List<ChatResponse> pieces = all(CHAT.stream(PROMPT));
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(pieces.stream().map(ChatStreamTest::text).collect(Collectors.joining()))
        .isEqualTo(text(whole));
    assertThat(pieces.subList(0, pieces.size() - 1))
        .allSatisfy(piece -> {
          assertThat(text(piece)).isNotEmpty();
          assertThat(TestModel.result(piece).getMetadata().getFinishReason()).isNull();
          assertThat(piece.getMetadata().getUsage().getTotalTokens()).isZero();
        });
    ChatResponse last = pieces.getLast();
    assertThat(text(last)).isEmpty();
    assertThat(TestModel.result(last).getMetadata().getFinishReason()).isEqualTo("STOP");
    assertThat(last.getMetadata().getUsage().getTotalTokens())
        .isEqualTo(whole.getMetadata().getUsage().getTotalTokens());
    assertThat(pieces.stream().map(piece -> piece.getMetadata().getId()).distinct()).hasSize(1);
    assertThat(pieces)
        .allSatisfy(piece -> assertThat(piece.getMetadata().getModel()).isEqualTo(MODEL.name()));
  }

  @Test
  void theLastPieceTellsTheExperts() {
    var options = SiroccoChatOptions.builder().routing(true).build();
    List<ChatResponse> pieces = all(CHAT.stream(new Prompt(TestModel.QUESTION, options)));
    List<RoutedToken> routing =
        TestModel.result(pieces.getLast()).getMetadata().get(SiroccoChatModel.ROUTING);
    assertThat(routing).isNotEmpty();
  }

  @Test
  void nothingBeginsBeforeSomebodySubscribes() {
    long before = MODEL.scheduler().status().counts().completed();
    Flux<ChatResponse> stream = CHAT.stream(PROMPT);
    assertThat(MODEL.scheduler().status().counts().completed()).isEqualTo(before);
    assertThat(all(stream)).hasSameSizeAs(all(stream));
    assertThat(MODEL.scheduler().status().counts().completed()).isEqualTo(before + 2);
  }

  @Test
  void whatNobodyAskedForWaits() throws InterruptedException {
    var reader = new Reader();
    long before = MODEL.scheduler().status().counts().completed();
    CHAT.stream(PROMPT).subscribe(reader);
    reader.request(1);
    assertThat(reader.pieces.poll(20, TimeUnit.SECONDS)).isNotNull();
    // The model is done; its other pieces are kept for whoever asks.
    TestModel.await(() -> MODEL.scheduler().status().counts().completed() == before + 1);
    assertThat(reader.pieces).isEmpty();
    assertThat(reader.done.getCount()).isEqualTo(1);
    reader.request(2);
    assertThat(reader.pieces.poll(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(reader.pieces.poll(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(reader.pieces).isEmpty();
    reader.request(Long.MAX_VALUE);
    assertThat(reader.done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(reader.pieces).isNotEmpty();
  }

  @Test
  void whoCancelsTheSubscriptionCancelsTheAnswer() {
    var before = MODEL.scheduler().status().counts();
    StepVerifier.create(CHAT.stream(LONG)).expectNextCount(3).thenCancel().verify();
    TestModel.awaitIdle(MODEL);
    var after = MODEL.scheduler().status().counts();
    assertThat(after.cancelled()).isEqualTo(before.cancelled() + 1);
    assertThat(after.generatedTokens() - before.generatedTokens()).isLessThan(1000);
  }

  @Test
  void whoCancelsWithoutReadingCancelsToo() throws InterruptedException {
    long before = MODEL.scheduler().status().counts().cancelled();
    var reader = new Reader();
    CHAT.stream(LONG).subscribe(reader);
    reader.request(1);
    assertThat(reader.pieces.poll(20, TimeUnit.SECONDS)).isNotNull();
    reader.cancel();
    TestModel.awaitIdle(MODEL);
    assertThat(MODEL.scheduler().status().counts().cancelled()).isEqualTo(before + 1);
    assertThat(reader.pieces).isEmpty();
  }

  @Test
  void manyReadAtOnceEachTheirOwn() {
    List<String> answers =
        Flux.range(10, 24)
            .flatMap(
                n ->
                    CHAT.stream(new Prompt("What is " + n + " + 3?"))
                        .map(ChatStreamTest::text)
                        .collect(Collectors.joining())
                        .map(text -> n + ": " + text),
                24)
            .collectSortedList()
            .block(Duration.ofSeconds(60));
    assertThat(answers).hasSize(24);
    assertThat(answers)
        .allSatisfy(answer -> {
          String question = "What is " + answer.substring(0, 2) + " + 3?";
          assertThat(answer.substring(4)).isEqualTo(MODEL.generate(question));
        });
  }

  @Test
  void errorsAreSignals() {
    StepVerifier.create(
            CHAT.stream(new Prompt("Hello", ChatOptions.builder().model("other").build())))
        .expectErrorMessage("model: 'other' was asked for, this is " + MODEL.name())
        .verify(Duration.ofSeconds(20));
  }

  @Test
  void aModelThatIsClosedEndsItsStreams() {
    LanguageModel model = TestModel.open();
    Flux<ChatResponse> stream =
        new SiroccoChatModel(model)
            .stream(LONG)
                .doOnNext(_ -> {
                  var _ = Thread.ofVirtual().start(model::close);
                });
    assertThatThrownBy(() -> all(stream)).isInstanceOf(SchedulerStoppedException.class);
  }

  /// Takes what it asked for.
  private static final class Reader extends BaseSubscriber<ChatResponse> {
    final LinkedBlockingQueue<ChatResponse> pieces = new LinkedBlockingQueue<>();
    final CountDownLatch done = new CountDownLatch(1);

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(ChatResponse piece) {
      pieces.add(piece);
    }

    @Override
    protected void hookOnComplete() {
      done.countDown();
    }
  }

  private static List<ChatResponse> all(Flux<ChatResponse> stream) {
    return stream.collectList().blockOptional(Duration.ofSeconds(60)).orElseThrow();
  }

  private static String text(ChatResponse response) {
    return String.valueOf(TestModel.result(response).getOutput().getText());
  }
}
