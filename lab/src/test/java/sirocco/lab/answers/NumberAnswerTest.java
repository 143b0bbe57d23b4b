package sirocco.lab.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.testkit.Shared;
import tools.jackson.databind.json.JsonMapper;

class NumberAnswerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          so #### 18                              | 18
          3 + 4 = 7\\n#### 1,234               | 1234
          so #### $2.50                           | 2.5
          so #### -5                              | -5
          so #### -$5                             | -5
          so #### $-5                             | -5
          so #### 70%                             | 70
          so #### 8 eggs, then 9\\n#### 10        | 8
          so #### unknown\\n#### 4                | 4
          The answer is 42.                    | 42
          first 3, then 1,000.                 | 1000
          10-5                                 | 5
          it is 10 - 5         | 5
          it is 10 - 5 = 5.00                  | 5
          x = -3                               | -3
          .5 of it                             | 0.5
          the total is 100                     | 100
          """)
  void finds(String text, BigDecimal number) {
    assertThat(NumberAnswer.of(text.replace("\\n", "\n"))).contains(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "####", "#### x", "..."})
  void findsNothing(String text) {
    assertThat(NumberAnswer.of(text)).isEmpty();
  }

  @Test
  void longNumbersAreNone() {
    assertThat(NumberAnswer.of("1".repeat(1_000_000))).isEmpty();
    assertThat(NumberAnswer.of("1,".repeat(1_000_000))).isEmpty();
  }

  @Test
  void findsTheAnswerOfEveryProblem() {
    Path file = Shared.require("data/evaluation/gsm8k/test.jsonl");
    int seen = 0;
    try (LineReader reader = new LineReader(file)) {
      for (RawRecord row = reader.next(); row != null; row = reader.next()) {
        String answer = JsonMapper.shared().readTree(row.bytes()).get("answer").asString();
        String last = answer.substring(answer.lastIndexOf(' ') + 1).replace(",", "");
        assertThat(NumberAnswer.of(answer)).contains(new BigDecimal(last));
        seen++;
      }
    }
    assertThat(seen).isEqualTo(1319);
  }

  @Test
  void theMajorityWinsAndTheFirstOfEquals() {
    List<String> votes = List.of("1/2", "3", "0.5", "3", ".5");
    assertThat(Majority.of(votes, MathAnswer::same)).contains("1/2");
    assertThat(Majority.of(List.of("b", "a", "a", "b"), String::equals)).contains("b");
    assertThat(Majority.of(List.<String>of(), String::equals)).isEmpty();
  }
}
