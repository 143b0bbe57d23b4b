package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.checkpoint.Rope;
import sirocco.convert.GgufTypes;
import sirocco.convert.ToGguf;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Session;
import sirocco.engine.WeightMemory;
import sirocco.tensor.DType;
import sirocco.tensor.Dispatch;
import sirocco.tensor.Kernels;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.GoldenAdapters;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

class ResidentExpertsTest {
  private static final int LAYERS = 3;
  private static final int EXPERTS = 4;
  private static final int WIDTH = 64;
  private static final int INNER = 256;

  /// Of an expert in memory, in float32: many pages, and one for each matrix because disks give
  /// whole blocks.
  private static final long EXPERT = 3L * (WIDTH * INNER * Float.BYTES + 4096);

  private static final ModelConfig CONFIG =
      new ModelConfig(
          Architecture.MIXTRAL,
          50,
          WIDTH,
          INNER,
          LAYERS,
          4,
          2,
          16,
          EXPERTS,
          2,
          1e-5f,
          new Rope(1e4, new Rope.Scaling.None()),
          OptionalInt.empty(),
          256,
          false);

  @TempDir private Path folder = Path.of("");

  @Test
  void everyBoundGivesTheSameNumbers() {
    for (Path path : files()) {
      try (Checkpoint checkpoint = Checkpoints.open(path)) {
        float[] expected = logits(checkpoint, OptionalLong.empty());
        for (long experts : new long[] {4, 5, 6, 8, 11, 12}) {
          assertThat(logits(checkpoint, bound(checkpoint, experts)))
              .as("%s, room for %d experts", path, experts)
              .containsExactly(expected);
        }
      }
    }
  }

  @Test
  void holdsWhatAStepChoseAndNeverMoreThanItMay() {
    for (Path path : files()) {
      for (long room : new long[] {4, 7, 11}) {
        try (Checkpoint checkpoint = Checkpoints.open(path);
            ResidentExperts experts = resident(checkpoint, room)) {
          var random = new SplittableRandom(room);
          for (int step = 0; step < 60; step++) {
            int layer = step % LAYERS;
            int[] chosen = IntStream.range(0, EXPERTS).filter(_ -> random.nextInt(3) > 0).toArray();
            use(
                experts,
                layer,
                chosen,
                present -> {
                  assertThat(experts.heldBytes()).isLessThanOrEqualTo(experts.room());
                  for (int e : chosen) {
                    assertSame(present.get(e), checkpoint, layer, e);
                  }
                });
            assertThat(experts.heldBytes()).isLessThanOrEqualTo(room * EXPERT);
          }
        }
      }
    }
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() {
    try (var checkpoint = new RandomCheckpoint(CONFIG, 1);
        ResidentExperts experts = resident(checkpoint, 4)) {
      for (int e : new int[] {0, 1, 2, 3, 0}) {
        use(experts, 0, new int[] {e}, _ -> {});
      }
      assertThat(experts.reads()).isEqualTo(4);
      use(experts, 1, new int[] {0}, _ -> {});
      assertThat(held(experts, 0)).containsExactly(0, 2, 3);
      use(experts, 1, new int[] {1}, _ -> {});
      assertThat(held(experts, 0)).containsExactly(0, 3);
      use(experts, 0, new int[] {3}, _ -> {});
      use(experts, 2, new int[] {2}, _ -> {});
      assertThat(held(experts, 0)).containsExactly(0, 3);
      assertThat(held(experts, 1)).containsExactly(1); // both were passed over once
      assertThat(held(experts, 2)).containsExactly(2);
    }
  }

  @Test
  void aPromptFindsSomeOfTheModelStillThere() {
    int passes = 20;
    try (var checkpoint = new RandomCheckpoint(CONFIG, 2);
        ResidentExperts experts = resident(checkpoint, 8)) {
      for (int step = 0; step < passes * LAYERS; step++) {
        use(experts, step % LAYERS, new int[] {0, 1, 2, 3}, _ -> {});
      }
      // 240 uses: if the least recently used went first, each would be a read
      assertThat(experts.reads()).isLessThan(180);
    }
  }

  @Test
  void theNextLayerIsReadAheadWhereAllExpertsWereChosen() {
    try (var checkpoint = new RandomCheckpoint(CONFIG, 3);
        ResidentExperts experts = resident(checkpoint, 8)) {
      use(experts, 0, new int[] {0, 2, 3}, _ -> assertThat(held(experts, 1)).isEmpty());
      use(
          experts,
          0,
          new int[] {0, 1, 2, 3},
          _ -> assertThat(held(experts, 1)).containsExactly(0, 1, 2, 3));
      long reads = experts.reads();
      use(experts, 1, new int[] {1}, present -> assertSame(present.get(1), checkpoint, 1, 1));
      assertThat(experts.reads()).isEqualTo(reads);
    }
    try (var checkpoint = new RandomCheckpoint(CONFIG, 3);
        ResidentExperts experts = resident(checkpoint, 5)) {
      use(
          experts,
          0,
          new int[] {0, 1, 2, 3},
          _ -> assertThat(held(experts, 1)).as("as far as there is room").containsExactly(0));
    }
  }

  @Test
  void sessionsOfSeveralThreadsShareIt() {
    Path path = files().getFirst();
    int[] prompt = new SplittableRandom(4).ints(20, 3, 50).toArray();
    List<Integer> expected;
    long bound;
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      bound = bound(checkpoint, 5).getAsLong();
    }
    try (Engine engine = Engine.open(path, options(OptionalLong.empty()))) {
      expected = generate(engine, prompt);
    }
    try (Engine engine = Engine.open(path, options(OptionalLong.of(bound)))) {
      var runs = new ArrayList<CompletableFuture<List<Integer>>>();
      for (int i = 0; i < 3; i++) {
        runs.add(CompletableFuture.supplyAsync(() -> generate(engine, prompt)));
      }
      runs.forEach(run -> assertThat(run.join()).isEqualTo(expected));
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .as("threads after the engine is closed")
        .noneMatch(thread -> thread.getName().startsWith("sirocco-experts"));
  }

  @Test
  void aBoundThatCannotBeKeptIsRefused() {
    try (var checkpoint = new RandomCheckpoint(CONFIG, 5)) {
      OptionalLong least = bound(checkpoint, 4);
      try (ResidentExperts experts = resident(checkpoint, 4)) {
        assertThat(experts.room()).isEqualTo(4 * EXPERT);
      }
      assertThatThrownBy(() -> load(checkpoint, OptionalLong.of(least.getAsLong() - 1)))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "random: asked to keep at most 989 KiB of weights in memory, but it takes 990 KiB:"
                  + " 816 for the experts of a layer and 174 for all that is not an expert");
    }
    try (var checkpoint = new RandomCheckpoint(Configs.mistral(OptionalInt.empty()), 6)) {
      assertThatThrownBy(() -> load(checkpoint, OptionalLong.of(1000)))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "asked to keep at most 1000 bytes of weights in memory, but random is a dense model:"
                  + " only a mixture's experts can stay in the file");
    }
    GoldenAdapters.Case golden = GoldenAdapters.of("parameters");
    try (Checkpoint checkpoint = Checkpoints.open(golden.base());
        Adapter adapter = Adapter.open(golden.folder(), checkpoint)) {
      long all = Roles.of(checkpoint.config()).mapToLong(r -> bytes(checkpoint, r)).sum();
      var options =
          new ModelOptions(
              OptionalInt.empty(), Optional.of(adapter), List.of(), OptionalLong.of(all - 1));
      assertThatThrownBy(() -> Models.load(checkpoint, options))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("merge the adapter into the model first");
    }
  }

  @Test
  void aReadThatFailsIsTheCallersException() {
    ResidentExperts experts;
    try (var checkpoint = new RandomCheckpoint(CONFIG, 7)) {
      experts = resident(checkpoint, 4);
    }
    try (experts) {
      assertThatThrownBy(() -> use(experts, 0, new int[] {1}, _ -> {}))
          .isInstanceOf(IllegalStateException.class);
      assertThat(experts.heldBytes()).isZero();
    }
  }

  /// One model in every layout whose experts lie in a file differently.
  private List<Path> files() {
    try (var source = new RandomCheckpoint(CONFIG, 9)) {
      Path huggingFace = TinyModels.huggingFace(made("hugging-face"), source, DType.F32);
      Path gguf = folder.resolve("model.gguf");
      try (Checkpoint checkpoint = Checkpoints.open(huggingFace)) {
        ToGguf.write(
            checkpoint, gguf, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), (_, _) -> {});
      }
      return List.of(
          gguf,
          huggingFace,
          TinyModels.sharded(made("sharded"), source, DType.F32, 3),
          TinyModels.fused(made("fused"), source, DType.F32),
          TinyModels.consolidated(made("consolidated"), source, DType.F32));
    }
  }

  private Path made(String name) {
    Path path = folder.resolve(name);
    assertThat(path.toFile().mkdir()).isTrue();
    return path;
  }

  private static ResidentExperts resident(Checkpoint checkpoint, long experts) {
    return ResidentExperts.of(
            new Weights(checkpoint, List.of(Optional.empty())), bound(checkpoint, experts))
        .orElseThrow();
  }

  /// What must be in memory for so many experts to fit.
  private static OptionalLong bound(Checkpoint checkpoint, long experts) {
    return OptionalLong.of(
        Roles.of(checkpoint.config())
                .filter(role -> !(role instanceof Role.Expert))
                .mapToLong(role -> bytes(checkpoint, role))
                .sum()
            + experts * EXPERT);
  }

  private static long bytes(Checkpoint checkpoint, Role role) {
    return checkpoint.weight(role).data().byteSize();
  }

  private static void use(
      ResidentExperts experts, int layer, int[] chosen, Consumer<List<Kernels.Expert>> check) {
    float[] gates = new float[chosen.length];
    Arrays.fill(gates, 1);
    // one row that chose them all
    Dispatch dispatch = Dispatch.of(EXPERTS, Math.max(1, chosen.length), chosen, gates);
    Tensor nothing = new Tensor(DType.F32, Shape.of(0), MemorySegment.NULL);
    experts
        .layer(layer)
        .with(
            dispatch,
            present -> {
              check.accept(present);
              return nothing;
            });
  }

  private static void assertSame(
      Kernels.Expert expert, Checkpoint checkpoint, int layer, int number) {
    Kernels.Expert stored =
        new Weights(checkpoint, List.of(Optional.empty())).expert(layer, number).weights();
    assertThat(expert.gate().data().mismatch(stored.gate().data())).isEqualTo(-1);
    assertThat(expert.up().data().mismatch(stored.up().data())).isEqualTo(-1);
    assertThat(expert.down().data().mismatch(stored.down().data())).isEqualTo(-1);
    assertThat(expert.gate().data().address()).isNotEqualTo(stored.gate().data().address());
  }

  private static int[] held(ResidentExperts experts, int layer) {
    return IntStream.range(0, EXPERTS).filter(e -> experts.holds(layer, e)).toArray();
  }

  private static Model load(Checkpoint checkpoint, OptionalLong maxResident) {
    return Models.load(
        checkpoint,
        new ModelOptions(OptionalInt.empty(), Optional.empty(), List.of(), maxResident));
  }

  /// Of a prompt in chunks and of single steps after it.
  private static float[] logits(Checkpoint checkpoint, OptionalLong maxResident) {
    int[] tokens = new SplittableRandom(10).ints(23, 0, 50).toArray();
    try (Model model = load(checkpoint, maxResident);
        Workspace workspace = new Workspace();
        KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
      float[] all = new float[0];
      for (int start = 0; start < tokens.length; ) {
        int end = start < 18 ? start + 9 : start + 1;
        Batch batch = Batch.prompt(cache, Arrays.copyOfRange(tokens, start, end), Batch.Rows.ALL);
        float[] logits = model.forward(batch, workspace).logits().toFloats();
        int before = all.length;
        all = Arrays.copyOf(all, before + logits.length);
        System.arraycopy(logits, 0, all, before, logits.length);
        start = end;
      }
      return all;
    }
  }

  private static EngineOptions options(OptionalLong maxResident) {
    return EngineOptions.builder()
        .chunk(8)
        .maxResident(maxResident)
        .weights(WeightMemory.MAPPED)
        .build();
  }

  private static List<Integer> generate(Engine engine, int[] prompt) {
    try (Session session = engine.newSession(64)) {
      SamplingSettings settings = SamplingSettings.greedy().toBuilder().maxTokens(12).build();
      return session.start(Request.of(prompt, settings)).run().tokens();
    }
  }
}
