package sirocco.lab.report;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Writes blocks as HTML that is XML, too.
final class HtmlWriter {
  /// Depths of colour above none.
  private static final int LEVELS = 10;

  private HtmlWriter() {}

  static String html(List<Block> blocks) {
    return blocks.stream().map(HtmlWriter::html).collect(Collectors.joining());
  }

  private static String html(Block block) {
    return switch (block) {
      case Block.Heading heading ->
          "<h%1$d>%2$s</h%1$d>\n".formatted(heading.level(), Html.text(heading.text()));
      case Block.Paragraph paragraph -> "<p>%s</p>\n".formatted(Html.text(paragraph.text()));
      case Block.Code code -> "<pre><code>%s</code></pre>\n".formatted(Html.text(code.text()));
      case Block.Table table -> table(table);
      case Block.Folded folded ->
          "<details><summary>%s</summary>\n%s</details>\n"
              .formatted(Html.text(folded.summary()), html(folded.blocks()));
      case Block.Figure figure -> figure.chart().toHtml();
      case Block.HeatMap map -> heatMap(map);
      case Block.Row row -> "<div class=\"charts\">\n%s</div>\n".formatted(html(row.blocks()));
    };
  }

  private static String table(Block.Table table) {
    String rows =
        table.rows().stream()
            .map(row ->
                "<tr><th scope=\"row\">%s</th>%s</tr>\n"
                    .formatted(Html.text(row.getFirst()), cells("td", row)))
            .collect(Collectors.joining());
    if (table.head().isEmpty()) {
      return "<table><tbody>\n%s</tbody></table>\n".formatted(rows);
    }
    // A wide table is moved sideways by itself, also by keys, and not the page.
    return """
    <div class="wide" tabindex="0"><table class="numbers"><thead><tr><th scope="col">%s</th>%s\
    </tr></thead><tbody>
    %s</tbody></table></div>
    """
        .formatted(
            Html.text(table.head().getFirst()), cells("th scope=\"col\"", table.head()), rows);
  }

  /// All but the first.
  private static String cells(String tag, List<String> texts) {
    String end = tag.substring(0, 2);
    return texts.stream()
        .skip(1)
        .map(text -> "<%s>%s</%s>".formatted(tag, Html.text(text), end))
        .collect(Collectors.joining());
  }

  private static String heatMap(Block.HeatMap map) {
    DoubleSummaryStatistics found =
        Arrays.stream(map.values())
            .flatMapToDouble(Arrays::stream)
            .filter(Double::isFinite)
            .summaryStatistics();
    // Shares are shown on the scale of shares, so that all such maps compare.
    boolean shares = found.getCount() == 0 || (found.getMin() >= 0 && found.getMax() <= 1);
    double low = shares ? 0 : found.getMin();
    double high = shares ? 1 : found.getMax();
    String rows =
        IntStream.range(0, map.rows().size())
            .mapToObj(r ->
                "<tr><th scope=\"row\">%s</th>%s</tr>\n"
                    .formatted(
                        Html.text(map.rows().get(r)),
                        Arrays.stream(map.values()[r])
                            .mapToObj(v -> heatCell(v, low, high))
                            .collect(Collectors.joining())))
            .collect(Collectors.joining());
    return """
    <figure><figcaption>%s <span class="unit">%s to %s</span></figcaption>\
    <div class="wide" tabindex="0"><table class="heat"><thead>\
    <tr><th scope="col">%s ↓ %s →</th>%s</tr></thead><tbody>
    %s</tbody></table></div></figure>
    """
        .formatted(
            Html.text(map.title()),
            Scale.show(low),
            Scale.show(high),
            Html.text(map.rowAxis()),
            Html.text(map.columnAxis()),
            map.columns().stream()
                .map(c -> "<th scope=\"col\">%s</th>".formatted(Html.text(c)))
                .collect(Collectors.joining()),
            rows);
  }

  private static String heatCell(double value, double low, double high) {
    double share = high > low ? (value - low) / (high - low) : 0;
    long level = Double.isFinite(share) ? Math.round(LEVELS * Math.clamp(share, 0, 1)) : 0;
    return "<td style=\"--level:%d\">%s</td>".formatted(level, Numbers.plain(value, 2));
  }
}
