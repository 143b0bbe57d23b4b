package sirocco.lab.report;

import java.util.List;

/// A report that can be read as a page and as Markdown.
public record Document(String title, List<Block> blocks) {
  public Document {
    blocks = List.copyOf(blocks);
  }

  /// A page that stands alone ([Page]).
  public String toHtml() {
    return Page.html(title, HtmlWriter.html(blocks));
  }

  /// Markdown with tables, as GitHub shows it.
  public String toMarkdown() {
    return MarkdownWriter.markdown(title, blocks);
  }
}
