package sirocco.lab.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Chat;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Subject;
import sirocco.lab.statistics.Battle;
import sirocco.lab.statistics.Battle.Outcome;
import sirocco.lab.statistics.Bootstrap;
import sirocco.testkit.Shared;
import sirocco.text.Message;

class MtBenchTest {
  private static final Settings SETTINGS = new Settings(0, OptionalInt.empty(), 1, 2, 50);

  @TempDir private Path folder;

  /// Answers chats.
  private record Chatter(
      String name, Function<List<Message>, String> answer, ConcurrentLinkedQueue<Chat> asked)
      implements Subject {
    Chatter(String name, Function<List<Message>, String> answer) {
      this(name, answer, new ConcurrentLinkedQueue<>());
    }

    @Override
    public String fingerprint() {
      return "sha of " + name;
    }

    @Override
    public CompletableFuture<Reply> ask(Question question, long seed) {
      asked.add((Chat) question);
      String text = answer.apply(((Chat) question).messages());
      return CompletableFuture.completedFuture(new Reply.Texts(List.of(text)));
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void writesTheFiles() throws IOException {
    Path bench = folder.resolve("mt-bench");
    Files.createDirectories(bench.resolve("reference_answer"));
    Files.writeString(
        bench.resolve("question.jsonl"),
        """
        {"question_id": 81, "category": "writing", "turns": ["Write {answer}.", "Again."]}
        {"question_id": 111, "category": "math", "turns": ["1+1?", "2+2?"], "reference": ["x"]}
        {"question_id": 151, "category": "humanities", "turns": ["Who?", "When?"]}
        """);
    Files.writeString(
        bench.resolve("reference_answer/gpt-4.jsonl"),
        """
        {"question_id": 111, "choices": [{"index": 0, "turns": ["two", "four"]}]}
        """);
    var prompts = new StringBuilder();
    for (String kind : List.of("single", "pair")) {
      String answers =
          kind.equals("single")
              ? "1:{answer_1} 2:{answer_2}"
              : "A:{answer_a_1} {answer_a_2} B:{answer_b_1} {answer_b_2}";
      String answer = kind.equals("single") ? "1:{answer}" : "A:{answer_a} B:{answer_b}";
      String version = kind.equals("single") ? "v1" : "v2";
      prompts.append(prompt(kind + "-" + version, "Q:{question} " + answer));
      prompts.append(prompt(kind + "-" + version + "-multi-turn", "Q:{question_2} " + answers));
      prompts.append(prompt(kind + "-math-v1", "R:{ref_answer_1} " + answer));
      prompts.append(prompt(kind + "-math-v1-multi-turn", "R:{ref_answer_2} " + answers));
    }
    Files.writeString(bench.resolve("judge_prompts.jsonl"), prompts);
  }

  private static String prompt(String name, String template) {
    return "{\"name\": \"%s\", \"system_prompt\": \"Judge %s.\", \"prompt_template\": \"%s\"}\n"
        .formatted(name, name, template);
  }

  private MtBenchRun run() {
    return new MtBenchRun(
        new DataFolder(folder, false), SETTINGS, folder.resolve("run.jsonl"), Progress.none());
  }

  /// Says what it was told last.
  private static Chatter echo(String name) {
    return new Chatter(name, m -> name + " on " + m.getLast().content());
  }

  @Test
  void bothTurnsAreAnsweredAndTheSecondKnowsTheFirst() throws InterruptedException {
    Chatter subject = echo("echo");
    Answers answers = run().answer(subject);
    assertThat(answers.byQuestion())
        .containsEntry(81, List.of("echo on Write {answer}.", "echo on Again."))
        .hasSize(3);
    List<Chat> second = subject.asked().stream().filter(c -> c.messages().size() == 3).toList();
    assertThat(second).hasSize(3);
    assertThat(second.getFirst().messages())
        .contains(new Message.Assistant("echo on Write {answer}."));
    assertThat(subject.asked().stream().map(c -> c.sampling().temperature()).distinct())
        .containsExactlyInAnyOrder(0.7, 0.0, 0.1);
    run().answer(subject);
    assertThat(subject.asked()).hasSize(6);
  }

  @Test
  void gradesAreReadAndThoseWithoutRatingAreCounted() throws InterruptedException {
    Answers answers = run().answer(echo("echo"));
    Chatter judge =
        new Chatter(
            "judge",
            m -> {
              String asked = m.getLast().content();
              return asked.startsWith("R:")
                  ? "No rating."
                  : asked.contains("2:") ? "[[4]]" : "Good. Rating: [[8.5]]";
            });
    Result result = run().grade(answers, judge);
    assertThat(result.scores())
        .extracting(s -> s.statistic() + " " + s.estimate().value())
        .containsExactly("score 6.25", "score_turn_1 8.5", "score_turn_2 4.0", "rated " + 4 / 6.0);
    assertThat(judge.asked().stream().map(c -> c.messages().getFirst().content()))
        .containsExactlyInAnyOrder(
            "Judge single-v1.",
            "Judge single-v1-multi-turn.",
            "Judge single-math-v1.",
            "Judge single-math-v1-multi-turn.",
            "Judge single-v1.",
            "Judge single-v1-multi-turn.");
    assertThat(judge.asked().stream().map(c -> c.messages().getLast().content()))
        .contains(
            "Q:Write {answer}. 1:echo on Write {answer}.", "R:four 1:echo on 1+1? 2:echo on 2+2?");
  }

  @ParameterizedTest
  @CsvSource({
    "Rating: [[5]], 5",
    "[[10]] or [[2]], 10",
    "[[7.5]], 7.5",
    "[6], 6",
    "[[0]], NaN",
    "[[11]], NaN",
    "Rating: 5, NaN",
    "[[rating]], NaN",
  })
  void ratings(String text, Double rating) {
    assertThat(GradingTask.rating(text)).isEqualTo(rating);
  }

  @Test
  void aJudgeOfSubstanceMakesBattlesAndOneOfPlacesMakesTies() throws InterruptedException {
    Answers good = run().answer(echo("good"));
    Answers bad = run().answer(echo("bad"));
    Chatter honest =
        new Chatter("honest", m -> m.getLast().content().contains("A:good") ? "[[A]]" : "[[B]]");
    MtBenchRun.Compared compared = run().compare(good, bad, honest);
    assertThat(compared.battles()).hasSize(6).containsOnly(new Battle("good", "bad", Outcome.A));
    assertThat(compared.result().scores().getFirst().estimate().value()).isEqualTo(1);
    MtBenchRun.Compared placed = run().compare(good, bad, new Chatter("placed", _ -> "[[A]]"));
    assertThat(placed.battles()).hasSize(6).containsOnly(new Battle("good", "bad", Outcome.TIE));
    assertThat(placed.result().scores().getFirst().estimate().value()).isEqualTo(0.5);
    MtBenchRun.Compared mute = run().compare(good, bad, new Chatter("mute", _ -> "Hm."));
    assertThat(mute.result().scores().get(1).estimate().value()).isZero();
    assertThatThrownBy(() -> run().compare(good, good, honest)).hasMessageContaining("two of good");
  }

  @Test
  void aRankingPutsTheBestFirstAlsoWhereItNeverLost() {
    List<Battle> battles = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      battles.add(new Battle("a", "b", i % 3 == 0 ? Outcome.B : Outcome.A));
      battles.add(new Battle("b", "c", i % 3 == 0 ? Outcome.B : Outcome.A));
    }
    Ranking ranking = Ranking.of(battles, Optional.empty(), new Bootstrap(50, 1));
    assertThat(ranking.rows()).extracting(Ranking.Row::subject).containsExactly("a", "b", "c");
    assertThat(ranking.rows()).extracting(Ranking.Row::battles).containsExactly(30, 60, 30);
    assertThat(ranking.rows().getFirst().bradleyTerry()).isPresent();
    Ranking won =
        Ranking.of(
            List.of(new Battle("x", "y", Outcome.A), new Battle("x", "y", Outcome.A)),
            Optional.empty(),
            new Bootstrap(50, 1));
    assertThat(won.rows()).extracting(Ranking.Row::subject).containsExactly("x", "y");
    assertThat(won.rows().getFirst().bradleyTerry()).isEmpty();
    assertThat(won.rows().getFirst().score()).isEqualTo(1);
    assertThat(won.table().rows().getFirst()).startsWith("x", "2", "1.000", "–", "–", "1003.977");
  }

  @Test
  void thePublishedFilesLeaveNoPlaceUnfilled() throws InterruptedException {
    Path data = Shared.require("data/evaluation");
    var run =
        new MtBenchRun(
            new DataFolder(data, false), SETTINGS, folder.resolve("real.jsonl"), Progress.none());
    Answers one = run.answer(new Chatter("one", _ -> "ONE"));
    Answers other = run.answer(new Chatter("other", _ -> "OTHER"));
    Chatter judge = new Chatter("judge", _ -> "[[3]] [[B]]");
    assertThat(run.grade(one, judge).verdicts()).hasSize(160);
    assertThat(run.compare(one, other, judge).battles()).hasSize(160);
    assertThat(judge.asked())
        .hasSize(480)
        .allSatisfy(asked ->
            assertThat(asked.messages().getLast().content())
                .contains("ONE")
                .doesNotContainPattern("\\{(question|answer|ref_answer)\\w*\\}"));
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    Path questions = folder.resolve("mt-bench/question.jsonl");
    Files.writeString(
        questions, "{\"question_id\": 81, \"category\": \"x\", \"turns\": [\"1\"]}\n");
    assertThatThrownBy(this::run)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("question.jsonl:1")
        .hasMessageContaining("2 turns");
    Files.delete(questions);
    assertThatThrownBy(this::run).hasMessageContaining("mt-bench").hasMessageContaining("fastchat");
  }
}
