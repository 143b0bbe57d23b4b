package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.Batch;
import sirocco.model.Model;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.Shared;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The engine on whole models.
final class EngineTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aFolderIsOpenedAndContinued() {
    mixture();
    StringBuilder text = new StringBuilder();
    try (var engine = Engine.open(folder)) {
      var settings = SamplingSettings.greedy().toBuilder().maxTokens(12).build();
      Completion completion = engine.generate("in the end", settings, text::append);
      assertThat(completion.text()).isEqualTo(text.toString());
      assertThat(completion.usage().generatedTokens()).isEqualTo(completion.tokens().size());
    }
  }

  @Test
  void aBatchGivesWhatSinglesGive() {
    mixture();
    List<String> prompts = List.of("in the end", "a", "there is no other one to be read");
    try (var engine = Engine.open(folder)) {
      List<List<Integer>> singles = new ArrayList<>();
      List<Session> sessions = new ArrayList<>();
      List<Generation> together = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        var settings = SamplingSettings.builder().maxTokens(10 + 5 * i).seed(i).build();
        singles.add(engine.generate(prompts.get(i), settings, t -> {}).tokens());
        sessions.add(engine.newSession());
        together.add(sessions.getLast().start(Request.of(engine.encode(prompts.get(i)), settings)));
      }
      while (!together.stream().allMatch(Generation::isDone)) {
        engine.step(together);
      }
      assertThat(together.stream().map(g -> g.completion().tokens()).toList()).isEqualTo(singles);
      sessions.forEach(Session::close);
    }
  }

  @Test
  void theChunkAndTheReusedPrefixChangeNothing() {
    mixture();
    int[] prompt = new int[40];
    Arrays.setAll(prompt, i -> 3 + i * 7 % 47);
    List<List<Integer>> results = new ArrayList<>();
    for (int chunk : new int[] {1, 3, 64}) {
      try (var engine = Engine.open(folder, options(chunk));
          var session = engine.newSession()) {
        var settings = SamplingSettings.builder().seed(5).maxTokens(20).build();
        results.add(session.start(Request.of(prompt, settings)).run().tokens());
        session.start(Request.of(Arrays.copyOf(prompt, 25), settings)).run();
        Completion again = session.start(Request.of(prompt, settings)).run();
        assertThat(again.usage().cachedTokens()).isEqualTo(25);
        results.add(again.tokens());
      }
    }
    assertThat(results).allMatch(results.getFirst()::equals);
  }

  /// A pass that breaks off has written over the oldest keys of a window: nothing of the session
  /// may be used again.
  @Test
  void aPassThatBreaksOffClearsTheSession() {
    int[] ids = IntStream.range(3, 43).toArray();
    try (var source = new RandomCheckpoint(Configs.mistral(OptionalInt.of(6)), 3)) {
      var model = new BreakingModel(Models.load(source, ModelOptions.DEFAULT));
      try (var engine = Engine.of(model, Optional.empty(), Optional.empty(), Set.of(), options(8));
          var session = engine.newSession(64)) {
        double[] whole = session.score(ids);
        for (Consumer<int[]> use :
            List.<Consumer<int[]>>of(
                session::feed,
                session::score,
                prompt -> session.start(Request.of(prompt, SamplingSettings.greedy())).run())) {
          session.clear();
          session.feed(Arrays.copyOf(ids, 20));
          model.left = 1;
          assertThatThrownBy(() -> use.accept(ids)).isInstanceOf(IllegalStateException.class);
          assertThat(session.length()).isZero();
          assertThat(session.score(ids)).isEqualTo(whole);
        }
      }
    }
  }

  /// A model that breaks off after `left` more passes, when its caches are written.
  private static final class BreakingModel implements Model {
    private final Model model;
    private int left = Integer.MAX_VALUE;

    BreakingModel(Model model) {
      this.model = model;
    }

    @Override
    public ModelConfig config() {
      return model.config();
    }

    @Override
    public Output forward(Batch batch, Workspace workspace) {
      Output output = model.forward(batch, workspace);
      if (left-- == 0) {
        left = Integer.MAX_VALUE;
        throw new IllegalStateException("broken off");
      }
      return output;
    }
  }

  @Test
  void aScoreTakesTwoTokens() {
    mixture();
    try (var engine = Engine.open(folder);
        var session = engine.newSession()) {
      for (int[] few : new int[][] {{}, {1}}) {
        assertThatThrownBy(() -> session.score(few))
            .isInstanceOf(EngineException.class)
            .hasMessage("a score takes at least 2 tokens, found " + few.length);
      }
    }
  }

  @Test
  void aContextBeyondTheModelsIsRefused() {
    mixture();
    var options =
        EngineOptions.builder().context(257).chunk(8).weights(WeightMemory.MAPPED).build();
    assertThatThrownBy(() -> Engine.open(folder, options))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("a context of 257 was asked for, the model is made for 256");
  }

  @Test
  void trainedWeightsTellTheirStory() {
    Path stories = Shared.require("data/tiny-weights/stories260K-hf");
    JsonNode expected =
        JsonMapper.shared().readTree(stories.resolve("expected-greedy.json").toFile());
    int[] prompt = ints(expected.get("prompt_ids"));
    int[] greedy = ints(expected.get("greedy_ids"));
    var settings = SamplingSettings.greedy().toBuilder().maxTokens(greedy.length - 1).build();
    try (var engine = Engine.open(stories);
        var session = engine.newSession()) {
      Completion completion = session.start(Request.of(prompt, settings)).run();
      // The list starts with the prompt's one token.
      assertThat(completion.tokens()).isEqualTo(Arrays.stream(greedy).skip(1).boxed().toList());
      assertThat(completion.text()).startsWith("Once upon a time, there was a little girl");
    }
  }

  /// Sums over two windows of 256 tokens, computed with transformers 5.18 in float32.
  @Test
  void scoresEqualAnIndependentImplementation() {
    Path model = Shared.require("data/tiny-weights/mixtral-12m-hf");
    int[] ids = ints(JsonMapper.shared().readTree(model.resolve("ids-github.json").toFile()));
    try (var engine = Engine.open(model);
        var session = engine.newSession(256)) {
      assertThat(Arrays.stream(session.score(Arrays.copyOf(ids, 256))).sum())
          .isCloseTo(167.45399553690063, within(1e-3));
      assertThat(Arrays.stream(session.score(Arrays.copyOfRange(ids, 256, 512))).sum())
          .isCloseTo(1181.9075807952775, within(1e-2));
    }
  }

  /// A file of 46 MB, scored before, while and after its weights move; and closed while they do.
  @Test
  void weightsThatMoveGiveTheSame() throws InterruptedException {
    Path model = Shared.require("data/tiny-weights/mixtral-12m-hf");
    int[] ids =
        Arrays.copyOf(
            ints(JsonMapper.shared().readTree(model.resolve("ids-github.json").toFile())), 64);
    double[] expected;
    try (var engine = Engine.open(model, options(64));
        var session = engine.newSession(64)) {
      engine.settle(); // nothing to wait for
      expected = session.score(ids);
    }
    EngineOptions copied = options(64, WeightMemory.COPIED);
    try (var engine = Engine.open(model, copied);
        var session = engine.newSession(64)) {
      assertThat(session.score(ids)).isEqualTo(expected);
      engine.settle();
      session.clear();
      assertThat(session.score(ids)).isEqualTo(expected);
    }
    for (int i = 0; i < 10; i++) {
      Engine.open(model, copied).close();
    }
  }

  private void mixture() {
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
  }

  private static EngineOptions options(int chunk) {
    return options(chunk, WeightMemory.MAPPED);
  }

  private static EngineOptions options(int chunk, WeightMemory weights) {
    return EngineOptions.builder().chunk(chunk).weights(weights).build();
  }

  private static int[] ints(JsonNode node) {
    int[] ids = new int[node.size()];
    Arrays.setAll(ids, i -> node.get(i).asInt());
    return ids;
  }
}
