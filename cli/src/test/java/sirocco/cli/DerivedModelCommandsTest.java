package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Configs;

/// The commands that make a model of others: upcycle, merge-experts, deepen, average.
final class DerivedModelCommandsTest {
  @TempDir private Path folder = Path.of("");
  private String dense = "";

  @BeforeEach
  void makeModel() throws IOException {
    Path base = Files.createDirectory(folder.resolve("dense"));
    dense = CommandRun.model(base, Configs.mistral(OptionalInt.empty()));
  }

  @Test
  void theMixtureGoesOnAsTheDenseModelDoes() throws IOException {
    String expected = text(dense);
    assertThat(expected).isNotBlank();
    Path out = folder.resolve("mixture");
    CommandRun upcycle =
        run("upcycle", "{base: dense, experts: 4, topK: 2, seed: 3, output: mixture}");
    assertThat(upcycle).isEqualTo(new CommandRun(0, out + "\n", ""));
    assertThat(text(out.toString())).isEqualTo(expected);
    Path merged = folder.resolve("merged");
    CommandRun merge = run("merge-experts", "{models: [dense, dense], topK: 1, output: merged}");
    assertThat(merge)
        .isEqualTo(
            new CommandRun(
                0, "expert 0: %s\nexpert 1: %s\n%s\n".formatted(dense, dense, merged), ""));
    assertThat(text(merged.toString())).isEqualTo(expected);
  }

  @Test
  void theDeeperModelGoesOnAsTheOtherDoes() throws IOException {
    Path out = folder.resolve("deep");
    CommandRun deepen = run("deepen", "{base: dense, layers: [0, 0, 1, 0], output: deep}");
    assertThat(deepen).isEqualTo(new CommandRun(0, out + "\n", ""));
    assertThat(text(out.toString())).isNotBlank().isEqualTo(text(dense));
    assertThat(out.resolve("config.json")).content().contains("\"num_hidden_layers\" : 4");
  }

  @Test
  void theMeanOfAModelAndItselfIsThatModel() throws IOException {
    Path out = folder.resolve("mean");
    CommandRun average = run("average", "{models: [dense, dense, dense], output: mean}");
    assertThat(average).isEqualTo(new CommandRun(0, out + "\n", ""));
    assertThat(text(out.toString())).isNotBlank().isEqualTo(text(dense));
  }

  @Test
  void whatIsWrongIsOneLineAndLeavesNothing() throws IOException {
    Files.createDirectory(folder.resolve("there"));
    for (List<String> bad :
        List.of(
            List.of("upcycle", "{base: dense, experts: 8, topK: 9, output: o}", "topK: expected 1"),
            List.of("upcycle", "{base: none, experts: 8, topK: 1, output: o}", "none: "),
            List.of(
                "upcycle",
                "{base: none, experts: 8, topK: 1, output: there}",
                "there: is there already"),
            List.of("upcycle", "{base: dense, experts: 8, topK: 1, output: a/b}", "no such folder"),
            List.of("merge-experts", "{models: [dense, none], topK: 1, output: o}", "none: "),
            List.of("average", "{models: [dense, none], output: o}", "none: "),
            List.of("average", "{models: [dense, dense], output: there}", "is there already"),
            List.of("deepen", "{base: dense, layers: [0, 0], output: o}", "has 2 layers"),
            List.of("deepen", "{base: dense, layers: [1, 0], output: o}", "layers: expected each"),
            List.of(
                "merge-experts",
                "{models: [dense, dense], topk: 1, output: o}",
                "did you mean topK?"))) {
      CommandRun run = run(bad.get(0), bad.get(1));
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines()).hasSize(1).first().asString().contains(bad.get(2));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("dense", "there", "recipe.yaml");
    }
  }

  private CommandRun run(String command, String recipe) throws IOException {
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
    return CommandRun.of(command, file.toString());
  }

  private static String text(String model) {
    return CommandRun.of("run", "-m", model, "once upon a time", "--temperature", "0", "-n", "12")
        .out();
  }
}
