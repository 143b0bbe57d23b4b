package sirocco.lab.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.sandbox.Sandbox;

/// MBPP: small functions of Python to be written from a sentence and three tests (Austin et al.
/// 2021, arXiv 2108.07732).
///
/// @param file its rows
/// @param text the member of a row that says what to write
/// @param sandbox where programs run; asked for before anything else
public record Mbpp(Description description, String file, String text, Supplier<Sandbox> sandbox)
    implements Task {
  private static final Sampling SAMPLING = Sampling.greedy(512, List.of("[DONE]"));
  private static final String PROTOCOL =
      "greedy; the task and its tests are told, and the answer is run with the tests, "
          + Programs.LONGEST.toSeconds()
          + " s of a processor at most; %s; line ends of DOS are made plain";
  private static final String SOURCE =
      "Austin et al. 2021, section 4, and the README of its files; examples are parted as"
          + " lm-evaluation-harness does; 3-shot on the hand-verified part in Jiang et al. 2024,"
          + " section 3";

  /// The paper's examples, then the others that it keeps for prompts.
  private static final List<Integer> EXAMPLES = List.of(2, 3, 4, 1, 5, 6, 7, 8, 9, 10);

  private static final int FIRST_TEST = 11;
  private static final int LAST_TEST = 510;

  /// All 500 problems of the test split.
  public static Task whole(Supplier<Sandbox> sandbox) {
    return new Mbpp(
        new Description(
            "mbpp",
            "MBPP",
            PROTOCOL.formatted("the whole test split, ids 11 to 510"),
            SOURCE,
            3,
            new Files(
                "mbpp", "get mbpp.jsonl from github.com/google-research/google-research, mbpp")),
        "mbpp.jsonl",
        "text",
        sandbox);
  }

  /// Those of the test split whose wording and tests people went over.
  public static Task verified(Supplier<Sandbox> sandbox) {
    return new Mbpp(
        new Description(
            "mbpp-verified",
            "MBPP (hand-verified)",
            PROTOCOL.formatted("what of the test split is hand-verified, with its better wording"),
            SOURCE,
            3,
            new Files(
                "mbpp",
                "get sanitized-mbpp.json from github.com/google-research/google-research, mbpp")),
        "sanitized-mbpp.json",
        "prompt",
        sandbox);
  }

  /// A row.
  ///
  /// @param setup what the tests need: imports, or what is to be made before them
  private record Problem(int id, String text, String code, String setup, List<String> tests) {
    String question() {
      return """
      You are an expert Python programmer, and here is your task: %s Your code should pass these \
      tests:

      %s
      [BEGIN]
      """
          .formatted(text, String.join("\n", tests));
    }

    String example() {
      return question() + code + "\n[DONE]\n\n";
    }

    String program(String completion) {
      return String.join("\n", completion, setup, String.join("\n", tests));
    }
  }

  @Override
  public List<Statistic> statistics() {
    return Programs.statistics(SAMPLING);
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    if (WorkedExamples.check(shots) > EXAMPLES.size()) {
      throw new DataException(
          "%s: %d worked examples were asked for, and it has %d; ask for fewer shots"
              .formatted(description.name(), shots, EXAMPLES.size()));
    }
    Map<Integer, Problem> problems = new TreeMap<>();
    for (JsonRow row : JsonFiles.rows(source.file(description.files(), file))) {
      source.row(() -> problem(row.fields())).ifPresent(p -> problems.put(p.id(), p));
    }
    String before = examples(problems, shots);
    Programs programs = new Programs(sandbox.get(), SAMPLING);
    return problems.values().stream()
        .filter(p -> p.id() >= FIRST_TEST && p.id() <= LAST_TEST)
        .map(problem -> item(problem, before, programs))
        .toList();
  }

  private String examples(Map<Integer, Problem> problems, int shots) {
    List<Problem> found =
        EXAMPLES.stream()
            .flatMap(id -> Optional.ofNullable(problems.get(id)).stream())
            .limit(shots)
            .toList();
    if (found.size() < shots) {
      throw new DataException(
          "%s: %d worked examples were asked for, and %s has %d of the problems 1 to 10; ask for"
                  .formatted(description.name(), shots, file, found.size())
              + " fewer shots");
    }
    return found.stream().map(Problem::example).collect(Collectors.joining());
  }

  private static Item item(Problem problem, String before, Programs programs) {
    return new Item(
        Integer.toString(problem.id()),
        "",
        new Completion(before + problem.question(), SAMPLING),
        programs.judge(problem::program),
        Programs.right(problem.code() + "\n", SAMPLING),
        0);
  }

  private Problem problem(JsonFields fields) {
    List<String> tests = texts(fields, "test_list");
    if (tests.isEmpty()) {
      throw fields.error("test_list: expected tests, found none");
    }
    List<String> setup = new ArrayList<>(texts(fields, "test_imports"));
    setup.add(plain(fields.text("test_setup_code").orElse("")));
    return new Problem(
        fields.requiredInteger("task_id"),
        fields.requiredText(text),
        plain(fields.requiredText("code")),
        String.join("\n", setup),
        tests);
  }

  private static List<String> texts(JsonFields fields, String name) {
    return fields.list(name).stream().map(element -> plain(element.asText())).toList();
  }

  private static String plain(String text) {
    return text.replace("\r\n", "\n");
  }
}
