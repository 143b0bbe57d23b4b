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
  void decodeEqualsPrefill(KvCache.Precision precision) {
    int[] tokens = tokens(1, 5 * WINDOW + 3);
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 2)) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, FAST);
        float[] whole = logits(model, tokens, tokens.length, precision);
        float tolerance = tolerance(precision);
        for (int chunk : new int[] {1, 2, 3, 5, WINDOW, WINDOW + 1, 20}) {
          assertThat(logits(model, tokens, chunk, precision))
              .as("%s, %s, chunks of %d", config.architecture(), precision, chunk)
              .usingComparatorWithPrecision(tolerance)
              .containsExactly(whole);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void batchEqualsSingles(KvCache.Precision precision) {
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 3);
          var workspace = new Workspace()) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT, FAST);
        List<int[]> sessions = List.of(tokens(4, 19), tokens(5, 1), tokens(6, 40), tokens(7, 8));
        List<KvCache> caches = new ArrayList<>();
        List<Batch.Part> parts = new ArrayList<>();
        List<float[]> singles = new ArrayList<>();
        for (int[] session : sessions) {
          float[] all = logits(model, session, session.length, precision);
          singles.add(Arrays.copyOfRange(all, all.length - config.vocabSize(), all.length));
          KvCache cache = model.newCache(64, precision);
          caches.add(cache);
          int[] last = session;
          if (session.length > 10) { // these have seen all but their last token
            int[] before = Arrays.copyOf(session, session.length - 1);
            model.forward(Batch.of(cache, before, Rows.NONE), workspace);
            last = new int[] {session[session.length - 1]};
          }
          parts.add(new Batch.Part(cache, last, Rows.LAST));
        }
        float[] together = model.forward(new Batch(parts), workspace).logits().toFloats();
        float tolerance = tolerance(precision);
        for (int s = 0; s < sessions.size(); s++) {
          int from = s * config.vocabSize();
          assertThat(Arrays.copyOfRange(together, from, from + config.vocabSize()))
              .as("%s, %s, session %d", config.architecture(), precision, s)
              .usingComparatorWithPrecision(tolerance)
              .containsExactly(singles.get(s));
        }
        caches.forEach(KvCache::close);
      }
    }
  }

  /// Sums differ in their last bits with the number of rows; a key or value that is kept in fewer
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
  private static float[] logits(Model model, int[] tokens, int chunk, KvCache.Precision precision) {
    int vocab = model.config().vocabSize();
    float[] all = new float[tokens.length * vocab];
    try (var workspace = new Workspace();
        KvCache cache = model.newCache(tokens.length, precision)) {
      for (int start = 0; start < tokens.length; start += chunk) {
        int[] part = Arrays.copyOfRange(tokens, start, Math.min(start + chunk, tokens.length));
        float[] some =
            model.forward(Batch.of(cache, part, Rows.ALL), workspace).logits().toFloats();
        System.arraycopy(some, 0, all, start * vocab, some.length);
      }
    }
    return all;
  }
}
