package sirocco.train.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneTest {
  /// Every scene with every word list, as training fills it in.
  @Test
  void scenesAreWhole() {
    Vocabulary vocabulary = new Vocabulary();
    Draw draw = new Draw(new Random(3), Share.TRAINING);
    Scene.ALL.forEach((head, scene) -> {
      assertThat(scene.questions()).as(head).hasSizeGreaterThanOrEqualTo(2);
      for (int i = 0; i < 20; i++) {
        Scene.Told told = scene.told(vocabulary, draw);
        assertThat(told.text()).as(head).doesNotContain("{").matches("(?s).+[.!]");
        for (Scene.Asked asked : told.questions()) {
          assertThat(asked.wordings()).as(head).isNotEmpty().allMatch(q -> q.endsWith("?"));
          assertThat(asked.answer()).as(head).doesNotContain("{").matches("[A-Z0-9].*[.!]");
        }
      }
    });
  }

  @Test
  void scenesAreKeptForEvaluation() {
    Set<String> heads = Scene.ALL.keySet();
    assertThat(heads).filteredOn(Share.EVALUATION::holds).hasSizeGreaterThan(5);
    assertThat(heads).filteredOn(Share.TRAINING::holds).hasSizeGreaterThan(900);
  }

  @Test
  void theAnswerIsTheSentenceThatHoldsIt() {
    var asked =
        new Scene.Asked(
            List.of("Why did Mrs. Hale close the shop?"), "Mrs. Hale closed it as it had burnt.");
    var told =
        new Scene.Told(
            "The shop of Mrs. Hale sold tea. It had burnt, so Mrs. Hale closed it! She is sad.",
            List.of(asked));
    assertThat(told.sentences())
        .containsExactly(
            "The shop of Mrs. Hale sold tea.",
            "It had burnt, so Mrs. Hale closed it!",
            "She is sad.");
    assertThat(told.sentence(asked)).isEqualTo("It had burnt, so Mrs. Hale closed it!");
  }

  /// However long the sentence is.
  @Test
  void aShortSentenceWithLessOfTheAnswerIsNotTheAnswer() {
    String lengthy =
        "The old keeper, who had seen many storms from the little room at the top and who never"
            + " slept before midnight, painted the tower red because the fishermen had asked for it.";
    var asked =
        new Scene.Asked(List.of("Who painted the tower?"), "The old keeper painted the tower.");
    var told = new Scene.Told(lengthy + " The keeper is old.", List.of(asked));
    assertThat(told.sentence(asked)).isEqualTo(lengthy);
  }
}
