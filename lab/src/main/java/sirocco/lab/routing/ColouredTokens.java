package sirocco.lab.routing;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sirocco.lab.report.Html;
import sirocco.text.Detokenizer;
import sirocco.text.Tokenizer;

/// A text whose tokens have the colours of the experts that they chose first in a layer (the
/// paper's Figure 8). Eight colours come again, underlined, from the ninth expert on; a title says
/// which expert it is.
final class ColouredTokens {
  private static final int COLOURS = 8;

  private ColouredTokens() {}

  /// The text.
  ///
  /// @param most tokens at most
  static String html(RoutedWindow window, int layer, Tokenizer tokenizer, int most) {
    var detokenizer = new Detokenizer(tokenizer);
    var out = new StringBuilder("<p class=\"tokens\">");
    int count = Math.min(most, window.tokens());
    for (int t = 0; t < count; t++) {
      // A character of several tokens appears with the last of them.
      String text = detokenizer.append(window.ids()[t]);
      if (!text.isEmpty()) {
        int expert = window.expert(layer, t, 0);
        out.append("<span class=\"%s\" title=\"expert %d\">".formatted(style(expert), expert));
        out.append(text.lines().map(Html::text).collect(Collectors.joining("\n")));
        out.append(text.endsWith("\n") ? "\n" : "").append("</span>");
      }
    }
    return out.append("</p>\n").toString();
  }

  /// What the colours mean.
  static String key(int experts) {
    return IntStream.range(0, experts)
        .mapToObj(e -> "<span class=\"%s\"> %d </span>".formatted(style(e), e))
        .collect(Collectors.joining(" ", "<p class=\"tokens\">expert ", "</p>\n"));
  }

  private static String style(int expert) {
    return "e" + expert % COLOURS + (expert < COLOURS ? "" : " more");
  }
}
