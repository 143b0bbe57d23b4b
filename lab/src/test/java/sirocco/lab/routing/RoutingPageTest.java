package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import sirocco.checkpoint.Checkpoints;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;

/// The page on routing.
final class RoutingPageTest {
  private static final RoutingShape SHAPE = new RoutingShape(4, 10, 2);
  private static final String HOSTILE = "<b>&\"x'";

  @TempDir private Path folder = Path.of("");

  private static String page(List<Document> documents, Optional<Tokenizer> tokenizer) {
    var table = new TokenTable(SHAPE, 50, SHAPE.shownLayers());
    var passages = new FirstPassages();
    RoutingTrace trace =
        RoutingTrace.of(
            MadeUpRouting.random(SHAPE, 1), documents.iterator(), 8, table.andThen(passages));
    return RoutingPage.html(
        "Routing of " + HOSTILE,
        Map.of("model", HOSTILE),
        RoutingStatistics.of(trace, 5, 1),
        table,
        passages.kept(),
        tokenizer);
  }

  private static org.w3c.dom.Document parse(String page) throws Exception {
    String xml = page.substring(page.indexOf("<html"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void everythingIsShownOfEveryDomain() throws Exception {
    int[] ids = {1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};
    String page =
        page(
            List.of(
                new Document(HOSTILE, ids),
                new Document("empty", new int[0]),
                new Document("one", new int[] {30})),
            Optional.of(tokenizer()));
    NodeList pictures = parse(page).getElementsByTagName("figure");
    // three choices of three layers, two of repetition, and texts of two domains in three layers
    assertThat(pictures.getLength()).isEqualTo(3 * 3 + 2 + 2 * 3);
    assertThat(page)
        .contains(
            "&lt;b&gt;&amp;&quot;x'", "Layer 1, second choice", "by chance", "class=\"e1 more\"")
        .doesNotContain(HOSTILE, "NaN", "Infinity");
    assertThat(page.lines().filter(line -> line.contains("<th scope=\"row\">empty</th>")))
        .allSatisfy(line -> assertThat(line).contains("–"));
  }

  @Test
  void withoutATokenizerTokensAreNumbers() throws Exception {
    int[] ids = new int[40];
    Arrays.fill(ids, 17);
    String page = page(List.of(new Document("a", ids)), Optional.empty());
    parse(page);
    assertThat(page).contains("17 100.0%").doesNotContain("class=\"tokens\"");
  }

  @Test
  void nothingRoutedIsAPageToo() throws Exception {
    parse(page(List.of(), Optional.empty()));
  }

  private Tokenizer tokenizer() {
    try (var checkpoint = new RandomCheckpoint(Configs.mixtral(2, 1), 1)) {
      TinyModels.huggingFace(folder, checkpoint, DType.F32);
    }
    TinyTokenizer.write(folder);
    try (var checkpoint = Checkpoints.open(folder)) {
      return Tokenizers.of(checkpoint.vocabulary().orElseThrow());
    }
  }
}
