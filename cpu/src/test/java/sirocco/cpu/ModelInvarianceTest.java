package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.Batch;
import sirocco.model.Batch.Rows;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels;
import sirocco.tensor.Kernels.Phase;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// On these kernels too it does not matter how a prompt is cut or what shares a batch.
class ModelInvarianceTest {
  private static final Kernels FAST = new VectorKernels(2);
  private static final int WINDOW = 7;
  private static final List<ModelConfig> CONFIGS =
      List.of(
          Configs.mixtral(5, 2),
          Configs.mistral(OptionalInt.empty()),
          Configs.mistral(OptionalInt.of(WINDOW)));

  @AfterAll
  static void close() {
    FAST.close();
  }

  @ParameterizedTest
  @EnumSource
  void promptsAreTheSameHoweverTheyAreCut(KvCache.Precision precision) {
    int[] tokens = tokens(1, 90);
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 2)) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, FAST);
        float[] whole = logits(model, Phase.PROMPT, tokens, tokens.length, precision);
        for (int chunk : new int[] {1, 2, 3, 5, WINDOW, WINDOW + 1, 20, 64}) {
          assertThat(logits(model, Phase.PROMPT, tokens, chunk, precision))
              .as("%s, %s, chunks of %d", config.architecture(), precision, chunk)
              .isEqualTo(whole);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void stepsAreTheSameHoweverManyAreChecked(KvCache.Precision precision) {
    int[] tokens = tokens(1, 90);
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 2)) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, FAST);
        float[] singly = logits(model, Phase.STEP, tokens, 1, precision);
        for (int chunk : new int[] {2, 3, 5, WINDOW}) {
          assertThat(logits(model, Phase.STEP, tokens, chunk, precision))
              .as("%s, %s, %d at once", config.architecture(), precision, chunk)
              .isEqualTo(singly);
        }
        assertThat(logits(model, Phase.PROMPT, tokens, tokens.length, precision))
            .usingComparatorWithPrecision(tolerance(precision))
            .containsExactly(singly);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchIsItsSessions(Phase phase) {
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 3);
          var workspace = new Workspace()) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, FAST);
        List<KvCache> caches = new ArrayList<>();
        List<Batch.Part> parts = new ArrayList<>();
        List<float[]> singles = new ArrayList<>();
        for (int s = 0; s < 21; s++) {
          int[] before = tokens(s, 1 + 7 * s % 40);
          int[] next = tokens(-s, phase == Phase.STEP ? 1 : 1 + 11 * s % 30);
          for (boolean alone : new boolean[] {true, false}) {
            KvCache cache = model.newCache(80, KvCache.Precision.F32);
            caches.add(cache);
            model.forward(Batch.prompt(cache, before, Rows.NONE), workspace);
            var part = new Batch.Part(cache, next, Rows.LAST);
            if (alone) {
              var batch = new Batch(phase, List.of(part));
              singles.add(model.forward(batch, workspace).logits().toFloats());
            } else {
              parts.add(part);
            }
          }
        }
        float[] together = model.forward(new Batch(phase, parts), workspace).logits().toFloats();
        for (int s = 0; s < parts.size(); s++) {
          int from = s * config.vocabSize();
          assertThat(Arrays.copyOfRange(together, from, from + config.vocabSize()))
              .as("%s, session %d", config.architecture(), s)
              .isEqualTo(singles.get(s));
        }
        caches.forEach(KvCache::close);
      }
    }
  }

  /// Sums of prompts and of steps differ in their last bits; a key or value that is kept in fewer
  /// bits may then be rounded the other way.
  private static float tolerance(KvCache.Precision precision) {
    return switch (precision) {
      case F32 -> 1e-4f;
      case F16 -> 2e-3f;
      case Q8 -> 3e-2f;
    };
  }

  private static int[] tokens(long seed, int count) {
    return new SplittableRandom(seed).ints(count, 0, 50).toArray();
  }

  /// `[T, V]`, the prompt fed in chunks.
  private static float[] logits(
      Model model, Phase phase, int[] tokens, int chunk, KvCache.Precision precision) {
    int vocab = model.config().vocabSize();
    float[] all = new float[tokens.length * vocab];
    try (var workspace = new Workspace();
        KvCache cache = model.newCache(tokens.length, precision)) {
      for (int start = 0; start < tokens.length; start += chunk) {
        int[] part = Arrays.copyOfRange(tokens, start, Math.min(start + chunk, tokens.length));
        float[] some =
            model
                .forward(
                    new Batch(phase, List.of(new Batch.Part(cache, part, Rows.ALL))), workspace)
                .logits()
                .toFloats();
        System.arraycopy(some, 0, all, start * vocab, some.length);
      }
    }
    return all;
  }
}
