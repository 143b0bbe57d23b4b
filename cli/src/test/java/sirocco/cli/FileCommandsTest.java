package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.testkit.Configs;

/// The commands that write files: logits, convert, quantize.
class FileCommandsTest {
  @TempDir Path folder;
  private String model = "";

  @BeforeEach
  void makeModel() throws IOException {
    model = CommandRun.model(Files.createDirectory(folder.resolve("model")), Configs.mixtral(4, 2));
  }

  @Test
  void logitsDoNotDependOnChunksAndNameEveryLayersRouter() throws IOException {
    Path ids =
        write(
            "ids.json",
            "{\"ids\": [0, 5, 7, 9, 11, 49, 2], \"prompt_length\": 3, \"greedy_steps\": 4}");
    Path whole = folder.resolve("whole.safetensors");
    Path cut = folder.resolve("cut.safetensors");
    assertThat(logits(ids, whole)).isEqualTo(new CommandRun(0, "", ""));
    assertThat(logits(ids, cut, "--chunk", "2").code()).isZero();
    assertThat(cut).hasSameBinaryContentAs(whole);
    try (SafetensorsFile file = SafetensorsFile.open(whole)) {
      assertThat(file.entries().stream().map(e -> e.name() + e.dtype() + e.shape()))
          .containsExactlyInAnyOrder(
              "logitsF32[7, 50]", "router_0F32[7, 4]", "router_1F32[7, 4]", "greedyI32[4]");
    }
    Path other = folder.resolve("other.safetensors");
    assertThat(logits(ids, other, "--experts-per-token", "3").code()).isZero();
    assertThat(Files.mismatch(other, whole)).isNotEqualTo(-1);
  }

  @Test
  void badIdsAreOneLineAndLeaveNothing() throws IOException {
    Path out = folder.resolve("out.safetensors");
    for (List<String> bad :
        List.of(
            List.of("{\"ids\": []}", "expected {\"ids\": [...]} with at least one id"),
            List.of("{\"ids\": [1, \"x\"]}", "id 1: expected an integer, found \"x\""),
            List.of("{\"ids\": [50]}", "id 0: expected 0 to 49, found 50"),
            List.of("{\"ids\": [", "not JSON"))) {
      CommandRun run = logits(write("ids.json", bad.getFirst()), out);
      assertThat(run.code()).isNotZero();
      assertThat(run.err().lines())
          .hasSize(1)
          .allMatch(line -> line.contains(bad.getLast()), bad.getLast());
      assertThat(out).doesNotExist();
    }
  }

  @Test
  void theSameTokensThroughSafetensorsAndGguf() {
    String gguf = folder.resolve("model.gguf").toString();
    String back = folder.resolve("back").toString();
    assertThat(CommandRun.of("convert", "-m", model, "-o", gguf).code()).isZero();
    assertThat(CommandRun.of("convert", "-m", gguf, "-o", back).code()).isZero();
    String text = greedy(model);
    assertThat(text).isNotBlank();
    assertThat(greedy(gguf)).isEqualTo(text);
    assertThat(greedy(back)).isEqualTo(text);
    assertThat(CommandRun.of("convert", "-m", model, "-o", gguf).err())
        .contains("is there already", "--force");
    assertThat(CommandRun.of("convert", "-m", model, "-o", gguf, "--force").code()).isZero();
  }

  @Test
  void everyMixtureLoads() {
    for (QuantizationMixture mixture : QuantizationMixture.values()) {
      String target = folder.resolve(mixture + ".gguf").toString();
      CommandRun run =
          CommandRun.of("quantize", "-m", model, "-o", target, "--type", mixture.name());
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).startsWith(target);
      assertThat(greedy(target)).isNotBlank();
    }
  }

  @Test
  void unknownTypesAreListed() {
    Path target = folder.resolve("model.gguf");
    CommandRun run = CommandRun.of("quantize", "-m", model, "-o", target.toString(), "-t", "Q9");
    assertThat(run.code()).isNotZero();
    assertThat(run.err()).contains("Q9", "Q4_K_M");
    assertThat(target).doesNotExist();
  }

  @Test
  void foldersWhereFilesAreExpectedAreNamed() {
    String here = folder.toString();
    String out = folder.resolve("out.jsonl").toString();
    for (CommandRun run :
        List.of(
            CommandRun.of("perplexity", "-m", model, "-f", here),
            CommandRun.of("batch", "-m", model, "-i", here, "-o", out),
            CommandRun.of("tokenize", "-m", model, "--jsonl", "-i", here))) {
      assertThat(run.code()).isNotZero();
      assertThat(run.err().strip())
          .isEqualTo("sirocco: " + here + ": is a folder, expected a file");
    }
  }

  private CommandRun logits(Path ids, Path out, String... more) {
    List<String> args =
        Stream.concat(
                Stream.of("logits", "-m", model, "--ids", ids.toString(), "-o", out.toString()),
                Stream.of(more))
            .toList();
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static String greedy(String path) {
    CommandRun run = CommandRun.of("run", "-m", path, "-n", "12", "--temperature", "0", "ab");
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
