package sirocco.train.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Reply;

/// Exercises as a task.
class ExercisesTest {
  private static List<Item> items() {
    return new Exercises().items(new DataFolder(Path.of("nowhere"), false), 0);
  }

  @Test
  void areTheSameEachTimeAndKnowTheirAnswers() {
    List<Item> items = items();
    assertThat(items).hasSize(2000);
    assertThat(items.stream().map(Item::id).distinct()).hasSize(2000);
    assertThat(items.stream().map(Item::group).distinct()).hasSize(10);
    assertThat(items.stream().map(Item::question))
        .isEqualTo(items().stream().map(Item::question).toList());
    for (Item item : items) {
      assertThat(item.judge().apply(item.right())).isEqualTo(Map.of("acc", 1.0));
      assertThat(item.judge().apply(new Reply.Texts(List.of("I do not know"))))
          .isEqualTo(Map.of("acc", 0.0));
      assertThat(item.question()).isInstanceOf(Question.Chat.class);
    }
  }
}
