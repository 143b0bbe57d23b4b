package sirocco.lab.tasks;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How AGIEval words an exam in a language. Where there are examples, they and the question are
/// numbered; where there are none, the question is worded otherwise.
///
/// @param opening the line above all examples
/// @param problem before a question among others, with `%d` for its number
/// @param options before its answers
/// @param therefore before its answer
/// @param question before a question alone
/// @param choices before its answers
/// @param among before its answer, with `%s` for the last letter
/// @param free before a free answer to a question alone
public record AgiEvalWords(
    String opening,
    String problem,
    String options,
    String therefore,
    String question,
    String choices,
    String among,
    String free) {
  public static final AgiEvalWords ENGLISH =
      new AgiEvalWords(
          "Here are the answers for the problems in the exam.",
          "Problem %d.   ",
          "Choose from the following options:    ",
          "The answer is therefore",
          "Q: ",
          "Answer Choices: ",
          "A: Among A through %s, the answer is",
          "A: The answer is");

  public static final AgiEvalWords CHINESE =
      new AgiEvalWords(
          "以下是考试中各个问题的答案。",
          "问题 %d.   ",
          "从以下选项中选择:    ",
          "答案是",
          "问题：",
          "选项：",
          "答案：从A到%s, 我们应选择",
          "答案：");

  /// Worked examples, and the blank line behind each.
  String examples(List<AgiEvalExample> all) {
    if (all.isEmpty()) {
      return "";
    }
    return opening
        + "\n"
        + IntStream.range(0, all.size())
            .mapToObj(i -> worked(i + 1, all.get(i)))
            .collect(Collectors.joining());
  }

  private String worked(int number, AgiEvalExample example) {
    String asked =
        example.options().isEmpty()
            ? freeBehindExamples(number, example.question())
            : behindExamples(number, example.passage(), example.question(), example.options());
    return asked + " " + example.answer() + "\n\n";
  }

  /// A question with choices, up to where its letter stands.
  String behindExamples(int number, String passage, String question, List<String> choices) {
    return problem.formatted(number)
        + passage
        + " "
        + question
        + "\n"
        + options
        + String.join(" ", choices)
        + "\n"
        + therefore;
  }

  /// A question without choices, up to where its answer stands.
  String freeBehindExamples(int number, String question) {
    return problem.formatted(number) + question + "\n" + therefore;
  }

  /// The only question, with choices.
  String alone(String passage, String question, List<String> choices) {
    String last = Letters.ALL.substring(choices.size() - 1, choices.size());
    return passage
        + this.question
        + question
        + " "
        + this.choices
        + String.join(" ", choices)
        + "\n"
        + among.formatted(last);
  }

  /// The only question, without choices.
  String freeAlone(String question) {
    return this.question + question + "\n" + free;
  }
}
