package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Task;
import sirocco.lab.sandbox.Sandbox;
import sirocco.lab.sandbox.SandboxException;
import sirocco.lab.sandbox.Sandboxes;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CodeTasksTest {
  private static Sandbox sandbox;

  @BeforeAll
  static void find() {
    sandbox = Sandboxes.require();
  }

  private static List<Item> items(Task task, int shots) {
    return task.items(new DataFolder(Shared.require("data/evaluation"), false), shots);
  }

  private static String prompt(Item item) {
    return ((Completion) item.question()).prompt();
  }

  /// Who does not pass with his own solution.
  private static List<String> wrong(List<Item> items) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Map<String, Double>>> verdicts = new ArrayList<>();
      for (Item item : items) {
        verdicts.add(threads.submit(() -> item.judge().apply(item.right())));
      }
      List<String> wrong = new ArrayList<>();
      for (int at = 0; at < items.size(); at++) {
        if (!verdicts.get(at).get().equals(Map.of("pass@1", 1.0))) {
          wrong.add(items.get(at).id());
        }
      }
      return wrong;
    }
  }

  @Test
  void everyReferenceSolutionOfHumanEvalPasses() throws Exception {
    List<Item> items = items(HumanEval.greedy(() -> sandbox), 0);
    assertThat(items).hasSize(164);
    assertThat(wrong(items)).isEmpty();
  }

  @Test
  void referenceSolutionsOfMbppPass() throws Exception {
    List<Item> items = items(Mbpp.whole(() -> sandbox), 3);
    assertThat(items).hasSize(500);
    assertThat(items.getFirst().id()).isEqualTo("11");
    assertThat(items.getLast().id()).isEqualTo("510");
    // One of ten, and the one whose tests need something made.
    List<Item> some =
        items.stream().filter(i -> i.id().endsWith("1") || i.id().equals("367")).toList();
    assertThat(wrong(some)).isEmpty();
  }

  @Test
  void humanEvalAsksAsInItsFile() {
    Item first = items(HumanEval.greedy(() -> sandbox), 0).getFirst();
    assertThat(first.id()).isEqualTo("HumanEval/0");
    assertThat(first.chance()).isZero();
    try (LineReader lines = new LineReader(file("humaneval/HumanEval.jsonl.gz"))) {
      JsonNode row = JsonMapper.shared().readTree(Objects.requireNonNull(lines.next()).bytes());
      assertThat(prompt(first)).isEqualTo(row.required("prompt").stringValue());
    }
  }

  /// The words are those that Austin et al. 2021 publish; what stands between them is the file's.
  @Test
  void mbppAsksAsPublished() {
    Item first = items(Mbpp.whole(() -> sandbox), 1).getFirst();
    String example = mbpp(2);
    String asked = mbpp(11);
    int begin = asked.indexOf("[BEGIN]\n") + "[BEGIN]\n".length();
    assertThat(prompt(first)).isEqualTo(example + "\n\n" + asked.substring(0, begin));
    String three = prompt(items(Mbpp.whole(() -> sandbox), 3).getFirst());
    assertThat(three)
        .isEqualTo(String.join("\n\n", mbpp(2), mbpp(3), mbpp(4), asked.substring(0, begin)));
  }

  private static String mbpp(int id) {
    try (LineReader lines = new LineReader(file("mbpp/mbpp.jsonl"))) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        JsonNode row = JsonMapper.shared().readTree(line.bytes());
        if (row.required("task_id").intValue() == id) {
          String tests =
              row.required("test_list")
                  .valueStream()
                  .map(JsonNode::stringValue)
                  .collect(Collectors.joining("\n"));
          return """
          You are an expert Python programmer, and here is your task: %s Your code should pass \
          these tests:

          %s
          [BEGIN]
          %s
          [DONE]\
          """
              .formatted(text(row, "text"), tests, text(row, "code"));
        }
      }
    }
    throw new AssertionError("no MBPP " + id);
  }

  /// Its line ends are those of DOS.
  private static String text(JsonNode row, String name) {
    return row.required(name).stringValue().replace("\r\n", "\n");
  }

  private static Path file(String name) {
    return Shared.require("data/evaluation").resolve(name);
  }

  @Test
  void judgesWhatPrograms() {
    Item item = items(HumanEval.greedy(() -> sandbox), 0).getFirst();
    String right = ((Reply.Texts) item.right()).all().getFirst();
    assertThat(pass(item, right)).isEqualTo(1);
    assertThat(pass(item, right + "\ndef broken(:\n")).as("cut at a stop").isEqualTo(1);
    assertThat(pass(item, "    return True\n")).isZero();
    assertThat(pass(item, "")).isZero();
    assertThat(pass(item, "    raise SystemExit(0)\n")).as("leaves early").isZero();
    assertThat(pass(item, "    import os\n    os._exit(0)\n")).as("leaves at once").isZero();
    assertThat(pass(item, "    return \0\n")).isZero();
    assertThat(pass(item, right + "\n# more")).isEqualTo(1);
  }

  private static double pass(Item item, String completion) {
    return item.judge().apply(new Reply.Texts(List.of(completion))).getOrDefault("pass@1", -1.0);
  }

  @Test
  void estimatesFromManyPrograms() {
    Task task = HumanEval.drawn(() -> sandbox);
    Item item = items(task, 0).getFirst();
    List<String> all = new ArrayList<>(((Reply.Texts) item.right()).all().subList(0, 40));
    while (all.size() < 200) {
      all.add("    pass\n");
    }
    Map<String, Double> measures = item.judge().apply(new Reply.Texts(all));
    assertThat(measures).containsOnlyKeys("pass@1", "pass@10", "pass@100");
    assertThat(measures.getOrDefault("pass@1", -1.0)).isCloseTo(0.2, within(1e-12));
    assertThat(measures.getOrDefault("pass@10", -1.0))
        .isCloseTo(new PassAtK(10).of(200, 40), within(1e-12));
    assertThat(task.statistics().stream().map(s -> s.name()))
        .containsExactly("pass@1", "pass@10", "pass@100");
  }

  @Test
  void verifiedProblemsAreReadFromTheirOwnFile(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("mbpp"));
    Files.writeString(
        folder.resolve("mbpp/sanitized-mbpp.json"),
        """
        [{"task_id": 2, "prompt": "Double it.", "code": "def f(x):\\r\\n  return x * 2",
          "test_imports": [], "test_list": ["assert f(1) == 2"]},
         {"task_id": 12, "prompt": "Take the root.", "code": "def g(x):\\n  return math.sqrt(x)",
          "test_imports": ["import math"], "test_list": ["assert g(4) == 2"]},
         {"task_id": 511, "prompt": "Not of the split.", "code": "", "test_list": ["assert 0"]}]
        """);
    List<Item> items = Mbpp.verified(() -> sandbox).items(new DataFolder(folder, false), 1);
    assertThat(items.stream().map(Item::id)).containsExactly("12");
    assertThat(prompt(items.getFirst()))
        .isEqualTo(
            """
            You are an expert Python programmer, and here is your task: Double it. Your code should \
            pass these tests:

            assert f(1) == 2
            [BEGIN]
            def f(x):
              return x * 2
            [DONE]

            You are an expert Python programmer, and here is your task: Take the root. Your code \
            should pass these tests:

            assert g(4) == 2
            [BEGIN]
            """);
    assertThat(wrong(items)).isEmpty();
  }

  @Test
  void whatCannotBeAskedIsRefused(@TempDir Path empty) throws IOException {
    for (Task task :
        List.of(
            HumanEval.greedy(() -> sandbox),
            Mbpp.whole(() -> sandbox),
            Mbpp.verified(() -> sandbox))) {
      assertThatThrownBy(() -> task.items(new DataFolder(empty, true), 0))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(task.description().files().download());
      assertThatThrownBy(() -> task.items(new DataFolder(empty, true), -1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> task.items(new DataFolder(empty, true), 11))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("worked examples")
          .hasMessageContaining("ask for");
    }
    Path folder = Files.createDirectories(empty.resolve("mbpp"));
    Files.writeString(
        folder.resolve("mbpp.jsonl"),
        """
        {"task_id": 11, "text": "a", "code": "b", "test_list": ["assert 1"]}
        {"task_id": 12, "text": "a", "code": "b", "test_list": []}
        {"task_id": 13, "text": "a"}
        """);
    assertThatThrownBy(() -> Mbpp.whole(() -> sandbox).items(new DataFolder(empty, false), 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("mbpp.jsonl:2: test_list: expected tests, found none");
    DataFolder lenient = new DataFolder(empty, true);
    assertThat(Mbpp.whole(() -> sandbox).items(lenient, 0)).hasSize(1);
    assertThat(lenient.skipped()).hasSize(2);
    assertThatThrownBy(() -> Mbpp.whole(() -> sandbox).items(lenient, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has 0 of the problems 1 to 10");
  }

  @Test
  void withoutASandboxNothingIsAsked() {
    Task task =
        HumanEval.greedy(() -> {
          throw new SandboxException("none here");
        });
    assertThatThrownBy(() -> items(task, 0)).isInstanceOf(SandboxException.class);
  }
}
