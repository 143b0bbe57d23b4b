package sirocco.lab.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// VADER's rules, beside the compound scores that its authors publish (README of vaderSentiment)
/// and those that vaderSentiment 3.3.2 gives to sentences of ours, one a rule.
final class VaderTest {
  private static final Vader VADER = new Vader();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VADER is smart, handsome, and funny. | 0.8316",
        "VADER is smart, handsome, and funny! | 0.8439",
        "VADER is very smart, handsome, and funny. | 0.8545",
        "VADER is VERY SMART, handsome, and FUNNY. | 0.9227",
        "VADER is VERY SMART, handsome, and FUNNY!!! | 0.9342",
        "VADER is VERY SMART, uber handsome, and FRIGGIN FUNNY!!! | 0.9469",
        "VADER is not smart, handsome, nor funny. | -0.7424",
        "The book was good. | 0.4404",
        "At least it isn't a horrible book. | 0.431",
        "The book was only kind of good. | 0.3832",
        "The plot was good, but the characters are uncompelling and the dialog is not great."
            + " | -0.7042",
        "Today SUX! | -0.5461",
        "Today only kinda sux! But I'll get by, lol | 0.5249",
        "Make sure you :) or :D today! | 0.8633",
        "Not bad at all | 0.431",
      })
  void scoresItsAuthorsExamples(String text, double compound) {
    assertThat(VADER.score(text)).isEqualTo(compound, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no good ever came of it | -0.3412",
        "There is no good reason to be sad | -0.6711",
        "It is no use, or good | -0.5583",
        "I have no joy or love | -0.7536",
        "It was the bomb party of love | 0.9217",
        "She never was so happy before | 0.6948",
        "She was never so happy | 0.7702",
        "They were without doubt happy | 0.7013",
        "Without any doubt they were happy | 0.7013",
        "That was the least interesting film | -0.3089",
        "At least he was honest | 0.5106",
        "It was the very least honest answer | 0.5542",
        "Least happy of them all | -0.4585",
        "He is sort of nice to me | 0.3626",
        "He is kind of a nice man | 0.4215",
        "GREAT work by the whole team | 0.7034",
        "It was HARDLY a success for them | 0.6271",
        "It was hardly a success | 0.5302",
        "a rather utterly hopeless and extremely sad day | -0.7708",
        "Is that good? Really?? Good | 0.7672",
        "Why? Why? Why? Why? It is bad | -0.6662",
        "Great!!!!!! Great | 0.8852",
        "They love it but hate us but love you | 0.5187",
        "I thought this was fun | 0.5106",
        "That is bad ass work | -0.25",
        "a kiss of death of hope | 0.4939",
        "yeah right he said that was nice | 0.6124",
      })
  void scoresAsTheOriginalDoes(String text, double compound) {
    assertThat(VADER.score(text)).isEqualTo(compound, within(1e-9));
  }

  @Test
  void anyTextHasAScore() {
    assertThat(VADER.score("")).isZero();
    assertThat(VADER.score(" \n\u2003")).isZero();
    assertThat(VADER.score("the table stands in the room")).isZero();
    String marks =
        "ab !?.,:;()'\"N\u0130\u00df\ud83d\ude00\ud800\n\tgood bad not very no but least";
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2000; i++) {
      var text = new StringBuilder();
      for (int c = random.nextInt(40); c > 0; c--) {
        int from = random.nextInt(marks.length());
        text.append(marks, from, Math.min(marks.length(), from + 1 + random.nextInt(5)));
      }
      assertThat(VADER.score(text.toString())).as("%s", text).isBetween(-1.0, 1.0);
    }
    assertThat(VADER.score("good ".repeat(10_000))).isEqualTo(1);
  }
}
