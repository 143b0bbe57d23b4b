package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.testkit.Configs;

/// Sirocco starts on the module path, without a word from Java.
class ModulePathTest {
  private static final String RECIPE =
      """
      output: run
      model:
        tokenizer: tokenizer
        hidden_size: 16
        intermediate_size: 16
        num_hidden_layers: 1
        num_attention_heads: 2
        num_key_value_heads: 1
        num_local_experts: 2
        num_experts_per_tok: 1
        max_position_embeddings: 64
      training: {steps: 1, batch_tokens: 64, context: 32, learning_rate: 0.01}
      data: {seed: 1, sources: [{path: text.txt, weight: 1}]}
      """;
  private static final Pattern TESTS =
      Pattern.compile(
          "test-classes|-tests\\.jar|junit|assertj|archunit|byte-buddy|slf4j|opentest4j|apiguardian|surefire");
  private static final Pattern NATIVES = Pattern.compile("bytedeco.*-(x86_64|arm64)|duckdb_jdbc");

  @Test
  void everyModuleResolves() throws Exception {
    Checkout.Result result = java("--validate-modules", "-m", "sirocco.cli");
    assertThat(result.status()).as(result.toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "--help", "doctor", "doctor --json"})
  void startsWithoutWarnings(String arguments) throws Exception {
    var command =
        Stream.concat(
            Stream.of("-m", "sirocco.cli/sirocco.cli.Main"), Arrays.stream(arguments.split(" ")));
    Checkout.Result result = java(command.toArray(String[]::new));
    assertThat(said(result)).isEmpty();
    assertThat(result.out()).isNotEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void theRunThatTrainsTheCacheEndsWell() throws Exception {
    Checkout.Result result = java("-m", "sirocco.cli/sirocco.cli.StartupTraining");
    assertThat(said(result)).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void trainsWithTheLibrariesForIt(@TempDir Path folder) throws Exception {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the quick brown fox jumps over the lazy dog\n".repeat(50));
    Path tokenizer = folder.resolve("tokenizer");
    CommandRun made =
        CommandRun.of("tokenizer-train", "--vocabulary=290", "-i" + text, "-o" + tokenizer);
    assertThat(made.code()).as(made.err()).isZero();
    Path recipe = folder.resolve("recipe.yaml");
    Files.writeString(recipe, RECIPE);

    List<String> modules = new ArrayList<>(modules(false));
    modules.addAll(modules(true));
    Checkout.Result result =
        java(
            modules,
            "--enable-native-access=duckdb.jdbc",
            "--add-modules=ALL-MODULE-PATH",
            "-m",
            "sirocco.cli/sirocco.cli.Main",
            "pretrain",
            recipe.toString());
    assertThat(said(result)).doesNotContain("WARNING");
    assertThat(result.status()).as(result.toString()).isZero();
    assertThat(folder.resolve("run/model/model.safetensors")).exists();
  }

  @Test
  void tellsSentimentWhereTheLauncherAddsTheWords(@TempDir Path folder) throws Exception {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    Path prompts = folder.resolve("bold/prompts/race_prompt.json");
    Files.createDirectories(prompts.getParent());
    Files.writeString(prompts, "{\"a\": {\"x\": [\"in the\"]}, \"b\": {\"y\": [\"on the\"]}}");
    List<String> command = new ArrayList<>(List.of("--add-modules=vader.sentiment.analyzer"));
    command.addAll(List.of("-m", "sirocco.cli/sirocco.cli.Main", "eval", "bold-race", "-m", model));
    command.addAll(List.of("--context", "100", "--data", folder.toString()));
    command.addAll(List.of("--out", folder.resolve("out").toString()));
    Checkout.Result with = java(command.toArray(String[]::new));
    assertThat(with.status()).as(with.toString()).isZero();
    assertThat(said(with)).doesNotContain("WARNING", "sirocco:");
    assertThat(with.out()).contains("bold-race", "deviation_of_groups");
    Checkout.Result without = java(command.subList(1, command.size()).toArray(String[]::new));
    assertThat(without.status()).isNotZero();
    assertThat(said(without)).contains("--add-modules=vader.sentiment.analyzer");
  }

  @Test
  void parquetInAFolderIsToBeNamedItself(@TempDir Path folder) throws Exception {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    Path texts = Files.createDirectory(folder.resolve("texts"));
    Files.writeString(texts.resolve("a.parquet"), "PAR1");
    Checkout.Result result =
        java(
            "-m",
            "sirocco.cli/sirocco.cli.Main",
            "routing",
            "analyze",
            "-m",
            model,
            "--corpus",
            texts.toString(),
            "--out",
            folder.resolve("out").toString());
    assertThat(result.status()).isNotZero();
    assertThat(said(result)).contains("a.parquet", "name this file instead of its folder");
  }

  /// What it said on standard error, but for what only the launcher can keep Java from saying.
  private static String said(Checkout.Result result) {
    return result
        .err()
        .replaceFirst("WARNING: Using incubator modules: jdk.incubator.vector\n?", "");
  }

  /// Runs Java as most commands are started: without the libraries for training.
  private static Checkout.Result java(String... arguments) throws Exception {
    return java(modules(false), arguments);
  }

  private static Checkout.Result java(List<String> modules, String... arguments) throws Exception {
    var command =
        Stream.concat(
            Stream.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=sirocco.core,sirocco.cpu,sirocco.cli,sirocco.train",
                "--enable-native-access=org.bytedeco.javacpp",
                "--enable-native-access=org.bytedeco.openblas,org.bytedeco.pytorch",
                "--enable-native-access=com.github.luben.zstd_jni",
                "-p",
                String.join(File.pathSeparator, modules)),
            Stream.of(arguments));
    return Checkout.finish(new ProcessBuilder(List.copyOf(command.toList())).start());
  }

  /// What this test's class path has, but for what only tests need: the application's jars, or the
  /// libraries for training.
  private static List<String> modules(boolean natives) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !TESTS.matcher(entry).find())
        .filter(entry -> NATIVES.matcher(entry).find() == natives)
        .toList();
  }
}
