package sirocco.train.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static sirocco.train.synthetic.GeneratorsTest.items;
import static sirocco.train.synthetic.GeneratorsTest.withoutInstruction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Item;

/// Several questions on one text.
class TurnsTest {
  /// A sentence may be asked about twice, else the last question's answer would be what is left,
  /// but in other words.
  @ParameterizedTest
  @ValueSource(strings = {"evidence", "evidence-short", "evidence-long", "pointing"})
  void noTwoQuestionsOnOneTextAreInTheSameWords(String kind) {
    int twice = 0;
    for (Item item : items(kind + "-turns", Share.TRAINING, 100)) {
      List<Message> messages = withoutInstruction(((Dialogue) item).messages());
      List<String> questions = new ArrayList<>();
      Set<String> answers = new HashSet<>();
      for (int i = 1; i < messages.size(); i += 2) {
        twice += answers.add(messages.get(i).content()) ? 0 : 1;
        if (i > 1) {
          questions.add(messages.get(i - 1).content());
        }
      }
      assertThat(questions).doesNotHaveDuplicates();
    }
    assertThat(twice).isPositive();
  }
}
