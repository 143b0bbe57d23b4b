package sirocco.langchain4j;

import java.util.List;

/// What a [ScriptedModel] knows: answers to prompts, in falling order of likelihood, so that an
/// answer that a grammar bars gives way to the next one, as in any model.
///
/// @param lines the first that fits counts
record Script(List<Line> lines) {
  private static final List<String> ELSE = List.of("I am well, thank you.", "{}");

  /// What is said to a prompt that holds all of some texts.
  ///
  /// @param holds texts of the prompt, of the last turn or of any
  record Line(List<String> holds, List<String> answers) {}

  static Line line(String held, List<String> answers) {
    return new Line(List.of(held), answers);
  }

  static Line line(List<String> held, List<String> answers) {
    return new Line(held, answers);
  }

  /// What may be said.
  ///
  /// @param prompt with its control tokens spelled out
  List<String> answers(String prompt) {
    return lines.stream()
        .filter(line -> line.holds.stream().allMatch(prompt::contains))
        .findFirst()
        .map(Line::answers)
        .orElse(ELSE);
  }
}
