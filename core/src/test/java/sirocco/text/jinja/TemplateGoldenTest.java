package sirocco.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sirocco.text.TemplateException;
import tools.jackson.databind.JsonNode;

/// Each corner of the language against Python's jinja2.
class TemplateGoldenTest {
  @TestFactory
  Stream<DynamicTest> everyProbeIsAsPythonHasIt() {
    JsonNode probes = JinjaGolden.FILE.get("probes");
    Map<String, Value> variables = JinjaGolden.variables(JinjaGolden.FILE.get("variables"));
    return IntStream.range(0, probes.size())
        .mapToObj(probes::get)
        .map(probe ->
            DynamicTest.dynamicTest(
                probe.get("source").stringValue(), () -> check(probe, variables)));
  }

  private static void check(JsonNode probe, Map<String, Value> variables) {
    String source = probe.get("source").stringValue();
    JinjaGolden.text(probe)
        .ifPresentOrElse(
            text ->
                assertThat(Template.parse(source).render(variables, JinjaGolden.NOW).text())
                    .isEqualTo(text),
            () ->
                assertThatThrownBy(() -> Template.parse(source).render(variables, JinjaGolden.NOW))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageMatching("(?s)template:\\d+:\\d+: .+")
                    .hasMessageContaining(probe.path("says").asString("")));
  }
}
