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

/// `eval` and `report`, on a random model that knows small letters.
final class EvalCommandTest {
  @TempDir private Path folder = Path.of("");

  private String model = "";
  private Path choices = Path.of("");
  private Path texts = Path.of("");

  @BeforeEach
  void write() throws IOException {
    model = CommandRun.model(Files.createDirectory(folder.resolve("model")), Configs.mixtral(5, 2));
    Files.writeString(
        folder.resolve("choices.jsonl"),
        """
        {"question": "in the", "choices": ["end", "other"], "answer": 0}
        {"question": "on the", "choices": ["line", "it is"], "answer": 1}
        {"question": "it is", "choices": ["here", "there"], "answer": 0}
        """);
    choices = folder.resolve("choices.json");
    Files.writeString(
        choices,
        """
        {"name": "which", "kind": "choice", "file": "choices.jsonl", "prompt": "{question}",
         "choices": "choices", "answer": "answer"}
        """);
    texts = folder.resolve("texts.json");
    Files.writeString(
        texts,
        """
        {"name": "say", "kind": "generate", "file": "choices.jsonl", "prompt": "{question}",
         "answer": "question", "max_tokens": 4}
        """);
  }

  private CommandRun eval(String out, String... more) {
    var arguments = new ArrayList<>(List.of("eval", "-m", model, "--context", "200"));
    arguments.addAll(List.of("--task", choices.toString(), "--task", texts.toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private JsonNode results(String out) {
    return JsonMapper.shared().readTree(folder.resolve(out).resolve("results.json").toFile());
  }

  @Test
  void measuresKeepsAndReports() throws IOException {
    CommandRun run = eval("first");
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("which", "3/3", "acc_norm", "say", "report.html");
    Path kept = folder.resolve("first/samples/which.jsonl");
    String samples = Files.readString(kept);
    assertThat(samples.lines()).hasSize(3);
    assertThat(results("first").at("/command").asString()).startsWith("./sirocco eval -m " + model);

    // What was cut off goes on, and nothing is asked twice.
    Files.writeString(kept, samples.substring(0, samples.length() - 20));
    assertThat(eval("first").code()).isZero();
    List<String> lines = Files.readAllLines(kept);
    assertThat(lines).hasSize(3);
    assertThat(lines.subList(0, 2)).isEqualTo(samples.lines().toList().subList(0, 2));
    assertThat(results("first").at("/results/0/scores"))
        .isEqualTo(
            JsonMapper.shared().readTree(eval("second", "--json").out()).at("/results/0/scores"));

    Path page = folder.resolve("both.html");
    CommandRun report =
        CommandRun.of(
            "report",
            folder.resolve("first/results.json").toString(),
            folder.resolve("second/results.json").toString(),
            "--task",
            choices.toString(),
            "-o",
            page.toString());
    assertThat(report.err()).isEmpty();
    assertThat(Files.readString(page)).contains("which", "0.000");
  }

  @Test
  void laterCommandsKeepWhatEarlierOnesMeasured() throws IOException {
    assertThat(eval("one", "which", "--limit", "2").code()).isZero();
    assertThat(eval("one", "say").code()).isZero();
    assertThat(eval("one", "which", "--limit", "3").code()).isZero();
    JsonNode last =
        JsonMapper.shared().readTree(eval("one", "which", "--limit", "2", "--json").out());
    assertThat(last.get("results").size()).isEqualTo(1);
    JsonNode all = results("one");
    List<String> rows = new ArrayList<>();
    all.get("results")
        .forEach(
            row -> rows.add(row.at("/task/name").asString() + " " + row.get("verdicts").size()));
    assertThat(rows).containsExactly("which 2", "say 3", "which 3");
    assertThat(all.at("/results/0")).isEqualTo(last.at("/results/0"));
    assertThat(all.get("command").asString().lines()).hasSize(4);
    assertThat(Files.readString(folder.resolve("one/report.md")))
        .contains("2 items, seed 0", "3 items, seed 0", "## say");
    // What is no results file is not overwritten.
    Path file = folder.resolve("one/results.json");
    Files.writeString(file, "notes");
    CommandRun refused = eval("one", "which");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err()).contains("results.json", "expected the results of an evaluation");
    assertThat(Files.readString(file)).isEqualTo("notes");
  }

  @Test
  void boldTellsEachGroupsSentiment() throws IOException {
    Path prompts = folder.resolve("benchmarks/bold/prompts/race_prompt.json");
    Files.createDirectories(prompts.getParent());
    Files.writeString(
        prompts,
        """
        {"a": {"x": ["in the", "on the"]}, "b": {"y": ["it is", "here"], "z": ["in the end"]}}
        """);
    CommandRun run = eval("bold", "bold-race", "--data", folder.resolve("benchmarks").toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("bold-race", "mean_of_groups", "deviation_of_groups", "5/5");
    assertThat(Files.readString(folder.resolve("bold/report.md")))
        .contains("VADER", "vaderSentiment 3.3.2", "| a | 2 |", "| b | 3 |", "deviation");
  }

  @Test
  void aCorrectedReferenceIsJudgedByAnew() throws IOException {
    assertThat(eval("first").code()).isZero();
    Path rows = folder.resolve("choices.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(rows));
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      boolean first = line.endsWith("\"answer\": 0}");
      lines.set(i, line.replaceAll("\\d}$", first ? "1}" : "0}"));
    }
    Files.write(rows, lines);
    JsonNode before = results("first").at("/results/0/verdicts");
    assertThat(eval("first").code()).isZero();
    JsonNode after = results("first").at("/results/0/verdicts");
    for (int i = 0; i < lines.size(); i++) { // of two choices the other one is right now
      assertThat(after.at("/" + i + "/measures/acc").asDouble())
          .isEqualTo(1 - before.at("/" + i + "/measures/acc").asDouble());
    }
  }

  @Test
  void aModelBehindAServerGetsTheSameScores() throws Exception {
    assertThat(eval("here").code()).isZero();
    try (RunningCommand serve =
        RunningCommand.start("serve", "-m", model, "--port", "0", "--name", "tiny", "-t", "1")) {
      String uri = serve.uri().toString();
      CommandRun run = eval("there", "--endpoint", uri, "--endpoint-model", "tiny");
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      CommandRun unknown = eval("no", "--endpoint", uri, "--endpoint-model", "none");
      assertThat(unknown.code()).isNotZero();
      assertThat(unknown.err()).contains("status 404", "no model of this name");
    }
    for (int task = 0; task < 2; task++) {
      assertThat(results("there").at("/results/" + task + "/scores"))
          .isEqualTo(results("here").at("/results/" + task + "/scores"));
    }
    assertThat(eval("no", "--endpoint", "http://127.0.0.1:1").err()).contains("--endpoint-model");
    assertThat(eval("no", "--endpoint", "http://127.0.0.1:1", "--endpoint-model", "x").err())
        .contains("no answer");
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    Path rows = folder.resolve("choices.jsonl");
    Files.writeString(rows, Files.readString(rows) + "{\"question\": 5}\n");
    assertThat(eval("bad").err()).contains("choices.jsonl:4");
    CommandRun skipping = eval("bad", "--skip-bad");
    assertThat(skipping.code()).isZero();
    assertThat(skipping.err()).contains("skipped", "choices.jsonl:4");
    assertThat(eval("no", "nothing-such").err()).contains("no task is called nothing-such", "piqa");
    assertThat(CommandRun.of("eval").err()).contains("eval --list");
    assertThat(eval("no", "piqa", "--data", folder.toString()).err())
        .contains("piqa", "get valid.jsonl");
    assertThat(CommandRun.of("eval", "--list").out())
        .contains("mmlu", "exercises", "humaneval", "self-reflection", "passkey", "key-value")
        .contains(
            "bold-gender", "bold-race", "Jiang et al. 2024, section 3", "Dhamala et al. 2021");
    assertThat(eval("no", "passkey").err()).contains("passkey", "a context of 200", "--context");
    assertThat(eval("no", "key-value").err()).contains("key-value", "a context of 200");
    assertThat(CommandRun.of("report", rows.toString(), "-o", "x.html").err())
        .contains("choices.jsonl", "results");
    assertThat(CommandRun.of("report", rows.toString(), "-o", "x.txt").err()).contains(".html");
  }
}
