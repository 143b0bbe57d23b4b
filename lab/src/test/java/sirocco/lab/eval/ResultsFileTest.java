package sirocco.lab.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Results on disk, and those of several runs together.
final class ResultsFileTest {
  private static final List<Statistic> STATISTICS = List.of(Statistic.mean("acc"));

  @TempDir private Path folder = Path.of("");

  private static Result result(String model, String task, Settings settings, double acc) {
    List<Verdict> verdicts = List.of(new Verdict("1", "", Map.of("acc", acc)));
    return new Result(
        new Task.Description(task, task, "Asks.", "A 2024", 0, new Task.Files(task, "nothing")),
        "name of " + model,
        model,
        settings,
        Instant.EPOCH,
        1.5,
        10,
        0.25,
        List.of(),
        verdicts,
        Result.scores(STATISTICS, verdicts, settings.bootstrap()),
        Result.groups(STATISTICS, verdicts, settings.bootstrap()));
  }

  private static Settings settings(int limit, long seed, int inFlight) {
    return new Settings(0, OptionalInt.of(limit), seed, inFlight, 20);
  }

  @Test
  void areReadAsTheyWereWritten() throws IOException {
    Path file = folder.resolve("results.json");
    var results =
        new ResultsFile("eval a", "1", List.of(result("m", "a", settings(3, 0, 1), Double.NaN)));
    results.write(file);
    assertThat(ResultsFile.read(file)).isEqualTo(results);
    Files.writeString(file, "{\"command\":\"x\"}");
    assertThatThrownBy(() -> ResultsFile.read(file))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("results.json");
  }

  @Test
  void whatWasMeasuredAgainIsReplacedAndAllElseIsKept() {
    Result a = result("m", "a", settings(3, 0, 1), 0);
    Result b = result("m", "b", settings(3, 0, 1), 0);
    var first = new ResultsFile("eval a b", "1", List.of(a, b));
    // The same question, for how many are asked at once does not change what comes out.
    Result again = result("m", "a", settings(3, 0, 8), 1);
    Result more = result("m", "a", settings(4, 0, 1), 1);
    Result seed = result("m", "a", settings(3, 1, 1), 1);
    Result model = result("n", "b", settings(3, 0, 1), 1);
    var second = new ResultsFile("eval a", "2", List.of(again, more, seed, model));
    ResultsFile both = first.and(second);
    assertThat(both.results()).containsExactly(again, b, more, seed, model);
    assertThat(both.command()).isEqualTo("eval a b\neval a");
    assertThat(both.version()).isEqualTo("2");
    assertThat(both.and(second)).isEqualTo(both);
    assertThat(both.and(first).results()).containsExactly(a, b, more, seed, model);
  }
}
