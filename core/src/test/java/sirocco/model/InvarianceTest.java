package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.model.Batch.Rows;
import sirocco.tensor.Kernels;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// What must not change the result: how a prompt is cut, what shares a batch, how experts are
/// numbered.
class InvarianceTest {
  private static final int WINDOW = 7;
  private static final List<ModelConfig> CONFIGS =
      List.of(
          Configs.mixtral(5, 2),
          Configs.mixtral(4, 4),
          Configs.mixtral(3, 1),
          Configs.mistral(OptionalInt.empty()),
          Configs.mistral(OptionalInt.of(WINDOW)));

  @Test
  void decodeEqualsPrefillForEveryChunkSize() {
    int[] tokens = tokens(1, 5 * WINDOW + 3);
    for (ModelConfig config : CONFIGS) {
      for (KvCache.Precision precision : KvCache.Precision.values()) {
        float[] whole = logits(config, tokens, tokens.length, precision);
        for (int chunk = 1; chunk <= 2 * WINDOW; chunk++) {
          assertThat(logits(config, tokens, chunk, precision))
              .as("%s, %s, chunks of %d", config.architecture(), precision, chunk)
              .usingComparatorWithPrecision(1e-5f)
              .containsExactly(whole);
        }
      }
    }
  }

  @Test
  void batchEqualsSinglesWithPromptsAndStepsMixed() {
    for (ModelConfig config : CONFIGS) {
      try (var checkpoint = new RandomCheckpoint(config, 3);
          var workspace = new Workspace()) {
        Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
        List<int[]> sessions = List.of(tokens(4, 19), tokens(5, 1), tokens(6, 40), tokens(7, 8));
        List<KvCache> caches = new ArrayList<>();
        List<float[]> singles = new ArrayList<>();
        for (int[] session : sessions) {
          caches.add(model.newCache(64, KvCache.Precision.F32));
          try (KvCache cache = model.newCache(64, KvCache.Precision.F32)) {
            singles.add(
                model
                    .forward(Batch.prompt(cache, session, Rows.LAST), workspace)
                    .logits()
                    .toFloats());
          }
        }
        // the first and third sessions have seen all but their last token before the common step
        for (int s : new int[] {0, 2}) {
          int[] session = sessions.get(s);
          model.forward(
              Batch.prompt(caches.get(s), Arrays.copyOf(session, session.length - 1), Rows.NONE),
              workspace);
        }
        var parts =
            IntStream.range(0, sessions.size())
                .mapToObj(s ->
                    new Batch.Part(
                        caches.get(s),
                        Arrays.copyOfRange(
                            sessions.get(s), caches.get(s).length(), sessions.get(s).length),
                        Rows.LAST))
                .toList();
        Tensor together = model.forward(new Batch(Kernels.Phase.PROMPT, parts), workspace).logits();
        for (int s = 0; s < sessions.size(); s++) {
          assertThat(together.entry(s).toFloats())
              .as("%s, session %d", config.architecture(), s)
              .usingComparatorWithPrecision(1e-5f)
              .containsExactly(singles.get(s));
        }
        caches.forEach(KvCache::close);
      }
    }
  }

  @Test
  void permutingExpertsWithTheirGateRowsChangesNothing() {
    ModelConfig config = Configs.mixtral(5, 3);
    int[] tokens = tokens(8, 30);
    try (var plain = new RandomCheckpoint(config, 9);
        var permuted = new RandomCheckpoint(config, 9)) {
      int[] order = {3, 0, 4, 2, 1};
      for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
        Tensor router = plain.weight(new Role.Layer(layer, Part.ROUTER));
        Tensor other = Tensor.floats(router.shape(), permuted.arena());
        for (int e = 0; e < order.length; e++) {
          other.entry(e).data().copyFrom(router.entry(order[e]).data());
          for (Part part : new Part[] {Part.GATE, Part.UP, Part.DOWN}) {
            permuted.replace(
                new Role.Expert(layer, e, part),
                plain.weight(new Role.Expert(layer, order[e], part)));
          }
        }
        permuted.replace(new Role.Layer(layer, Part.ROUTER), other);
      }
      assertThat(logits(permuted, tokens, tokens.length, KvCache.Precision.F32))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(logits(plain, tokens, tokens.length, KvCache.Precision.F32));
    }
  }

  @Test
  void oneExpertIsADenseLayer() {
    int[] tokens = tokens(10, 12);
    try (var mixture = new RandomCheckpoint(Configs.mixtral(1, 1), 11);
        var dense = new RandomCheckpoint(Configs.mistral(OptionalInt.empty()), 12)) {
      for (Role.Global role : Role.Global.values()) {
        dense.replace(role, mixture.weight(role));
      }
      for (int layer = 0; layer < 2; layer++) {
        for (Part part : Part.values()) {
          Role role =
              switch (part) {
                case GATE, UP, DOWN -> new Role.Expert(layer, 0, part);
                case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM, ROUTER ->
                    new Role.Layer(layer, part);
              };
          dense.replace(new Role.Layer(layer, part), mixture.weight(role));
        }
      }
      assertThat(logits(mixture, tokens, 5, KvCache.Precision.F32))
          .containsExactly(logits(dense, tokens, 5, KvCache.Precision.F32));
    }
  }

  @Test
  void gatesWeighTheExperts() {
    try (var plain = new RandomCheckpoint(Configs.mixtral(2, 2), 13);
        var doubled = new RandomCheckpoint(Configs.mixtral(2, 2), 13)) {
      Tensor router = doubled.weight(new Role.Layer(0, Part.ROUTER));
      Tensor row = router.entry(0);
      for (int i = 0; i < row.columns(); i++) {
        row.setFloat(i, 2 * row.getFloat(i));
      }
      int[] tokens = tokens(14, 6);
      assertThat(logits(doubled, tokens, 6, KvCache.Precision.F32))
          .isNotEqualTo(logits(plain, tokens, 6, KvCache.Precision.F32));
    }
  }

  @Test
  void aTokenReachesExactlyAsFarAsTheLayersWindows() {
    ModelConfig config = Configs.mistral(OptionalInt.of(WINDOW));
    int[] tokens = tokens(15, 40);
    int touched = 11;
    int[] other = tokens.clone();
    other[touched] = (tokens[touched] + 1) % config.vocabSize();
    int vocab = config.vocabSize();
    float[] a = logits(config, tokens, 40, KvCache.Precision.F32);
    float[] b = logits(config, other, 40, KvCache.Precision.F32);
    int reach = config.numHiddenLayers() * (WINDOW - 1);
    for (int t = 0; t < tokens.length; t++) {
      boolean changed =
          !Arrays.equals(a, t * vocab, (t + 1) * vocab, b, t * vocab, (t + 1) * vocab);
      assertThat(changed).as("position %d", t).isEqualTo(t >= touched && t - touched <= reach);
    }
  }

  @Test
  void cachePrecisionChangesLittle() {
    int[] tokens = tokens(16, 33);
    ModelConfig config = Configs.mixtral(4, 2);
    float[] exact = logits(config, tokens, 33, KvCache.Precision.F32);
    float[] half = logits(config, tokens, 33, KvCache.Precision.F16);
    float[] bytes = logits(config, tokens, 33, KvCache.Precision.Q8);
    for (int i = 0; i < exact.length; i++) {
      assertThat(half[i]).isCloseTo(exact[i], within(0.02f));
      assertThat(bytes[i]).isCloseTo(exact[i], within(0.3f));
    }
    assertThat(half).isNotEqualTo(exact);
    assertThat(bytes).isNotEqualTo(half);
  }

  @Test
  void tiesGoToTheLowerExpert() {
    try (var workspace = new Workspace();
        var checkpoint = new RandomCheckpoint(Configs.mixtral(6, 3), 17)) {
      Tensor router = checkpoint.weight(new Role.Layer(0, Part.ROUTER));
      router.data().fill((byte) 0);
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      try (KvCache cache = model.newCache(4, KvCache.Precision.F32)) {
        Routing routing =
            model
                .forward(Batch.prompt(cache, new int[] {1, 2}, Rows.NONE), workspace)
                .routings()
                .getFirst();
        for (int rank = 0; rank < 3; rank++) {
          assertThat(routing.expert(1, rank)).isEqualTo(rank);
          assertThat(routing.gate(1, rank)).isCloseTo(1f / 3, within(1e-6f));
        }
      }
    }
  }

  @Test
  void badWorkIsRefusedBeforeTheCacheIsTouched() {
    try (var workspace = new Workspace();
        var checkpoint = new RandomCheckpoint(Configs.mixtral(4, 2), 18)) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      try (KvCache cache = model.newCache(4, KvCache.Precision.F32)) {
        assertThatThrownBy(
                () -> model.forward(Batch.prompt(cache, new int[] {1, 50}, Rows.ALL), workspace))
            .isInstanceOf(ModelException.class)
            .hasMessage("token 50 is outside the vocabulary of 50");
        assertThatThrownBy(
                () -> model.forward(Batch.prompt(cache, new int[5], Rows.ALL), workspace))
            .hasMessage("5 tokens after 0 do not fit a context of 4");
        assertThat(cache.length()).isZero();
      }
      assertThatThrownBy(() ->
              Models.load(
                  checkpoint,
                  new ModelOptions(
                      OptionalInt.of(5), Optional.empty(), List.of(), OptionalLong.empty())))
          .hasMessage("experts per token must lie in 1 to 4, asked for 5");
    }
  }

  private static int[] tokens(long seed, int count) {
    return new SplittableRandom(seed).ints(count, 0, 50).toArray();
  }

  private static float[] logits(
      ModelConfig config, int[] tokens, int chunk, KvCache.Precision precision) {
    try (var checkpoint = new RandomCheckpoint(config, 2)) {
      return logits(checkpoint, tokens, chunk, precision);
    }
  }

  /// `[T, V]`, the prompt fed in chunks.
  private static float[] logits(
      RandomCheckpoint checkpoint, int[] tokens, int chunk, KvCache.Precision precision) {
    int vocab = checkpoint.config().vocabSize();
    Shape shape = Shape.of(tokens.length, vocab);
    float[] all = new float[Math.toIntExact(shape.elements())];
    try (var workspace = new Workspace()) {
      Model model = Models.load(checkpoint, ModelOptions.DEFAULT);
      try (KvCache cache = model.newCache(tokens.length, precision)) {
        for (int start = 0; start < tokens.length; start += chunk) {
          int[] part = Arrays.copyOfRange(tokens, start, Math.min(start + chunk, tokens.length));
          float[] some =
              model.forward(Batch.prompt(cache, part, Rows.ALL), workspace).logits().toFloats();
          System.arraycopy(some, 0, all, start * vocab, some.length);
        }
      }
    }
    return all;
  }
}
