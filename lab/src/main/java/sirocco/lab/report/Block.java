package sirocco.lab.report;

import java.util.List;

/// A part of a [Document]. All texts are plain: nothing in them is markup.
public sealed interface Block {
  /// The title of what follows.
  ///
  /// @param level 2 below the document's title, or 3 below that
  record Heading(int level, String text) implements Block {
    public Heading {
      if (level < 2 || level > 3) {
        throw new IllegalArgumentException("expected a heading of level 2 or 3, found " + level);
      }
    }
  }

  /// Sentences.
  record Paragraph(String text) implements Block {}

  /// What is typed or read letter by letter.
  record Code(String text) implements Block {}

  /// A table whose first column names its rows.
  ///
  /// @param head may be empty: then rows are names and facts
  /// @param rows as wide as the head
  record Table(List<String> head, List<List<String>> rows) implements Block {
    public Table {
      head = List.copyOf(head);
      rows = rows.stream().map(List::copyOf).toList();
    }
  }

  /// What is shown on demand.
  record Folded(String summary, List<Block> blocks) implements Block {
    public Folded {
      blocks = List.copyOf(blocks);
    }
  }

  /// Curves.
  record Figure(LineChart chart) implements Block {}

  /// Numbers over two axes, the higher the deeper coloured.
  ///
  /// @param rowAxis what differs from row to row, such as `depth`
  /// @param columnAxis what differs from column to column
  /// @param values [rows][columns]; not a number where there is none
  @SuppressWarnings("ArrayRecordComponent") // drawn, never compared
  record HeatMap(
      String title,
      String rowAxis,
      List<String> rows,
      String columnAxis,
      List<String> columns,
      double[][] values)
      implements Block {
    public HeatMap {
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }
  }

  /// Blocks side by side where the page is wide enough.
  record Row(List<Block> blocks) implements Block {
    public Row {
      blocks = List.copyOf(blocks);
    }
  }
}
