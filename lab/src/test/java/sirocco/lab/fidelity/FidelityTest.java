package sirocco.lab.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.convert.MixtureTypes;
import sirocco.convert.ToGguf;
import sirocco.engine.Engine;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Progress;
import sirocco.testkit.Shared;
import tools.jackson.databind.json.JsonMapper;

/// A small trained Mixtral and a smaller dense model, quantised, beside themselves.
@Timeout(120)
class FidelityTest {
  private static final int CHARACTERS = 60_000;

  @TempDir Path folder;

  private static Path original() {
    return Shared.require("data/tiny-weights/mixtral-12m-hf");
  }

  /// Five layers of 64 numbers that tell stories; no mixture.
  private static Path dense() {
    return Shared.require("data/tiny-weights/stories260K-hf");
  }

  /// The beginning of the articles kept for validation, blank lines between.
  private static String text() {
    var text = new StringBuilder();
    var file = Shared.require("data/corpus/valid/wikipedia.jsonl.zst");
    try (LineReader lines = new LineReader(file)) {
      for (RawRecord line = lines.next();
          line != null && line.number() <= 40;
          line = lines.next()) {
        text.append(text.isEmpty() ? "" : "\n\n");
        text.append(JsonMapper.shared().readTree(line.bytes()).required("text").stringValue());
      }
    }
    return text.substring(0, text.offsetByCodePoints(0, CHARACTERS));
  }

  private Path quantised(Path original, QuantizationMixture mixture) {
    Path file = folder.resolve(mixture + ".gguf");
    try (Checkpoint checkpoint = Checkpoints.open(original)) {
      var types = new MixtureTypes(mixture, checkpoint.config(), false);
      ToGguf.write(
          checkpoint,
          file,
          types,
          new ToGguf.FileType.Of(mixture.ggufFileType()),
          (bytes, tensor) -> {});
    }
    return file;
  }

  /// What `llama-perplexity -c 512 --kl-divergence` of llama.cpp v0.5.0 (Q2_K: 3af988fab, of August
  /// 2026, with a cache in F32; its types here are those of blocks of 32) prints for the same text:
  /// base and model as F32 files of the same weights (`llama-quantize --allow-requantize IN OUT
  /// F32`), for else llama.cpp rounds activations to 8 bits, which adds to the divergence.
  @ParameterizedTest
  @CsvSource({
    "Q8_0, 185.736993, 0.000226, 0.000056, 0.000024, 0.033352, 0.99432, 0.00111",
    "Q4_0, 186.521616, 0.004441, 0.004058, 0.001889, 1.234106, 0.93787, 0.00816",
    "Q2_K, 186.368869, 0.003663, 0.003707, 0.001728, 1.270932, 0.94159, 0.00743"
  })
  void isWhatLlamaCppMeasures(
      QuantizationMixture mixture,
      double perplexity,
      double logRatio,
      double divergence,
      double median,
      double greatest,
      double sameTop,
      double shift) {
    try (Engine reference = Engine.open(original());
        Engine model = Engine.open(quantised(original(), mixture))) {
      Fidelity found =
          new FidelityRun(reference, model, 512).run(reference.encode(text()), Progress.none());
      assertThat(found.tokens()).isEqualTo(38 * 255);
      assertThat(found.referencePerplexity().value()).isCloseTo(185.695024, withinPercentage(0.02));
      assertThat(found.perplexity().value()).isCloseTo(perplexity, withinPercentage(0.02));
      assertThat(found.logRatio().value()).isEqualTo(logRatio, within(5e-5));
      // The tool prints six digits behind the point.
      assertThat(found.divergence().value()).isEqualTo(divergence, within(divergence / 100 + 1e-6));
      assertThat(found.medianDivergence()).isEqualTo(median, within(median / 100 + 1e-6));
      assertThat(found.greatestDivergence()).isCloseTo(greatest, withinPercentage(1));
      assertThat(found.sameTop().value()).isEqualTo(sameTop, within(0.001));
      assertThat(found.rootMeanSquareShift()).isCloseTo(shift, withinPercentage(1));
    }
  }

  /// What `llama-perplexity -c 512 -b 512 -ctk f32 -ctv f32 -fa off --no-repack --kl-divergence` of
  /// llama.cpp 3af988fab, built with OpenBLAS, prints for the quantised file itself: there it makes
  /// the weights F32 and rounds no activations. Without BLAS it measures 0.001702 at Q8_0.
  @ParameterizedTest
  @CsvSource({
    "Q8_0, 73.322882, 0.000918, 0.000536, 0.035441, 0.97652, 0.00579",
    "Q4_0, 79.620523, 0.187348, 0.101676, 4.356833, 0.71496, 0.08454"
  })
  void isWhatLlamaCppMeasuresOfTheVeryFile(
      QuantizationMixture mixture,
      double perplexity,
      double divergence,
      double median,
      double greatest,
      double sameTop,
      double shift) {
    try (Engine reference = Engine.open(dense());
        Engine model = Engine.open(quantised(dense(), mixture))) {
      Fidelity found =
          new FidelityRun(reference, model, 512).run(reference.encode(text()), Progress.none());
      assertThat(found.tokens()).isEqualTo(73 * 255);
      assertThat(found.referencePerplexity().value()).isCloseTo(73.3707, withinPercentage(0.02));
      assertThat(found.perplexity().value()).isCloseTo(perplexity, withinPercentage(0.02));
      assertThat(found.divergence().value()).isEqualTo(divergence, within(divergence / 500 + 1e-6));
      assertThat(found.medianDivergence()).isEqualTo(median, within(median / 100 + 1e-6));
      assertThat(found.greatestDivergence()).isCloseTo(greatest, withinPercentage(1));
      assertThat(found.sameTop().value()).isEqualTo(sameTop, within(0.001));
      assertThat(found.rootMeanSquareShift()).isCloseTo(shift, withinPercentage(1));
    }
  }

  @Test
  void aModelIsItself() {
    try (Engine reference = Engine.open(original());
        Engine model = Engine.open(original())) {
      Fidelity found =
          new FidelityRun(reference, model, 64)
              .run(reference.encode(text().substring(0, 2000)), Progress.none());
      assertThat(found.greatestDivergence()).isZero();
      assertThat(found.greatestShift()).isZero();
      assertThat(found.sameTop().value()).isEqualTo(1);
      assertThat(found.perplexity()).isEqualTo(found.referencePerplexity());
    }
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    try (Engine reference = Engine.open(original())) {
      assertThatThrownBy(() -> new FidelityRun(reference, reference, 63))
          .isInstanceOf(EvaluationException.class)
          .hasMessageContaining("found 63");
      var run = new FidelityRun(reference, reference, 64);
      assertThatThrownBy(() -> run.run(new int[10], Progress.none()))
          .isInstanceOf(EvaluationException.class)
          .hasMessageContaining("10 tokens, fewer than a window of 64");
    }
  }
}
