package sirocco.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.ResultsFile;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;
import sirocco.lab.eval.Verdict;

class EvaluationReportTest {
  private static final Settings SETTINGS = new Settings(2, OptionalInt.of(300), 1, 8, 200);
  private static final List<Statistic> STATISTICS =
      List.of(Statistic.mean("acc"), Statistic.mean("acc_norm"));

  private static Result result(String task, String subject, List<String> groups, double skill) {
    Random random = new Random((task + subject).hashCode());
    List<Verdict> verdicts = new ArrayList<>();
    for (String group : groups) {
      for (int i = 0; i < 12; i++) {
        double right = random.nextDouble() < skill ? 1 : 0;
        verdicts.add(
            new Verdict(group + "#" + i, group, Map.of("acc", right, "acc_norm", 1 - right)));
      }
    }
    return new Result(
        new Task.Description(
            task,
            "Task <" + task + ">",
            "Asks & judges.",
            "A. Author 2024, table 2",
            5,
            new Task.Files(task, "nothing")),
        subject,
        "sha256:0123",
        SETTINGS,
        Instant.parse("2026-05-01T12:00:00Z"),
        12.5,
        1000,
        0.25,
        List.of("a.jsonl:7: expected <b>"),
        verdicts,
        Result.scores(STATISTICS, verdicts, SETTINGS.bootstrap()),
        Result.groups(STATISTICS, verdicts, SETTINGS.bootstrap()));
  }

  private static ResultsFile run(String subject, double skill) {
    List<String> grid = new ArrayList<>();
    for (int length : new int[] {512, 1024, 2048, 4096}) {
      for (String depth : new String[] {"0", "0.25", "0.5", "1"}) {
        grid.add("length " + length + "/depth " + depth);
      }
    }
    List<String> lengths = List.of("length 128", "length 512", "length 2048");
    return new ResultsFile(
        "./sirocco eval -m " + subject + " --task mmlu,passkey --limit 300",
        "0.1.0",
        List.of(
            result("mmlu", subject, List.of("algebra", "law | <i>"), skill),
            result("passkey", subject, grid, skill),
            result("by-length", subject, lengths, skill),
            result("plain", subject, List.of(""), skill)));
  }

  private static Element parse(String html) {
    assertThat(html)
        .doesNotContain("<script", "http:", "https:", "src=", "href=", "NaN", "Infinity");
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError(html, e);
    }
  }

  @Test
  void oneRunHasAllThatIsKnownOfIt() {
    String html = EvaluationReport.of(run("tiny", 0.7)).toHtml();
    String text = parse(html).getTextContent();
    assertThat(text)
        .contains("Evaluation of tiny", "Task <mmlu>", "Asks & judges.", "A. Author 2024, table 2")
        .contains("law | <i>", "./sirocco eval -m tiny --task mmlu,passkey --limit 300")
        .contains("2 (the paper: 5)", "rows left out: 1", "a.jsonl:7: expected <b>", "0.250");
    assertThat(html).contains("class=\"heat\"", "--level:10", "<svg");
    assertThat(parse(html).getElementsByTagName("h2").getLength()).isEqualTo(5);
  }

  @Test
  void theFirstGridHasItsValuesWhereTheyBelong() {
    Result grid = run("tiny", 0.7).results().get(1);
    double there =
        grid.groups().stream()
            .filter(g -> g.name().equals("length 2048/depth 0.25"))
            .findFirst()
            .orElseThrow()
            .scores()
            .getFirst()
            .estimate()
            .value();
    String markdown = EvaluationReport.of(new ResultsFile("x", "1", List.of(grid))).toMarkdown();
    String row = markdown.lines().filter(l -> l.startsWith("| 0.25 |")).findFirst().orElseThrow();
    assertThat(markdown).contains("| depth / length | 512 | 1 024 | 2 048 | 4 096 |");
    assertThat(row.split("\\|", -1)[4].strip()).isEqualTo(String.format("%.2f", there));
  }

  @Test
  void twoRunsHaveTheirDifferences() {
    ResultsFile first = run("small", 0.4);
    ResultsFile second = run("large", 0.9);
    Document report = EvaluationReport.compare(first, second, _ -> STATISTICS);
    assertThat(parse(report.toHtml()).getTextContent())
        .contains("Evaluation of small and large", "difference", "large: acc");
    String row =
        report
            .toMarkdown()
            .lines()
            .filter(l -> l.startsWith("| Task \\<passkey\\>"))
            .findFirst()
            .orElseThrow();
    String[] cells = row.split("\\|", -1);
    assertThat(cells[5]).contains("+0.").contains("±");
    assertThat(Double.parseDouble(cells[7].strip())).isLessThan(0.01);
  }

  @Test
  void tasksThatOnlyOneRunDidAndUnknownTasksHaveNoDifference() {
    ResultsFile first = run("small", 0.4);
    ResultsFile second = new ResultsFile("x", "1", run("large", 0.9).results().subList(0, 1));
    String markdown = EvaluationReport.compare(first, second, _ -> List.of()).toMarkdown();
    assertThat(markdown.lines().filter(l -> l.startsWith("| Task")))
        .hasSize(4)
        .allMatch(l -> l.endsWith("– | – | – |"));
    parse(EvaluationReport.compare(second, first, _ -> STATISTICS).toHtml());
  }

  @Test
  void markdownHasNoHtmlAndTablesKeepTheirColumns() {
    String markdown = EvaluationReport.of(run("a|b\n<c>", 0.5)).toMarkdown();
    assertThat(markdown.lines().filter(l -> !l.startsWith("    ")))
        .allSatisfy(l -> assertThat(l.replaceAll("\\\\.", "")).doesNotContain("<", ">"));
    assertThat(markdown.lines().filter(l -> l.startsWith("| law")))
        .allMatch(l -> l.replaceAll("\\\\.", "").chars().filter(c -> c == '|').count() == 5);
  }

  @Test
  void resultsOfTheSameTaskInOneFileAreAllToldAndToldApart() {
    List<Result> results = new ArrayList<>();
    for (String subject : List.of("small", "large")) {
      results.addAll(run(subject, 0.5).results().subList(0, 2));
    }
    Result alone = run("small", 0.5).results().get(3);
    results.add(alone);
    var file = new ResultsFile("first\nsecond", "1", results);
    String markdown = EvaluationReport.of(file).toMarkdown();
    String settings = "2 shots, 24 items, seed 1";
    for (String subject : List.of("small", "large")) {
      String title = "Task \\<mmlu\\>: " + subject + " (sha256:0), " + settings;
      assertThat(markdown).contains("| " + title + " |", "## " + title);
    }
    assertThat(markdown).contains("## Task \\<plain\\>\n", "first\n", "second\n");
    parse(EvaluationReport.of(file).toHtml());
    // Of two runs the last of each task is compared.
    assertThat(EvaluationReport.compare(file, run("third", 0.9), _ -> STATISTICS).toMarkdown())
        .contains("large: 24 of 1000 items")
        .doesNotContain("small: 24 of 1000 items");
  }

  @Test
  void aRunOfNothingHasAPage() {
    parse(EvaluationReport.of(new ResultsFile("x", "1", List.of())).toHtml());
  }
}
