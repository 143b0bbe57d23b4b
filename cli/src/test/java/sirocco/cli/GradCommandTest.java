package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.Shared;
import sirocco.testkit.TinyModels;

/// `grad`: the file it writes, how it reads a batch, and what it refuses.
final class GradCommandTest {
  @TempDir private static Path folder = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  private static CommandRun grad(String model, Path batch, Path output, String... more) {
    return CommandRun.of(
        Stream.concat(
                List.of("grad", "-m", model, "--batch", batch.toString(), "-o", output.toString())
                    .stream(),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private static Path file(String name, String json) throws IOException {
    return Files.writeString(folder.resolve(name), json.replace('\'', '"'));
  }

  /// Loss and one gradient of a batch.
  private static float[] result(String json, String... more) throws IOException {
    Path output = folder.resolve("result.safetensors");
    CommandRun run = grad(model, file("batch.json", json), output, more);
    assertThat(run.err()).isEmpty();
    try (SafetensorsFile found = SafetensorsFile.open(output)) {
      float[] gradient = found.tensor("grad.model.layers.0.self_attn.q_proj.weight").toFloats();
      float[] both = Arrays.copyOf(gradient, gradient.length + 1);
      both[gradient.length] = found.tensor("loss").getFloat(0);
      return both;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral-small", "mistral-full"})
  void equalsTransformers(String name) throws IOException {
    Path golden = Shared.require("goldens/" + name);
    try (SafetensorsFile expected = SafetensorsFile.open(golden.resolve("expected.safetensors"))) {
      Path output = folder.resolve(name + ".safetensors");
      Path batch = file(name + ".json", "{'ids': " + rows(expected.tensor("batch")) + "}");
      assertThat(grad(golden.toString(), batch, output).err()).isEmpty();
      try (SafetensorsFile found = SafetensorsFile.open(output)) {
        for (Checkpoint.Entry entry : expected.entries()) {
          if (entry.name().startsWith("grad.")
              || (entry.name().endsWith("loss") && !entry.name().startsWith("dpo."))) {
            Tensor tensor = found.tensor(entry.name());
            assertThat(tensor.shape()).isEqualTo(entry.shape());
            assertThat(tensor.toFloats())
                .as(entry.name())
                .containsExactly(expected.tensor(entry.name()).toFloats(), within(1e-4f));
          }
        }
      }
    }
  }

  private static String rows(Tensor ids) {
    StringBuilder rows = new StringBuilder("[");
    int columns = Math.toIntExact(ids.shape().extent(1));
    for (int i = 0; i < ids.shape().elements(); i++) {
      rows.append(i % columns == 0 ? i == 0 ? "[" : "],[" : ",");
      rows.append(ids.data().getAtIndex(Tensor.INT, i));
    }
    return rows + "]]";
  }

  @Test
  void manyWaysToSayTheSame() throws IOException {
    float[] plain = result("[[5, 6, 7, 8], [9, 10]]");
    for (String same :
        List.of(
            "{'ids': [[5, 6, 7, 8], [9, 10]]}",
            "{'ids': [[5, 6, 7, 8], [9, 10]], 'labels': [[5, 6, 7, 8], [-100, 10]]}",
            "{'ids': [[5, 6, 7, 8], [9, 10, 0, 0]],"
                + " 'attention_mask': [[1, 1, 1, 1], [1, 1, 0, 0]]}",
            "{'ids': [[5, 6, 7, 8], [0, 0, 9, 10]],"
                + " 'attention_mask': [[1, 1, 1, 1], [0, 0, 1, 1]]}",
            "{'ids': [[5, 6, 7, 8], [9, 10]], 'router_aux_loss_coef': 0.02}")) {
      assertThat(result(same)).as(same).containsExactly(plain, within(1e-6f));
    }
    assertThat(result("[[5, 6, 7, 8], [9, 10]]", "--aux-coefficient", "0.02")).isEqualTo(plain);
    String labels = "{'ids': [[5, 6, 7, 8], [9, 10]], 'labels': [[5, 6, -100, 8], [9, 10]]}";
    assertThat(result(labels)).isNotEqualTo(plain);
  }

  @Test
  void theCoefficientIsTheOptionsThenTheBatchs() throws IOException {
    String json = "{'ids': [[5, 6, 7, 8]], 'router_aux_loss_coef': 0}";
    float[] none = result(json);
    float[] some = result(json, "--aux-coefficient", "1");
    try (SafetensorsFile found = SafetensorsFile.open(folder.resolve("result.safetensors"))) {
      float aux = found.tensor("aux_loss").getFloat(0);
      assertThat(aux).isBetween(1f, 6f);
      assertThat(some[some.length - 1] - none[none.length - 1]).isCloseTo(aux, within(1e-4f));
    }
  }

  @Test
  void aDenseModelHasNoBalanceLossAndOtherLayoutsHaveTheSameNames() throws IOException {
    Path batch = file("dense.json", "[[1, 2, 3]]");
    Path dense = Files.createDirectories(folder.resolve("dense"));
    Path output = folder.resolve("dense.safetensors");
    CommandRun run =
        grad(CommandRun.model(dense, Configs.mistral(OptionalInt.of(2))), batch, output);
    assertThat(run.out()).contains("\"targets\" : 2");
    try (SafetensorsFile found = SafetensorsFile.open(output)) {
      assertThat(found.has("aux_loss")).isFalse();
      assertThat(found.has("grad.model.layers.1.mlp.down_proj.weight")).isTrue();
    }

    Path fused = Files.createDirectories(folder.resolve("fused"));
    Path consolidated = Files.createDirectories(folder.resolve("consolidated"));
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.fused(fused, source, DType.F32);
      TinyModels.consolidated(consolidated, source, DType.F32);
    }
    Path expected = folder.resolve("expected.safetensors");
    // Mistral's own files do not say the coefficient.
    String[] coefficient = {"--aux-coefficient", "0.02"};
    assertThat(grad(model, batch, expected, coefficient).err()).isEmpty();
    for (Path other : List.of(fused, consolidated)) {
      assertThat(grad(other.toString(), batch, output, coefficient).err()).isEmpty();
      assertThat(output).hasSameBinaryContentAs(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|ids: expected a list of lists of integers, found []",
        "{'ids': []}|ids: expected a list of lists of integers, found []",
        "{}|ids: expected a list of lists, found nothing",
        "7|expected an object, found 7",
        "[1, 2]|ids[0]: expected a list with at least one integer, found 1",
        "[[1, 2], []]|ids[1]: expected a list with at least one integer, found []",
        "[[1, 50]]|ids[0][1]: expected an integer from 0 to 49, found 50",
        "[[-1, 2]]|ids[0][0]: expected an integer from 0 to 49, found -1",
        "[[1, 2.5]]|ids[0][1]: expected an integer from 0 to 49, found 2.5",
        "[[1, 4294967297]]|ids[0][1]: expected an integer from 0 to 49, found 4294967297",
        "[[3], [4]]|ids: leave nothing to predict",
        "{'ids': [[1, 2]], 'labels': [[-100, -100]]}|labels: leave nothing to predict",
        "{'ids': [[1, 2]], 'labels': [[1]]}|labels[0]: expected 2 numbers as ids has, found 1",
        "{'ids': [[1, 2]], 'labels': [[1, 50]]}|labels[0][1]: expected an integer from 0 to 49 or -100, found 50",
        "{'ids': [[1, 2]], 'attention_mask': [[1, 1], [1, 1]]}|attention_mask: expected 1 rows as ids has, found 2",
        "{'ids': [[1, 2]], 'attention_mask': [[0, 0]]}|attention_mask[0]: expected at least one 1",
        "{'ids': [[1, 2, 3]], 'attention_mask': [[1, 0, 1]]}|attention_mask[0]: expected zeros at the ends only",
        "{'ids': [[1, 2]], 'attention_mask': [[1, 2]]}|attention_mask[0][1]: expected an integer from 0 to 1, found 2",
        "{'ids': [[1, 2]], 'router_aux_loss_coef': -1}|router_aux_loss_coef: expected at least 0",
        "{'ids': [[1, 2]], 'router_aux_loss_coef': 'x'}|router_aux_loss_coef: expected a number",
        "[[1, 2]] x|not JSON: ",
        "{'ids': [[1, 2]], 'ids': [[1, 2]]}|not JSON: Duplicate"
      })
  void batchesThatMakeNoSense(String json, String message) throws IOException {
    Path batch = file("bad.json", json);
    Path output = folder.resolve("none.safetensors");
    CommandRun run = grad(model, batch, output);
    assertThat(run.err()).startsWith("sirocco: " + batch + ": ").contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void aRowLongerThanMemoryAndACoefficientOutOfRange() throws IOException {
    String row = "[[" + "1,".repeat(2_000_000) + "1]]";
    Path output = folder.resolve("none.safetensors");
    CommandRun run = grad(model, file("long.json", row), output);
    assertThat(run.err())
        .contains("the gradients of 2000001 tokens in 1 rows need about", "of memory, found")
        .hasLineCount(1);
    assertThat(grad(model, file("b.json", "[[1, 2]]"), output, "--aux-coefficient", "-1").err())
        .startsWith("sirocco: --aux-coefficient must not be negative, found -1.0");
    assertThat(output).doesNotExist();
  }
}
