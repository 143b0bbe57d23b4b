package sirocco.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Bars in groups.
final class BarChartTest {
  private static final Pattern BODIES = Pattern.compile("class=\"b(\\d) o(\\d)\" d=\"([^\"]*)\"");

  private static BarChart chart(List<String> groups, List<BarChart.Bars> bars, double reference) {
    return new BarChart("a & b", "share", "expert", groups, bars, reference);
  }

  private static BarChart.Bars bars(String name, double... heights) {
    double[] errors = new double[heights.length];
    Arrays.fill(errors, Double.NaN);
    return new BarChart.Bars(name, heights, errors);
  }

  /// The y that bars reach, first group first.
  private static List<Double> tops(String svg, int bar) {
    var matcher = BODIES.matcher(svg);
    for (int i = 0; i <= bar; i++) {
      assertThat(matcher.find()).isTrue();
    }
    return Pattern.compile("M[\\d.]+ \\d+V([\\d.]+)H")
        .matcher(matcher.group(3))
        .results()
        .map(m -> Double.parseDouble(m.group(1)))
        .toList();
  }

  @Test
  void heightsAreProportional() {
    String html =
        chart(List.of("0", "1", "2"), List.of(bars("x", 0, 0.2, 0.4), bars("y", 0.4, 0, 0.1)), 0.3)
            .toHtml();
    List<Double> first = tops(html, 0);
    double floor = first.get(0);
    assertThat(first.get(1)).isLessThan(floor);
    assertThat(floor - first.get(2))
        .isBetween(1.99 * (floor - first.get(1)), 2.01 * (floor - first.get(1)));
    assertThat(tops(html, 1).get(0)).isEqualTo(first.get(2));
    assertThat(html).contains("a &amp; b", "line reference", "x: highest 0.4 at expert 2");
  }

  @Test
  void whatIsNotANumberIsNoBar() {
    String html =
        chart(
                List.of("0", "1"),
                List.of(bars("x", Double.NaN, 1), bars("y", Double.NaN, Double.NaN)),
                Double.NaN)
            .toHtml();
    assertThat(tops(html, 0)).hasSize(1);
    assertThat(html).contains("y: no values").doesNotContain("reference", "NaN");
    assertThat(chart(List.of(), List.of(), 0.5).toHtml()).doesNotContain("NaN", "Infinity");
  }

  @Test
  void errorsAreDrawnAroundTheTops() {
    var one = new BarChart.Bars("x", new double[] {0.5, 0.5}, new double[] {0.1, Double.NaN});
    String html = chart(List.of("0", "1"), List.of(one), Double.NaN).toHtml();
    var matcher =
        Pattern.compile("class=\"error\" d=\"M[\\d.]+ ([\\d.]+)V([\\d.]+)\"").matcher(html);
    assertThat(matcher.find()).isTrue();
    double top = tops(html, 0).get(0);
    double below = Double.parseDouble(matcher.group(1)) - top;
    double above = top - Double.parseDouble(matcher.group(2));
    assertThat(below).isPositive().isBetween(above - 0.21, above + 0.21);
  }

  @Test
  void theKeyNamesEveryColour() {
    var many = IntStream.range(0, 10).mapToObj(i -> bars("<" + i + ">", 1)).toList();
    String key = chart(List.of("0"), many, 1).key();
    assertThat(key).contains("&lt;9&gt;", "b1 o0", "b1 o1");
  }

  @Test
  void barsMustFitTheGroups() {
    assertThatThrownBy(() -> chart(List.of("0", "1"), List.of(bars("x", 1)), 1))
        .hasMessage("a & b: expected 2 heights and errors of x, found 1 and 1");
  }
}
