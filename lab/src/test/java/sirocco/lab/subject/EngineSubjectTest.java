package sirocco.lab.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sirocco.engine.Engine;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerOptions;
import sirocco.engine.Session;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Reply;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// A small random model that is asked in words.
@Timeout(60)
class EngineSubjectTest {
  @TempDir Path folder;
  private Engine engine;
  private Scheduler scheduler;
  private EngineSubject subject;

  @BeforeEach
  void open() {
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
    engine = Engine.open(folder);
    scheduler =
        Scheduler.start(engine, new SchedulerOptions(8, 10_000, 1 << 26, Duration.ofSeconds(10)));
    subject = new EngineSubject("tiny", ModelFingerprint.of(folder, ""), engine, scheduler);
  }

  @AfterEach
  void close() {
    subject.close();
    scheduler.close();
    engine.close();
  }

  private List<Reply.Likelihood> likelihoods(Continuation... continuations) {
    var question = new Question.Likelihood(List.of(continuations));
    return ((Reply.Likelihoods) subject.ask(question, 0).join()).all();
  }

  private double alone(String context, String text) {
    int[] ids = engine.encode(context + text);
    int behind = engine.encode(context.stripTrailing()).length;
    try (Session session = engine.newSession(ids.length)) {
      double[] scores = session.score(ids);
      return -Arrays.stream(scores, behind - 1, ids.length - 1).sum();
    }
  }

  @Test
  void continuationsAreAsLikelyAsReadAlone() {
    var found =
        likelihoods(
            new Continuation("in the end", " he saw"),
            new Continuation("in the end ", "he saw"),
            new Continuation("", "the end"),
            new Continuation("in the", " end"));
    assertThat(found.get(0).logLikelihood())
        .isEqualTo(alone("in the end", " he saw"), within(1e-5));
    assertThat(found.get(1)).isEqualTo(found.get(0)); // spaces between belong to what follows
    assertThat(found.get(2).logLikelihood()).isEqualTo(alone("", "the end"), within(1e-5));
    assertThat(found.get(2).tokens()).isEqualTo(engine.encode("the end").length - 1);
    assertThat(found.get(3).logLikelihood()).isNegative();
  }

  @Test
  void whatTheModelItselfWouldSayIsGreedy() {
    var sampling = Sampling.greedy(3, List.of());
    Reply made = subject.ask(new Question.Completion("in the end", sampling), 0).join();
    String text = ((Reply.Texts) made).all().getFirst();
    // Encoded with what stands before it, the text may come to other tokens than were made.
    int[] whole = engine.encode("in the end" + text);
    boolean same = whole.length == engine.encode("in the end").length + 3;
    var found =
        likelihoods(new Continuation("in the end", text), new Continuation("in the", "qqq"));
    assertThat(found.get(0).greedy()).isEqualTo(same);
    assertThat(found.get(1).greedy()).isFalse();
  }

  @Test
  void whatIsAskedTogetherIsAnsweredAsAlone() {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String context = "the other end of the line is here ".repeat(1 + i % 4) + "a".repeat(i);
      questions.add(
          i % 3 == 0
              ? new Question.Completion(context, new Sampling(3, 1, 0.9, 8, List.of("z")))
              : new Question.Likelihood(
                  List.of(new Continuation(context, " in"), new Continuation(context, " of it"))));
    }
    List<CompletableFuture<Reply>> together =
        IntStream.range(0, 30).mapToObj(i -> subject.ask(questions.get(i), i)).toList();
    List<Reply> replies = together.stream().map(CompletableFuture::join).toList();
    for (int i = 0; i < 30; i++) {
      assertThat(replies.get(i)).isEqualTo(subject.ask(questions.get(i), i).join());
    }
    var samples = ((Reply.Texts) replies.get(0)).all();
    assertThat(samples).hasSize(3);
    assertThat(samples.stream().distinct().count()).isGreaterThan(1);
  }

  @Test
  void aTextThatIsTooLongLosesItsBeginning() {
    String end = "and here it is";
    String text = "the line of it ".repeat(200) + end;
    assertThat(engine.encode(text).length).isGreaterThan(engine.context());
    assertThat(subject.cut()).isZero();
    var found = likelihoods(new Continuation(text, " in"));
    assertThat(subject.cut()).isEqualTo(1);
    int[] ids = engine.encode(text + " in");
    int[] kept = Arrays.copyOfRange(ids, ids.length - engine.context(), ids.length);
    kept[0] = ids[0];
    try (Session session = engine.newSession(engine.context())) {
      double[] scores = session.score(kept);
      double expected = 0;
      for (int i = 1; i <= found.getFirst().tokens(); i++) {
        expected -= scores[scores.length - i];
      }
      assertThat(found.getFirst().logLikelihood()).isEqualTo(expected, within(1e-4));
    }
    assertThatThrownBy(() -> likelihoods(new Continuation("in", text)))
        .hasCauseInstanceOf(EvaluationException.class)
        .hasMessageContaining("do not fit a context of " + engine.context());
  }

  @Test
  void aReplyThatIsCancelledTakesTheQuestionBack() throws InterruptedException {
    var long_ = new Question.Completion("in", new Sampling(20, 1, 1, 200, List.of()));
    var reply = subject.ask(long_, 1);
    reply.cancel(true);
    for (int i = 0; i < 500 && left() > 0; i++) {
      Thread.sleep(10);
    }
    assertThat(left()).isZero();
  }

  private int left() {
    return scheduler.status().running() + scheduler.status().queued();
  }

  @Test
  void modelsAreToldApart() throws Exception {
    String before = ModelFingerprint.of(folder, "f32");
    assertThat(ModelFingerprint.of(folder, "f32")).isEqualTo(before).hasSize(16);
    assertThat(ModelFingerprint.of(folder, "f16")).isNotEqualTo(before);
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config) + " ");
    assertThat(ModelFingerprint.of(folder, "f32")).isNotEqualTo(before);
  }
}
