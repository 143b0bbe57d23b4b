package sirocco.lab.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import sirocco.lab.report.LineChart.Line;
import sirocco.lab.report.LineChart.Look;

/// Writes blocks as Markdown; charts become tables.
final class MarkdownWriter {
  private MarkdownWriter() {}

  static String markdown(String title, List<Block> blocks) {
    return "# " + text(title) + "\n\n" + markdown(blocks);
  }

  private static String markdown(List<Block> blocks) {
    return blocks.stream().map(MarkdownWriter::markdown).collect(Collectors.joining());
  }

  private static String markdown(Block block) {
    return switch (block) {
      case Block.Heading heading ->
          "#".repeat(heading.level()) + " " + text(heading.text()) + "\n\n";
      case Block.Paragraph paragraph -> text(paragraph.text()) + "\n\n";
      case Block.Code code -> code(code.text());
      case Block.Table table -> table(table);
      case Block.Folded folded ->
          "**" + text(folded.summary()) + "**\n\n" + markdown(folded.blocks());
      case Block.Figure figure ->
          "**" + text(figure.chart().title()) + "**\n\n" + table(table(figure.chart()));
      case Block.HeatMap map -> "**" + text(map.title()) + "**\n\n" + table(table(map));
      case Block.Row row -> markdown(row.blocks());
    };
  }

  /// Any text in a line, so that no markup is seen in it.
  private static String text(String any) {
    return any.replaceAll("\\s+", " ").replaceAll("([\\\\`*_\\[\\]<>|#~])", "\\\\$1");
  }

  /// Indented, so that no fence within can end it.
  private static String code(String text) {
    return text.lines().map(line -> "    " + line + "\n").collect(Collectors.joining()) + "\n";
  }

  private static String table(Block.Table table) {
    if (table.head().isEmpty()) {
      return table.rows().stream()
              .map(row ->
                  "- %s: %s\n"
                      .formatted(
                          text(row.getFirst()), text(String.join(" ", row.subList(1, row.size())))))
              .collect(Collectors.joining())
          + "\n";
    }
    var out = new StringBuilder(row(table.head()));
    out.append("|---|").append("--:|".repeat(table.head().size() - 1)).append('\n');
    table.rows().forEach(row -> out.append(row(row)));
    return out.append('\n').toString();
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(MarkdownWriter::text)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static Block.Table table(Block.HeatMap map) {
    List<String> head = new ArrayList<>(List.of(map.rowAxis() + " / " + map.columnAxis()));
    head.addAll(map.columns());
    List<List<String>> rows = new ArrayList<>();
    for (int r = 0; r < map.rows().size(); r++) {
      List<String> row = new ArrayList<>(List.of(map.rows().get(r)));
      DoubleStream.of(map.values()[r]).forEach(v -> row.add(Numbers.plain(v, 2)));
      rows.add(row);
    }
    return new Block.Table(head, rows);
  }

  private static Block.Table table(LineChart chart) {
    List<Series> curves =
        chart.lines().stream().filter(l -> l.look() != Look.THIN).map(Line::series).toList();
    var places = new TreeSet<Double>();
    curves.forEach(curve -> DoubleStream.of(curve.x()).forEach(places::add));
    List<String> head = new ArrayList<>(List.of(chart.axis().name()));
    curves.forEach(curve -> head.add(curve.name()));
    List<List<String>> rows = new ArrayList<>();
    for (double x : places) {
      List<String> row = new ArrayList<>(Collections.nCopies(curves.size() + 1, "–"));
      row.set(0, Scale.show(x));
      for (int c = 0; c < curves.size(); c++) {
        Series curve = curves.get(c);
        int at = c + 1;
        IntStream.range(0, curve.x().length)
            .filter(i -> curve.x()[i] == x)
            .forEach(i -> row.set(at, Scale.show(curve.y()[i])));
      }
      rows.add(row);
    }
    return new Block.Table(head, rows);
  }
}
