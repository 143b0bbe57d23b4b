package sirocco.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

class RunReportTest {
  @TempDir private Path folder;

  private Document page(List<String> lines) throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    Files.write(file, lines);
    return parse(RunReport.html(file, "Run <1>", Map.of("model", "a \"small\" & <b>one</b>")));
  }

  /// The page is XML, too: nothing in it is left open.
  private static Document parse(String html) {
    assertThat(html)
        .doesNotContain("<script", "http:", "https:", "src=", "href=", "NaN", "Infinity");
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError(html, e);
    }
  }

  private static List<Element> all(Document page, String tag) {
    List<Element> found = new ArrayList<>();
    var nodes = page.getElementsByTagName(tag);
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }

  private static List<String> captions(Document page) {
    return all(page, "figcaption").stream().map(e -> e.getTextContent().strip()).toList();
  }

  private static String step(int step, double loss) {
    return """
    {"step":%d,"tokens":%d,"loss":%s,"gradient_norm":0.5,"learning_rate":0.001,\
    "tokens_per_second":50,"expert_load":[[0.25,0.75],[0.5,0.5]],"router_entropy":[0.5,0.6]}\
    """
        .formatted(step, 100 * step, loss);
  }

  @Test
  void showsWhatTheMetricsHold() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      lines.add(step(i, 2 + 1.0 / i));
      if (i % 100 == 0) {
        lines.add("{\"step\":%d,\"validation\":{\"<wiki>\":%s}}".formatted(i, 3 - i / 1000.0));
      }
    }
    Document page = page(lines);
    assertThat(captions(page))
        .containsExactly(
            "Training loss nats a token",
            "Validation loss nats a token",
            "Learning rate",
            "Norm of the gradient before clipping",
            "Speed tokens a second",
            "Router entropy nats, smoothed",
            "Layer 0",
            "Layer 1");
    String text = page.getDocumentElement().getTextContent();
    assertThat(text)
        .contains("Run <1>", "a \"small\" & <b>one</b>", "100 000", "33 min")
        .contains("<wiki>: from 2.9 to 2, lowest 2, highest 2.9")
        .contains("expert 0 0.25, expert 1 0.75");
  }

  @Test
  void guidanceHasAChart() throws IOException {
    List<String> lines =
        Stream.of(step(1, 3), step(2, 2))
            .map(line ->
                line.substring(0, line.length() - 1)
                    + ",\"guidance\":{\"quotation in layer 5\":1.5}}")
            .toList();
    Document page = page(lines);
    assertThat(captions(page)).contains("Guidance nats, smoothed");
    assertThat(page.getDocumentElement().getTextContent())
        .contains("quotation in layer 5: from 1.5 to 1.5");
  }

  @Test
  void chartsSayInWordsWhatTheyShow() throws IOException {
    List<Element> pictures =
        all(page(List.of(step(1, 3), step(2, 2))), "svg").stream()
            .filter(svg -> !svg.hasAttribute("aria-hidden"))
            .toList();
    assertThat(pictures)
        .isNotEmpty()
        .allSatisfy(svg -> {
          assertThat(svg.getAttribute("role")).isEqualTo("img");
          assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
          assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
        });
  }

  @Test
  void otherNumbersOfAStepHaveCharts() throws IOException {
    assertThat(captions(page(List.of("{\"step\":1,\"reward_margin\":0.5}"))))
        .containsExactly("Reward margin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"step\":\"one\"}",
        "{\"step\":1}",
        "{\"step\":1,\"loss\":\"NaN\",\"tokens\":null,\"expert_load\":7,\"router_entropy\":{}}",
        "{\"step\":1,\"loss\":1e999,\"expert_load\":[[]],\"router_entropy\":[null]}",
        "{\"step\":1,\"loss\":2,\"guidance\":[1]}",
        "{\"step\":1,\"loss\":2,\"guidance\":{\"a\":[],\"b\":null}}",
        "{\"step\":1,\"loss\":2,\"expert_load\":[[null,\"a\"],[]],\"router_entropy\":[1,2,3]}",
        "{\"step\":1e300,\"loss\":-1e300,\"gradient_norm\":0,\"tokens_per_second\":0}",
        "{\"step\":1,\"validation\":{\"a\":\"NaN\",\"\":2}}",
        "{\"step\":1,\"validation\":3}",
        "{\"step\":1,\"\":3}",
        "\u0000\u0001",
      })
  void whatIsMissingOrNoNumberIsAGap(String line) throws IOException {
    page(List.of(line));
    page(List.of(step(1, 3), line, step(2, 2), step(3, Double.MAX_VALUE)));
  }

  @Test
  void aRunWithoutAStepHasAPage() throws IOException {
    String html = RunReport.html(folder.resolve("none"), "Run", Map.of());
    assertThat(parse(html).getDocumentElement().getTextContent()).contains("No step is done yet");
  }

  @Test
  void theLaterLineOfAStepCounts() throws IOException {
    Document page = page(List.of(step(1, 3), step(2, 9), step(2, 1)));
    assertThat(page.getDocumentElement().getTextContent()).doesNotContain("highest 9");
  }

  @Test
  void longRunsMakeNoLongerPages() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= 20_000; i++) {
      lines.add(step(i, 2 + Math.sin(i)));
    }
    Path file = Files.write(folder.resolve("long.jsonl"), lines);
    assertThat(RunReport.html(file, "Long", Map.of()).length()).isLessThan(300_000);
  }
}
