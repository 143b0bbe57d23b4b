package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `rate mt-bench` and `rate compare`, of a random model that knows small letters.
final class RateMtBenchCommandTest {
  @TempDir private Path folder = Path.of("");

  private String model = "";

  @BeforeEach
  void write() throws IOException {
    model = CommandRun.model(Files.createDirectory(folder.resolve("model")), Configs.mixtral(5, 2));
    Path bench = folder.resolve("mt-bench");
    Files.createDirectories(bench.resolve("reference_answer"));
    Files.writeString(
        bench.resolve("question.jsonl"),
        """
        {"question_id": 81, "category": "writing", "turns": ["in the", "on it"]}
        {"question_id": 82, "category": "writing", "turns": ["is it", "so"]}
        {"question_id": 151, "category": "humanities", "turns": ["who", "hm"]}
        """);
    Files.writeString(bench.resolve("reference_answer/gpt-4.jsonl"), "");
    var prompts = new StringBuilder();
    for (String name : List.of("single-v1", "pair-v2")) {
      String template =
          "{\"name\": \"%s\", \"system_prompt\": \"be fair\", \"prompt_template\": \"%s\"}%n";
      prompts.append(template.formatted(name, "one of {question}"));
      prompts.append(template.formatted(name + "-multi-turn", "two of {question_2}"));
    }
    Files.writeString(bench.resolve("judge_prompts.jsonl"), prompts);
  }

  private CommandRun rate(String what, String out, String... more) {
    var arguments = new ArrayList<>(List.of("rate", what, "--data", folder.toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private CommandRun graded(String out, String... more) {
    var arguments = new ArrayList<>(List.of("-m", model, "--context", "200"));
    arguments.addAll(List.of(more));
    return rate("mt-bench", out, arguments.toArray(String[]::new));
  }

  private JsonNode results(String out) {
    return JsonMapper.shared().readTree(folder.resolve(out).resolve("results.json").toFile());
  }

  /// Grades first turns 8 and second ones 4, and does not grade who was asked `hm`.
  private static String grade(String asked) {
    return asked.contains("hm") ? "Well..." : asked.contains("one") ? "[[8]]" : "Rating: [[4]]";
  }

  @Test
  void answersAreGradedKeptAndReported() throws Exception {
    Path kept = folder.resolve("first/samples/mt-bench.jsonl");
    try (var judge = ScriptedServer.start(RateMtBenchCommandTest::grade)) {
      String[] judged = {"--judge", judge.uri(), "--judge-model", "wise"};
      CommandRun run = graded("first", judged);
      assertThat(run.err()).contains("1 of 6 judgements hold no grade");
      assertThat(run.code()).isZero();
      // The mean of 8, 8, 8, 4, 4; of the humanities only the first turn has a grade.
      assertThat(run.out())
          .contains("judged by wise", "all                6  6.40", "8.00", "4.00");
      assertThat(run.out()).contains("humanities         2  8.00");
      assertThat(Files.readString(folder.resolve("first/report.html"))).contains("wise", "writing");
      String samples = Files.readString(kept);
      assertThat(samples.lines()).hasSize(12);

      Files.writeString(kept, samples.substring(0, samples.length() - 20));
      assertThat(graded("first", judged).code()).isZero();
      List<String> lines = Files.readAllLines(kept);
      assertThat(lines).hasSize(12);
      assertThat(lines.subList(0, 11)).isEqualTo(samples.lines().toList().subList(0, 11));

      CommandRun part =
          graded("part", "--judge", judge.uri(), "--judge-model", "w", "--limit", "1");
      assertThat(part.out()).contains("all                2");
    }
    assertThat(results("first").at("/results/0/scores/0/estimate/value").asDouble()).isEqualTo(6.4);
  }

  @Test
  void aJudgeThatGradesNothingIsCountedAndSaid() throws Exception {
    try (RunningCommand serve =
        RunningCommand.start("serve", "-m", model, "--port", "0", "--name", "tiny", "-t", "1")) {
      String uri = serve.uri().toString();
      CommandRun run =
          rate(
              "mt-bench",
              "served",
              "--endpoint",
              uri,
              "--endpoint-model",
              "tiny",
              "--judge",
              uri,
              "--judge-model",
              "tiny");
      assertThat(run.code()).isNotZero();
      assertThat(run.err())
          .contains("none of 6 judgements of tiny", "nothing was measured", "mt-bench.jsonl");
      assertThat(run.out()).isEmpty();
    }
    CommandRun local = graded("local", "--judge-local", model);
    assertThat(local.err()).contains("none of 6 judgements of model");
    assertThat(results("local").at("/results/0/scores/3/statistic").asString()).isEqualTo("rated");
    assertThat(results("local").at("/results/0/scores/3/estimate/value").asDouble()).isZero();
  }

  @Test
  void theGuardrailMakesAnotherSubject() throws IOException {
    try (var judge = ScriptedServer.start(RateMtBenchCommandTest::grade)) {
      String[] judged = {"--judge", judge.uri(), "--judge-model", "wise", "--guardrail"};
      assertThat(graded("guarded", judged).out()).contains("model, guarded");
    }
  }

  @Test
  void twoModelsAreComparedInBothOrders() throws Exception {
    try (var judge = ScriptedServer.start(asked -> asked.contains("who") ? "[[C]]" : "[[A]]")) {
      String[] judged = {"--judge", judge.uri(), "--judge-model", "wise"};
      // Whose judgements hold no grade, and whose answers stay all the same.
      assertThat(graded("one", judged).code()).isNotZero();
      assertThat(graded("other", judged).code()).isNotZero();
      String one = folder.resolve("one").toString();
      String other = folder.resolve("other/answers.jsonl").toString();
      String[] all = {one, other, judged[0], judged[1], judged[2], judged[3]};
      CommandRun run = rate("compare", "pairs", all);
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      assertThat(run.out())
          .contains("model in " + one, "won 0, lost 0, tied 6 of 6 answers", "0.50");
    }
    String battles = folder.resolve("pairs/battles.jsonl").toString();
    assertThat(CommandRun.of("rate", "battles", battles).out())
        .contains("6 battles of 2 models", "1000.0");
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    assertThat(graded("no").err()).contains("expected a judge");
    assertThat(graded("no", "--judge", "http://127.0.0.1:1").err()).contains("--judge-model");
    assertThat(graded("no", "--judge-local", "nowhere").err()).contains("nowhere");
    assertThat(graded("no", "--judge-local", model, "--limit", "0").err()).contains("--limit");
    Path answers = Files.writeString(folder.resolve("answers.jsonl"), "{\"model_id\": \"x\"}\n");
    assertThat(rate("compare", "no", folder.toString(), "x", "--judge-local", model).err())
        .contains("answers.jsonl:1");
    Files.writeString(answers, "");
    assertThat(rate("compare", "no", folder.toString(), "x", "--judge-local", model).err())
        .contains("answers of one model");
    Files.delete(folder.resolve("mt-bench/question.jsonl"));
    assertThat(graded("no", "--judge-local", model).err()).contains("mt-bench", "fastchat");
  }
}
