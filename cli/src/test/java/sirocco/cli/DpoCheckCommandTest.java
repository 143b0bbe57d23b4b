package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.testkit.Configs;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `dpo-check`: what it computes of pairs, and what it refuses.
final class DpoCheckCommandTest {
  private static final String PAIRS =
      "{'prompt_length': [2, 1], 'chosen': [[1, 2, 3, 4], [5, 6]],"
          + " 'rejected': [[1, 2, 7], [5, 8, 9]]}";

  @TempDir private static Path folder = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  private static CommandRun check(Path pairs, String... more) {
    return check(model, pairs, more);
  }

  private static CommandRun check(String model, Path pairs, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("dpo-check", "-m", model, "--pairs", pairs.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static Path file(String name, String json) throws IOException {
    return Files.writeString(folder.resolve(name), json.replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixtral-small", "mistral-full"})
  void equalsTransformers(String name) {
    Path golden = Shared.require("goldens/" + name);
    Path expected = golden.resolve("expected.safetensors");
    JsonNode report = JsonMapper.shared().readTree(check(golden.toString(), expected).out());
    try (SafetensorsFile file = SafetensorsFile.open(expected)) {
      JsonNode pair = report.get("pairs").get(0);
      assertThat(pair.get("policy_chosen").asDouble())
          .isCloseTo(file.tensor("dpo.policy_logps").getFloat(0), within(1e-4));
      assertThat(pair.get("policy_rejected").asDouble())
          .isCloseTo(file.tensor("dpo.policy_logps").getFloat(1), within(1e-4));
      assertThat(report.get("loss").asDouble())
          .isCloseTo(file.tensor("dpo.loss").getFloat(0), within(1e-4));
      assertThat(report.get("grad_norm").asDouble())
          .isCloseTo(file.tensor("dpo.grad_norm").getFloat(0), within(1e-3));
    }
  }

  @Test
  void againstItselfTheLossIsLnTwoAndItsOutputIsAReference() throws IOException {
    Path pairs = file("pairs.json", PAIRS);
    Path output = folder.resolve("out.safetensors");
    CommandRun first = check(pairs, "--reference", model, "-o", output.toString());
    assertThat(first.err()).isEmpty();
    JsonNode report = JsonMapper.shared().readTree(first.out());
    assertThat(report.get("pairs").size()).isEqualTo(2);
    assertThat(report.get("loss").asDouble()).isCloseTo(Math.log(2), within(1e-6));
    assertThat(report.get("grad_norm").asDouble()).isPositive();
    assertThat(check(pairs, "--reference-logprobs", output.toString()).out())
        .isEqualTo(first.out());
    JsonNode ipo =
        JsonMapper.shared()
            .readTree(check(pairs, "--reference", model, "--loss", "ipo", "--beta", "0.25").out());
    assertThat(ipo.get("loss").asDouble()).isCloseTo(4, within(1e-5)); // (0 - 1 / 0.5)²
  }

  @Test
  void referencesInTheFileItself() throws IOException {
    String json =
        PAIRS.replace("}", ", 'reference_chosen': [-9, -4], 'reference_rejected': [-8.5, -7]}");
    JsonNode report = JsonMapper.shared().readTree(check(file("with.json", json)).out());
    JsonNode pair = report.get("pairs").get(1);
    double margin =
        pair.get("policy_chosen").asDouble() + 4 - pair.get("policy_rejected").asDouble() - 7;
    assertThat(pair.get("loss").asDouble())
        .isCloseTo(Math.log1p(Math.exp(-0.1 * margin)), within(1e-6));
    Path elsewhere = file("reference.json", json);
    assertThat(check(file("p.json", PAIRS), "--reference-logprobs", elsewhere.toString()).out())
        .isEqualTo(check(elsewhere).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|expected an object, found []",
        "{}|chosen: expected a list of lists, found nothing",
        "{'chosen': [[1, 2]], 'rejected': []}|rejected: expected a list of lists of integers",
        "{'chosen': [[1, 50]]}|chosen[0][1]: expected an integer from 0 to 49, found 50",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]]}|prompt_length: expected an integer or one for each pair, found nothing",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 2}|prompt_length of pair 0: expected 1 to 1, so that both answers have a token, found 2",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 0}|prompt_length of pair 0: expected 1 to 1",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': [1, 1]}|prompt_length: expected 1 or 1 numbers, found 2",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3], [1, 4]], 'prompt_length': 1}|rejected: expected 1 rows as chosen has, found 2",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 1}|reference_chosen: expected numbers, found nothing; put them there, or give --reference",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 1, 'reference_chosen': [1]}|reference_rejected: expected a list, found nothing",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 1, 'reference_chosen': [1, 2]}|reference_chosen: expected 1 numbers, found 2",
        "{'chosen': [[1, 2]], 'rejected': [[1, 3]], 'prompt_length': 1, 'reference_chosen': [1e999]}|reference_chosen[0]: expected a number"
      })
  void pairsThatMakeNoSense(String json, String message) throws IOException {
    Path pairs = file("bad.json", json);
    CommandRun run = check(pairs);
    assertThat(run.err()).startsWith("sirocco: " + pairs + ": ").contains(message).hasLineCount(1);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void settingsOutOfRange() throws IOException {
    Path pairs = file("good.json", PAIRS);
    assertThat(check(pairs, "--reference", model, "--beta", "0").err())
        .isEqualTo("sirocco: beta: expected a positive number, found 0.0\n");
    assertThat(check(pairs, "--reference", model, "--label-smoothing", "0.7").err())
        .isEqualTo("sirocco: label smoothing: expected 0 to 0.5, found 0.7\n");
    assertThat(check(pairs, "--reference", model, "--reference-logprobs", "x").err())
        .contains("mutually exclusive");
    Path other = file("other.json", "{'a': 1}");
    assertThat(check(pairs, "--reference-logprobs", other.toString()).err())
        .isEqualTo("sirocco: " + other + ": reference_chosen: expected numbers, found nothing\n");
  }
}
