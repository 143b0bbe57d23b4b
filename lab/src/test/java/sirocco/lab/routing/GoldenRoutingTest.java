package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.engine.Engine;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A small trained mixture routes as it does in Hugging Face's transformers: of 16 windows of 512
/// tokens a domain, every single count is the same.
final class GoldenRoutingTest {
  private static final int WINDOW = 512;

  private final Path model = Shared.require("data/tiny-weights/mixtral-12m-hf");

  @ParameterizedTest
  @ValueSource(strings = {"github", "dm_mathematics"})
  void routesAsTheReferenceDoes(String domain) throws IOException {
    compare(domain, ids(domain));
  }

  /// The tokens are ours, too.
  @Test
  void readsTheCorpusAsTheReferenceDoes() throws IOException {
    compare("philpapers", stream("philpapers"));
    assertThat(stream("wikipedia")).containsExactly(ids("wikipedia"));
  }

  private void compare(String domain, int[] ids) throws IOException {
    JsonNode golden = read("expected-routing.json").path(domain);
    try (Engine engine = Engine.open(model);
        var source = new EngineSource(engine, WINDOW)) {
      var trace =
          RoutingTrace.of(source, List.of(new Document(domain, ids)).iterator(), WINDOW, _ -> {});
      DocumentCounts counts = trace.documents().getFirst();
      assertThat(counts.tokens()).isEqualTo(golden.path("tokens").intValue());
      assertThat(counts.scored()).isEqualTo(golden.path("scored").intValue());
      assertThat(counts.pairs()).isEqualTo(golden.path("pairs").intValue());
      // float32 in another order of sums; 2e-7 was measured
      assertThat(counts.loss() / counts.scored())
          .isCloseTo(golden.path("nll_per_token").doubleValue(), within(2e-6));
      for (int layer = 0; layer < trace.shape().layers(); layer++) {
        assertThat(chosen(counts, layer, 0)).isEqualTo(ints(golden, "first_choice_counts", layer));
        assertThat(chosen(counts, layer, 1)).isEqualTo(ints(golden, "second_choice_counts", layer));
        Repetition repetition = Repetition.of(trace, domain, layer);
        // printed with six digits
        assertThat(repetition.first().value())
            .isCloseTo(golden.at("/repeat_first/" + layer).doubleValue(), within(5.1e-7));
        assertThat(repetition.any().value())
            .isCloseTo(golden.at("/repeat_first_or_second/" + layer).doubleValue(), within(5.1e-7));
      }
    }
  }

  private static int[] chosen(DocumentCounts counts, int layer, int rank) {
    return IntStream.range(0, 8).map(e -> counts.chosen(layer, rank, e)).toArray();
  }

  private static int[] ints(JsonNode golden, String name, int layer) {
    return golden.path(name).path(layer).values().stream().mapToInt(JsonNode::intValue).toArray();
  }

  private int[] ids(String domain) throws IOException {
    return read("ids-" + domain + ".json").values().stream().mapToInt(JsonNode::intValue).toArray();
  }

  /// The first 8192 tokens of the corpus, of no document more than 1024.
  private int[] stream(String domain) {
    try (Engine engine = Engine.open(model)) {
      Corpus corpus =
          Corpus.of(List.of(Shared.require("data/corpus/valid/" + domain + ".jsonl.zst")));
      int[] all =
          corpus.documents(engine::encode, 1 << 16).stream()
              .flatMapToInt(d -> Arrays.stream(d.ids()).limit(1024))
              .toArray();
      return Arrays.copyOf(all, 8192);
    }
  }

  private JsonNode read(String name) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(model.resolve(name)));
  }
}
