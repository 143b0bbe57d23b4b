package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.LowRank;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// `--adapter`, and `merge`.
class AdapterCommandsTest {
  private static final ModelConfig CONFIG = Configs.mixtral(4, 2);

  @TempDir Path folder;
  private String model = "";
  private String lora = "";

  @BeforeEach
  void make() throws IOException {
    model = CommandRun.model(Files.createDirectory(folder.resolve("model")), CONFIG);
    lora = folder.resolve("lora").toString();
    try (var owner = new RandomCheckpoint(CONFIG, 8)) {
      Tensor a = owner.weight(new Role.Layer(0, Part.QUERY)).entries(0, 3); // any [3, 24]
      Tensor b = Tensor.floats(Shape.of(24, 3), owner.arena());
      b.data().copyFrom(owner.weight(new Role.Layer(1, Part.QUERY)).entries(0, 3).data());
      Map<Role, LowRank> pairs = new LinkedHashMap<>();
      for (Part part : List.of(Part.QUERY, Part.OUTPUT)) {
        pairs.put(new Role.Layer(1, part), new LowRank(a, b, 2));
      }
      AdapterWriter.write(Path.of(lora), CONFIG, model, pairs, AdapterWriter.Experts.FUSED);
    }
  }

  @Test
  void besideTheModelOrInIt() {
    String merged = folder.resolve("merged").toString();
    CommandRun run = CommandRun.of("merge", "-m", model, "--adapter", lora, "-o", merged);
    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    String beside = greedy(model, "--adapter", lora);
    assertThat(beside).isNotBlank().isNotEqualTo(greedy(model));
    assertThat(greedy(merged)).isEqualTo(beside);
    assertThat(CommandRun.of("merge", "-m", model, "--adapter", lora, "-o", merged).err())
        .contains("merged: is there already");
  }

  @Test
  void mergesByARecipe() throws IOException {
    Path recipe = folder.resolve("merge.yaml");
    String fields = "base: '" + model + "'\nadapter: '" + lora + "'\noutput: merged\n";
    Files.writeString(recipe, fields + "dtype: bf16\n");
    assertThat(CommandRun.of("merge", recipe.toString())).isEqualTo(new CommandRun(0, "", ""));
    Path merged = folder.resolve("merged/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(merged)) {
      assertThat(file.entries()).allMatch(e -> e.dtype().name().equals("BF16"));
    }
    Files.writeString(recipe, fields + "dtype: int8\n");
    assertThat(CommandRun.of("merge", recipe.toString()).err())
        .contains("merge.yaml: dtype: expected f32, f16 or bf16, found \"int8\"");
    assertThat(CommandRun.of("merge", "--adapter", lora).err())
        .contains("expected a RECIPE, or --model, --adapter and --output");
  }

  @Test
  void theTypeThatIsAskedFor() throws IOException {
    String merged = folder.resolve("merged").toString();
    CommandRun run =
        CommandRun.of("merge", "-m", model, "--adapter", lora, "-o", merged, "--dtype", "bf16");
    assertThat(run.code()).isZero();
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(merged, "model.safetensors"))) {
      assertThat(file.entries()).allMatch(e -> e.dtype().name().equals("BF16"));
    }
    CommandRun refused =
        CommandRun.of(
            "merge", "-m", model, "--adapter", lora, "-o", merged + "2", "--dtype", "q4_0");
    assertThat(refused.err())
        .isEqualTo("sirocco: a Hugging Face folder holds F32, F16, BF16 or F64, asked for Q4_0\n");
    assertThat(folder.resolve("merged2")).doesNotExist();
  }

  @Test
  void logitsWithAnAdapter() throws IOException {
    Path ids = Files.writeString(folder.resolve("ids.json"), "[1, 2, 3]");
    Path plain = folder.resolve("plain.safetensors");
    Path adapted = folder.resolve("adapted.safetensors");
    List<String> command = List.of("logits", "-m", model, "--ids", ids.toString(), "-o");
    assertThat(CommandRun.of(with(command, plain.toString())).code()).isZero();
    String[] more = with(command, adapted.toString(), "--adapter", lora);
    assertThat(CommandRun.of(more)).isEqualTo(new CommandRun(0, "", ""));
    assertThat(Files.mismatch(plain, adapted)).isNotEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "perplexity", "logits", "merge"})
  void aFolderThatIsNoneIsOneLine(String command) throws IOException {
    Path text = Files.writeString(folder.resolve("ids.json"), "[1, 2, 3]");
    String[] rest =
        switch (command) {
          case "run" -> new String[] {"abc"};
          case "perplexity" -> new String[] {"-f", text.toString()};
          case "logits" -> new String[] {"--ids", text.toString(), "-o", folder + "/out"};
          default -> new String[] {"-o", folder + "/out"};
        };
    CommandRun run = CommandRun.of(with(List.of(command, "-m", model, "--adapter", model), rest));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("sirocco: " + model + "/adapter_config.json: no such file\n");
  }

  private static String[] with(List<String> command, String... more) {
    return Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new);
  }

  private static String greedy(String model, String... more) {
    CommandRun run =
        CommandRun.of(
            with(List.of("run", "-m", model, "abc", "-n", "24", "--temperature", "0"), more));
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }
}
