package sirocco.train.synthetic;

import java.util.Map;

/// How a text and a question about it stand in one prompt, one before or behind the other.
final class Frames {
  private static final double QUESTION_FIRST = 0.4;

  /// How often the frame leads over to the question in a sentence: `According to the text, who ...`
  private static final double LEADING = 0.2;

  private final Lists wordings = Lists.ofLines("paragraphs.txt");

  String prompt(String text, String question, Draw draw) {
    boolean questionFirst = draw.chance(QUESTION_FIRST);
    return draw.phrase(
        wordings.of(draw.chance(LEADING) ? "after" : "plain").stream()
            .filter(wording -> questionFirst == isQuestionFirst(wording))
            .toList(),
        Map.of("text", text, "Q", question, "q", English.lowerFirst(question)));
  }

  private static boolean isQuestionFirst(String wording) {
    return wording.replace("{Q}", "{q}").indexOf("{q}") < wording.indexOf("{text}");
  }
}
