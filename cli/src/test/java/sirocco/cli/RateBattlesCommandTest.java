package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `rate battles`.
final class RateBattlesCommandTest {
  @TempDir private Path folder = Path.of("");

  private String battles(String... lines) throws IOException {
    return Files.writeString(folder.resolve("battles.jsonl"), String.join("\n", lines)).toString();
  }

  private static String won(String a, String b, String winner) {
    return "{\"model_a\": \"%s\", \"model_b\": \"%s\", \"winner\": \"%s\", \"judge\": 7}"
        .formatted(a, b, winner);
  }

  @Test
  void ratingsAreThoseReckonedByHand() throws IOException {
    String file =
        battles(
            won("ours", "theirs", "model_a"),
            won("theirs", "ours", "model_b"),
            won("ours", "theirs", "tie (bothbad)"),
            won("ours", "theirs", "tie"),
            won("ours", "theirs", "model_b"));
    // Ours has 3 points of 5: the odds are 3 to 2, and 400 log10(3/2) = 70.4365 points apart.
    JsonNode found =
        JsonMapper.shared().readTree(CommandRun.of("rate", "battles", file, "--json").out());
    assertThat(found.at("/rows/0/subject").asString()).isEqualTo("ours");
    assertThat(found.at("/rows/0/score").asDouble()).isEqualTo(0.6);
    assertThat(found.at("/rows/0/bradley_terry/value").asDouble())
        .isCloseTo(1000 + 70.4365 / 2, within(1e-4));
    // Elo goes to 1002, 1003.97698, 1003.93120, 1003.88594 and 1001.84121: each time by 4 (s - E),
    // with E = 1 / (1 + 10^(-d/400)) for a difference of d.
    assertThat(found.at("/rows/0/elo/value").asDouble()).isCloseTo(1001.84121, within(1e-5));
    assertThat(found.at("/rows/0/elo/low").asDouble()).isLessThan(1001.8);

    CommandRun table = CommandRun.of("rate", "battles", file, "--anchor", "theirs=1114");
    assertThat(table.err()).isEmpty();
    assertThat(table.code()).isZero();
    assertThat(table.out()).contains("5 battles of 2 models", "1114.0", "1184.4", "0.600");
  }

  @Test
  void whoNeverLostHasNoFiniteRating() throws IOException {
    CommandRun run = CommandRun.of("rate", "battles", battles(won("a", "b", "model_a")));
    assertThat(run.out()).contains("No finite Bradley-Terry ratings", "1002.0", "–");
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    String file = battles(won("a", "b", "tie"), "", won("a", "b", "nobody"));
    assertThat(CommandRun.of("rate", "battles", file).err())
        .contains("battles.jsonl:3", "expected model_a", "found nobody");
    assertThat(CommandRun.of("rate", "battles", battles(won("a", "a", "tie"))).err())
        .contains("battles.jsonl:1", "a twice");
    assertThat(CommandRun.of("rate", "battles", battles("{\"model_a\": \"a\"}")).err())
        .contains("battles.jsonl:1", "winner");
    assertThat(CommandRun.of("rate", "battles", battles("")).err()).contains("holds no battle");
    String good = battles(won("a", "b", "tie"));
    assertThat(CommandRun.of("rate", "battles", good, "--anchor", "c=1").err())
        .contains("anchor c fought no battle");
    assertThat(CommandRun.of("rate", "battles", good, "--anchor", "a").err())
        .contains("NAME=RATING");
    assertThat(CommandRun.of("rate", "battles", good, "--draws", "1").err()).contains("--draws");
    assertThat(CommandRun.of("rate", "battles", folder.resolve("no").toString()).err())
        .contains("cannot be read");
    assertThat(CommandRun.of("rate").err()).contains("mt-bench, compare or battles");
  }
}
