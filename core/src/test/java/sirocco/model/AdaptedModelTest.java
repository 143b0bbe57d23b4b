package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.convert.GgufTypes;
import sirocco.convert.MergeAdapter;
import sirocco.convert.ToGguf;
import sirocco.convert.ToHuggingFace;
import sirocco.engine.Completion;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerOptions;
import sirocco.engine.Terms;
import sirocco.engine.WeightMemory;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels;
import sirocco.tensor.ScalarBackend;
import sirocco.testkit.GoldenAdapters;
import sirocco.testkit.GoldenAdapters.Case;
import sirocco.testkit.TinyModels;

/// A model with an adapter computes what PEFT computes, whatever the base's format, and the same as
/// the merged model.
class AdaptedModelTest {
  @TempDir Path folder;

  static List<Case> cases() {
    return GoldenAdapters.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAndRoutersAreThoseOfPeft(Case golden) {
    try (Checkpoint base = Checkpoints.open(golden.base());
        Adapter adapter = Adapter.open(golden.folder(), base);
        SafetensorsFile expected = SafetensorsFile.open(golden.expected());
        Workspace workspace = new Workspace()) {
      Output output = run(base, Optional.of(adapter), golden.tokens(), workspace);
      assertClose(output.logits().toFloats(), expected.tensor("logits").toFloats(), 1e-4, "logits");
      for (int layer = 0; layer < output.routings().size(); layer++) {
        Routing routing = output.routings().get(layer);
        float[] logits = new float[routing.rows() * routing.experts()];
        for (int i = 0; i < logits.length; i++) {
          logits[i] = routing.logit(i / routing.experts(), i % routing.experts());
        }
        assertClose(logits, expected.tensor("router_" + layer).toFloats(), 1e-4, "router " + layer);
      }
      float[] plain = run(base, Optional.empty(), golden.tokens(), workspace).logits().toFloats();
      assertThat(difference(plain, expected.tensor("logits").toFloats())).isGreaterThan(0.5);
    }
  }

  /// Rows with an adapter beside rows without one.
  @ParameterizedTest
  @MethodSource("cases")
  void eachPartOfABatchHasItsOwn(Case golden) {
    int[] tokens = golden.tokens();
    try (Checkpoint base = Checkpoints.open(golden.base());
        Adapter adapter = Adapter.open(golden.folder(), base);
        Workspace workspace = new Workspace()) {
      float[] plain = run(base, Optional.empty(), tokens, workspace).logits().toFloats();
      float[] adapted = run(base, Optional.of(adapter), tokens, workspace).logits().toFloats();
      Model model =
          Models.load(
              base,
              new ModelOptions(
                  OptionalInt.empty(), Optional.empty(), List.of(adapter), OptionalLong.empty()),
              new ScalarBackend().open());
      try (KvCache a = model.newCache(tokens.length, KvCache.Precision.F32);
          KvCache b = model.newCache(tokens.length, KvCache.Precision.F32);
          KvCache c = model.newCache(tokens.length, KvCache.Precision.F32)) {
        var parts =
            List.of(
                new Batch.Part(a, tokens, Batch.Rows.ALL, 1),
                new Batch.Part(b, tokens, Batch.Rows.ALL, 0),
                new Batch.Part(c, tokens, Batch.Rows.ALL, 1));
        float[] together =
            model.forward(new Batch(Kernels.Phase.PROMPT, parts), workspace).logits().toFloats();
        int size = plain.length;
        assertThat(Arrays.copyOf(together, size)).isEqualTo(adapted);
        assertThat(Arrays.copyOfRange(together, size, 2 * size)).isEqualTo(plain);
        assertThat(Arrays.copyOfRange(together, 2 * size, 3 * size)).isEqualTo(adapted);
      }
    }
  }

  @Test
  void requestsChooseTheirs() {
    Case golden = cases().getFirst();
    var adapters = new LinkedHashMap<>(Map.of("mine", golden.folder()));
    int[] prompt = IntStream.range(0, 90).map(i -> 3 + i % 20).toArray();
    var request = Request.of(prompt, SamplingSettings.greedy().toBuilder().maxTokens(4).build());
    List<Completion> completions = new ArrayList<>();
    try (Engine engine =
            Engine.open(golden.base(), EngineOptions.builder().adapters(adapters).build());
        var scheduler = Scheduler.start(engine, SchedulerOptions.DEFAULT)) {
      for (String name : List.of("", "mine", "", "mine")) {
        var own = request.adapter(Optional.of(name).filter(n -> !n.isEmpty()));
        completions.add(scheduler.submit(own, Terms.DEFAULT).completion().join());
      }
      assertThatThrownBy(
              () -> scheduler.submit(request.adapter(Optional.of("yours")), Terms.DEFAULT))
          .hasMessage("no adapter is named 'yours', there are [mine]");
    }
    // what was read with other weights is not taken for one's own
    assertThat(completions.stream().map(c -> c.usage().cachedTokens()))
        .containsExactly(0, 0, 64, 64);
    assertThat(completions.get(2).tokens()).isEqualTo(completions.get(0).tokens());
    assertThat(completions.get(3).tokens()).isEqualTo(completions.get(1).tokens());
    assertThat(completions.get(1).tokens()).isNotEqualTo(completions.get(0).tokens());
  }

  /// GGUF and Mistral's own files have the rows of query and key in another order than adapters.
  @ParameterizedTest
  @MethodSource("cases")
  void aBaseInAnotherFormatGivesTheSame(Case golden) throws IOException {
    float[] expected = logits(golden.base(), golden);
    Path gguf = folder.resolve("model.gguf");
    Path consolidated = Files.createDirectory(folder.resolve("consolidated"));
    try (Checkpoint base = Checkpoints.open(golden.base())) {
      ToGguf.write(base, gguf, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), (_, _) -> {});
      if (golden.name().equals("parameters")) {
        TinyModels.consolidated(consolidated, base, DType.F32);
        assertClose(logits(consolidated, golden), expected, 1e-5, "consolidated");
      }
    }
    assertClose(logits(gguf, golden), expected, 1e-5, "GGUF");
  }

  /// What is quantised stays so: the adapter works beside it.
  @Test
  void aQuantisedBaseGivesTheSameAsItsDecodedWeights() {
    Case golden = GoldenAdapters.of("experts");
    Path quantised = folder.resolve("q4.gguf");
    GgufTypes types =
        (_, roles, sources) ->
            GgufTypes.alwaysFloat(roles.getFirst()) || sources.getFirst().columns() % 32 != 0
                ? DType.F32
                : DType.Q4_0;
    try (Checkpoint base = Checkpoints.open(golden.base())) {
      ToGguf.write(base, quantised, types, new ToGguf.FileType.OfMost(), (_, _) -> {});
    }
    Path decoded = folder.resolve("decoded");
    try (Checkpoint base = Checkpoints.open(quantised)) {
      ToHuggingFace.write(base, decoded, ToHuggingFace.SHARD_BYTES, (_, _) -> {});
    }
    assertClose(logits(quantised, golden), logits(decoded, golden), 1e-5, "quantised");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theMergedModelGivesTheSame(Case golden) {
    Path merged = folder.resolve("merged");
    try (Checkpoint base = Checkpoints.open(golden.base());
        Adapter adapter = Adapter.open(golden.folder(), base);
        Workspace workspace = new Workspace()) {
      MergeAdapter.write(
          base, adapter, Optional.of(DType.F32), merged, ToHuggingFace.SHARD_BYTES, (_, _) -> {});
      float[] beside =
          run(base, Optional.of(adapter), golden.tokens(), workspace).logits().toFloats();
      try (Checkpoint whole = Checkpoints.open(merged)) {
        float[] inside =
            run(whole, Optional.empty(), golden.tokens(), workspace).logits().toFloats();
        assertClose(inside, beside, 2e-5, "merged");
      }
    }
  }

  /// One form becomes the other: w1 and w3 with an A each are one pair of twice the rank when
  /// fused.
  @ParameterizedTest
  @EnumSource(AdapterWriter.Experts.class)
  void anAdapterWrittenInEitherFormGivesTheSame(AdapterWriter.Experts form) {
    for (Case golden : GoldenAdapters.all()) {
      Path written = folder.resolve(golden.name());
      try (Checkpoint base = Checkpoints.open(golden.base());
          Adapter adapter = Adapter.open(golden.folder(), base)) {
        AdapterWriter.write(written, base.config(), "base", adapter.pairs(), form);
      }
      var copy =
          new Case(golden.name(), written, golden.base(), golden.expected(), golden.tokens());
      assertClose(logits(golden.base(), copy), logits(golden.base(), golden), 1e-5, golden.name());
    }
  }

  @Test
  void anEngineHasItToo() {
    Case golden = GoldenAdapters.of("parameters");
    var options =
        EngineOptions.builder()
            .chunk(256)
            .adapter(Optional.of(golden.folder()))
            .weights(WeightMemory.MAPPED)
            .build();
    try (Engine engine = Engine.open(golden.base(), options);
        Workspace workspace = new Workspace();
        KvCache cache = engine.model().newCache(32, KvCache.Precision.F32)) {
      Batch batch = Batch.prompt(cache, golden.tokens(), Batch.Rows.ALL);
      assertClose(
          engine.model().forward(batch, workspace).logits().toFloats(),
          logits(golden.base(), golden),
          1e-5,
          "engine");
    }
  }

  private static float[] logits(Path model, Case golden) {
    try (Checkpoint base = Checkpoints.open(model);
        Adapter adapter = Adapter.open(golden.folder(), base);
        Workspace workspace = new Workspace()) {
      return run(base, Optional.of(adapter), golden.tokens(), workspace).logits().toFloats();
    }
  }

  private static Output run(
      Checkpoint base, Optional<Adapter> adapter, int[] tokens, Workspace workspace) {
    Model model =
        Models.load(
            base,
            new ModelOptions(OptionalInt.empty(), adapter, List.of(), OptionalLong.empty()),
            new ScalarBackend().open());
    try (KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
      return model.forward(Batch.prompt(cache, tokens, Batch.Rows.ALL), workspace);
    }
  }

  private static void assertClose(float[] actual, float[] expected, double most, String what) {
    assertThat(difference(actual, expected)).as(what).isLessThanOrEqualTo(most);
  }

  private static double difference(float[] one, float[] other) {
    assertThat(one).hasSameSizeAs(other);
    return IntStream.range(0, one.length)
        .mapToDouble(i -> Math.abs(one[i] - other[i]))
        .max()
        .orElseThrow();
  }
}
