package sirocco.train.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a person would ask about a sentence is among what the rules ask; and no sentence is too
/// odd.
class QuestionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          The old keeper lit the lamp at dusk. | When did the keeper light the lamp?
          The old keeper lit the lamp at dusk. | Who lit the lamp at dusk?
          The old keeper lit the lamp at dusk. | What did the old keeper light?
          Our neighbour keeps seven hens in a shed. | How many hens does our neighbour keep?
          Our neighbour keeps seven hens in a shed. | Where does our neighbour keep seven hens?
          On Monday the sailors mended three nets. | When did the sailors mend three nets?
          In 1704, the harbour was built by monks. | When was the harbour built?
          In 1704, the harbour was built by monks. | How was the harbour built?
          The museum opens at nine and closes at five. | When does the museum open?
          They stayed for two weeks because it rained. | How long did they stay?
          The road was closed because the river rose. | Why was the road closed?
          The castle is near the lake. | Where is the castle?
          Anna Berg has carried the bags. | What has Anna Berg carried?
          Anna Berg has carried the bags. | Who has carried the bags?
          Foxes eat mice. | What do foxes eat?
          Foxes eat mice. | What eats mice?
          The team travelled to Rome. | Where did the team travel?
          The widow carries water. | What does the widow carry?
          The guests hoped for snow and planned a walk. | Who hoped for snow?
          """)
  void asksAsAPersonWould(String sentence, String question) {
    assertThat(questions(sentence)).contains(question);
  }

  @Test
  void leavesAloneWhatItCannotTakeApart() {
    for (String sentence :
        List.of(
            "Go.",
            "What a day!",
            "In fact, yes.",
            "There was nobody.",
            "It rained.",
            "The united team of the hundred.")) {
      assertThat(questions(sentence)).as(sentence).isEmpty();
    }
  }

  /// Words of the lists and others in any order.
  @Test
  void anyWordsAreASentence() {
    Lists lists = Lists.ofWords("questions.txt");
    List<String> words =
        new ArrayList<>(List.of("ed", "s", "-", "Kö", "'", "a,", "of;", "1887", ""));
    lists.byName().values().forEach(words::addAll);
    Draw draw = new Draw(new Random(5), Share.TRAINING);
    int asked = 0;
    for (int i = 0; i < 20_000; i++) {
      List<String> sentence = new ArrayList<>();
      for (int n = draw.between(1, 9); n > 0; n--) {
        sentence.add(draw.any(words));
      }
      for (String question : Questions.of(String.join(" ", sentence) + ".", draw)) {
        asked++;
        assertThat(question).endsWith("?").doesNotContain("  ");
      }
    }
    assertThat(asked).isGreaterThan(1000);
  }

  private static Set<String> questions(String sentence) {
    Set<String> questions = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      questions.addAll(Questions.of(sentence, new Draw(new Random(seed), Share.TRAINING)));
    }
    return questions;
  }
}
