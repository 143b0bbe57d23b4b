package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.convert.MixtureTypes;
import sirocco.convert.ToGguf;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.Session;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.tensor.Backend;
import sirocco.tensor.Kernels;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A trained model foretells a text as well on these kernels as on the scalar ones, whatever its
/// weights are stored in: the perplexities have their first four digits in common.
class PerplexityTest {
  private static final int TOKENS = 128;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"Q8_0", "Q4_0", "Q4_K_M", "Q2_K"})
  void equalsThatOfTheScalarKernels(String type) {
    Path trained = Shared.require("data/tiny-weights/mixtral-12m-hf");
    JsonNode ids = JsonMapper.shared().readTree(trained.resolve("ids-github.json").toFile());
    int[] tokens = ids.valueStream().limit(TOKENS).mapToInt(JsonNode::asInt).toArray();
    Path file = quantized(trained, type);
    try (Kernels scalar = Backend.named("scalar").open(OptionalInt.of(1));
        Kernels java = VectorKernels.inJava(2);
        Kernels usual = new VectorKernels(2)) {
      double expected = perplexity(file, tokens, scalar);
      // half a unit of the fourth digit
      double tolerance = 0.5 * Math.pow(10, Math.floor(Math.log10(expected)) - 3);
      assertThat(perplexity(file, tokens, java)).isCloseTo(expected, within(tolerance));
      assertThat(perplexity(file, tokens, usual)).isCloseTo(expected, within(tolerance));
    }
  }

  private Path quantized(Path trained, String type) {
    Path file = folder.resolve(type + ".gguf");
    QuantizationMixture mixture = QuantizationMixture.named(type).orElseThrow();
    try (Checkpoint checkpoint = Checkpoints.open(trained)) {
      var types = new MixtureTypes(mixture, checkpoint.config(), false);
      var fileType = new ToGguf.FileType.Of(mixture.ggufFileType());
      ToGguf.write(checkpoint, file, types, fileType, (_, _) -> {});
    }
    return file;
  }

  private static double perplexity(Path file, int[] tokens, Kernels kernels) {
    try (Checkpoint checkpoint = Checkpoints.open(file);
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, kernels);
        Engine engine =
            Engine.of(model, Optional.empty(), Optional.empty(), Set.of(), EngineOptions.DEFAULT);
        Session session = engine.newSession(tokens.length)) {
      return Math.exp(Arrays.stream(session.score(tokens)).average().orElseThrow());
    }
  }
}
