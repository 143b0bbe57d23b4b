package sirocco.lab.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MathAnswerTest {
  private static List<JsonNode> problems() {
    Path file = Shared.require("data/evaluation/math/math500-test.jsonl");
    List<JsonNode> rows = new ArrayList<>();
    try (LineReader reader = new LineReader(file)) {
      for (RawRecord row = reader.next(); row != null; row = reader.next()) {
        rows.add(JsonMapper.shared().readTree(row.bytes()));
      }
    }
    return rows;
  }

  private static List<String> answers() {
    return problems().stream().map(row -> row.get("answer").asString()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          so \\boxed{5}.                            | 5
          \\boxed{1} or rather $\\boxed{\\frac{1}{2}}$ | \\frac{1}{2}
          \\boxed{\\boxed{7}}                        | 7
          \\fbox{x^{2}}                              | x^{2}
          \\boxed{\\left\\{ 1 \\right. }             | \\left\\{ 1 \\right.
          \\boxed{3} and \\boxed{4 is cut            | 3
          $\\boxed 9$                                | 9
          The final answer is $\\frac{1}{2}$. I hope it is correct. | \\frac{1}{2}
          the answer is 2.5. Thanks                  | 2.5
          Answer: (3,4]                              | (3,4]
          """)
  void findsAnswers(String text, String answer) {
    assertThat(MathAnswer.of(text)).contains(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "I do not know", "\\boxed{", "\\boxed{}", "the answer is", "boxed{5}"})
  void findsNothing(String text) {
    assertThat(MathAnswer.of(text)).isEmpty();
  }

  @Test
  void findsTheAnswerOfEverySolution() {
    assertThat(problems())
        .hasSize(500)
        .allSatisfy(row -> {
          String answer = row.get("answer").asString();
          String found = MathAnswer.of(row.get("solution").asString()).orElse("");
          assertThat(MathAnswer.same(found, answer)).as(found + " | " + answer).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          \\frac{1}{2}              | \\dfrac12
          \\frac{1}{2}              | 1/2
          \\frac{1}{2}              | \\frac{2}{4}
          \\frac{1}{2}              | 0.5
          \\frac{1}{2}              | .50
          \\frac{1}{2}              | \\tfrac{1}2
          -\\frac{35}{9}            | \\frac{-35}{9}
          -\\frac{\\pi}{6}          | -\\pi/6
          -\\frac{\\pi}{6}          | \\frac{-\\pi}{6}
          \\frac{3\\sqrt{3}}{4}     | 3\\sqrt3/4
          1\\frac{4}{5}             | 9/5
          1\\frac{4}{5}             | 1 4/5
          11\\sqrt2                 | 11 \\sqrt{2}
          10,\\!080                 | 10080
          11,\\! 111,\\! 111,\\! 100 | 11,111,111,100
          \\$32,\\!348              | 32348
          58,500                    | $58500$
          \\$18.90                  | 18.9
          5.4 \\text{ cents}        | 5.4
          864 \\mbox{ inches}^2     | 864
          15\\mbox{ cm}^2           | 15 \\text{ cm}^{2}
          \\frac{270}7\\text{ degrees} | \\frac{270}{7}^\\circ
          90^\\circ                 | 90
          90^{\\circ}               | 90\u00b0
          50\\%                     | 50
          x=5                       | 5
          y = -2x                   | -2x
          \\theta = \\pi            | \u03c0
          x \\in [-2,7]             | \\left[-2, 7\\right]
          \\text{Evelyn}            | Evelyn
          \\text{(C)}               | C
          4210_{5}                  | 4210_5
          x^{2}+1                   | x^2 + 1
          .0000672                  | 6.72 \\times 10^{-5}
          \\left( 3, \\frac{\\pi}{2} \\right) | (3, \\pi/2)
          \\left( \\frac{3}{2}, -13 \\right)  | (1.5,-13)
          (-\\infty, 2) \\cup (3, \\infty)    | (3,+\\infty)\\cup(-\\infty,2)
          \\{1\\pm\\sqrt{5},-2\\}   | -2, 1 \\pm \\sqrt{5}
          3, 5, 7                   | 7,5,\\text{ and }3
          \\begin{pmatrix} 1/5 \\\\ -18/5 \\end{pmatrix} | \\begin{pmatrix} 0.2 \\\\ -\\frac{18}{5} \\end{pmatrix}
          5.                        | 5
          \\(7\\)                   | 7
          \u22123                   | -3
          """)
  void same(String one, String other) {
    assertThat(MathAnswer.same(one, other)).isTrue();
    assertThat(MathAnswer.same(other, one)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          5                  | 6
          5                  | -5
          52_8               | 52
          (1,2)              | (2,1)
          (3,4]              | (3,4)
          [3,4]              | (3,4)
          1,2                | 1,2,2
          x=1,y=2            | x=2,y=1
          \\frac{1}{2}       | \\frac{2}{1}
          \\sqrt{5}          | 5
          1\\frac{4}{5}      | 14/5
          2k                 | 2k+2
          (100,200)          | 100200
          \\text{(C)}        | \\text{(E)}
          1/0                | 2/0
          1 - 12i            | 12i - 1
          \\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix} | \\begin{pmatrix} 1 & 2 \\end{pmatrix}
          """)
  void different(String one, String other) {
    assertThat(MathAnswer.same(one, other)).isFalse();
    assertThat(MathAnswer.same(other, one)).isFalse();
  }

  @Test
  void equatesAnswersOfTheDataSetOnlyWhereTheyAreEqual() {
    List<String> all = answers().stream().distinct().sorted().toList();
    // What MathAnswer.same compares, made once.
    List<MathValue> values = all.stream().map(MathReader::of).toList();
    Set<String> equated = new TreeSet<>();
    for (int one = 0; one < all.size(); one++) {
      assertThat(MathAnswer.same(all.get(one), all.get(one))).as(all.get(one)).isTrue();
      for (int other = 0; other < all.size(); other++) {
        boolean same = values.get(one).equals(values.get(other));
        assertThat(values.get(other).equals(values.get(one))).isEqualTo(same);
        if (same && one < other) {
          equated.add(all.get(one) + " | " + all.get(other));
        }
      }
    }
    // Each was looked at: they differ in nothing but units, which the published rules drop too.
    assertThat(equated)
        .containsExactlyInAnyOrder(
            "-2,1 | 1,-2",
            "10,\\!080 | 10080",
            "120 | 120^\\circ",
            "15 | 15\\mbox{ cm}^2",
            "2 \\sqrt{5} | 2\\sqrt{5}",
            "30 | 30^\\circ",
            "36 | 36^\\circ",
            "36 | \\$36",
            "36^\\circ | \\$36",
            "5 | x=5",
            "90 | 90^\\circ",
            "\\frac14 | \\frac{1}{4}");
  }

  @Test
  void anythingEqualsItselfAndTakesNoTime() {
    String[] parts = {
      "\\frac",
      "{",
      "}",
      "(",
      ")",
      "\\{",
      "\\}",
      "[",
      ",",
      "1",
      "a",
      "\\",
      "\\sqrt",
      "\\text{",
      " ",
      "$",
      "=",
      "/",
      "\\cup",
      "\\begin{pmatrix}",
      "\\end{pmatrix}",
      "\\boxed{",
      "-"
    };
    Random random = new Random(7);
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> {
          for (int round = 0; round < 3000; round++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(40); left >= 0; left--) {
              text.append(parts[random.nextInt(parts.length)]);
            }
            assertThat(MathAnswer.same(text.toString(), text.toString())).isTrue();
            MathAnswer.of(text.toString());
          }
          Stream.of(parts)
              .map(part -> part.repeat(100_000))
              .forEach(text -> {
                MathAnswer.of(text);
                assertThat(MathAnswer.same(text, text + "1")).isFalse();
                String most = text.substring(0, 990);
                assertThat(MathAnswer.same(most, most)).isTrue();
              });
        });
  }
}
