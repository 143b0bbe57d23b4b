package sirocco.train.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Configs;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;
import sirocco.train.model.Balance;
import sirocco.train.model.Fixtures;
import sirocco.train.model.Gradients;
import sirocco.train.model.TrainableModel;

/// Reference log-probabilities are computed once, kept, and belong to one model and its data.
final class StoredReferenceTest {
  @TempDir private Path folder = Path.of("");

  private final List<Example> examples = Fixtures.examples(50, 31, 9, 14, 7, 11, 20, 5);

  private Batch pairs(int from, int to) {
    return Batch.of(examples.subList(2 * from, 2 * to));
  }

  @Test
  void theFirstLossIsLnTwoHoweverPairsArePacked() {
    TrainableModel model = Fixtures.random(Configs.mixtral(5, 2), 41);
    Path file = folder.resolve("reference.safetensors");
    StoredReference reference =
        StoredReference.of(file, model, List.of(pairs(0, 2), pairs(2, 3)), _ -> {});
    Dpo dpo = new Dpo(Dpo.Form.SIGMOID, 0.1, 0, reference);
    Batch all = pairs(0, 3);
    Preferences preferences =
        new Gradients(Balance.OFF, true)
            .add(model, all, new Gradients.Totals(3, all.tokens()), dpo)
            .loss();
    assertThat(preferences.pairs()).hasSize(3);
    assertThat(preferences.loss()).isCloseTo(Math.log(2), within(1e-5));
    assertThat(preferences.margin()).isCloseTo(0, within(1e-4));
    assertThat(dpo.judge(model, all).loss()).isCloseTo(Math.log(2), within(1e-5));
  }

  @Test
  void stepsAgainstTheGradientRaiseTheMargin() {
    TrainableModel model = Fixtures.random(Configs.mixtral(5, 2), 42);
    Batch all = pairs(0, 3);
    StoredReference reference =
        StoredReference.of(folder.resolve("r.safetensors"), model, List.of(all), _ -> {});
    for (Dpo.Form form : Dpo.Form.values()) {
      Dpo dpo = new Dpo(form, 0.5, 0, reference);
      Preferences before = dpo.judge(model, all);
      new Gradients(Balance.OFF, false).add(model, all, new Gradients.Totals(3, all.tokens()), dpo);
      Fixtures.descend(model, 1e-2);
      Preferences after = dpo.judge(model, all);
      assertThat(after.loss()).isLessThan(before.loss());
      assertThat(after.margin()).isGreaterThan(before.margin());
    }
    assertThat(Dpo.Form.IPO).hasToString("ipo");
  }

  @Test
  void theFileIsReadAgainAndCompleted() {
    TrainableModel model = Fixtures.random(Configs.mixtral(5, 2), 43);
    Path file = folder.resolve("kept.safetensors");
    StoredReference first = StoredReference.of(file, model, List.of(pairs(0, 2)), _ -> {});
    assertThat(StoredReference.read(file)).isEqualTo(first);
    List<Long> progress = new ArrayList<>();
    StoredReference second =
        StoredReference.of(file, model, List.of(pairs(0, 2), pairs(2, 3)), progress::add);
    assertThat(progress).containsExactly(2L, 1L);
    assertThat(second.pairs()).hasSize(3).containsAllEntriesOf(first.pairs());
    assertThat(StoredReference.read(file)).isEqualTo(second);
    assertThatThrownBy(() -> first.logProbabilities(pairs(1, 3)))
        .isInstanceOf(ObjectiveException.class)
        .hasMessageContaining("pair 1 of the batch: they were computed from other data");
  }

  @Test
  void anotherModelIsRefused() {
    Path file = folder.resolve("other.safetensors");
    StoredReference.of(
        file, Fixtures.random(Configs.mixtral(5, 2), 44), List.of(pairs(0, 1)), _ -> {});
    TrainableModel other = Fixtures.random(Configs.mixtral(5, 2), 45);
    assertThatThrownBy(() -> StoredReference.of(file, other, List.of(pairs(0, 1)), _ -> {}))
        .isInstanceOf(ObjectiveException.class)
        .hasMessageStartingWith(file + ": reference log-probabilities of another model");
  }

  @Test
  void aChangedFileIsRefused() throws IOException {
    TrainableModel model = Fixtures.random(Configs.mixtral(5, 2), 46);
    Path file = folder.resolve("changed.safetensors");
    StoredReference.of(file, model, List.of(pairs(0, 2)), _ -> {});
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1; // the hashes are the narrowest type and come last
    Files.write(file, bytes);
    assertThatThrownBy(() -> StoredReference.read(file))
        .isInstanceOf(ObjectiveException.class)
        .hasMessageContaining("changed since it was written");
  }

  @Test
  void halfAPairIsRefused() {
    TrainableModel model = Fixtures.random(Configs.mixtral(5, 2), 47);
    Batch odd = Batch.of(examples.subList(0, 3));
    assertThatThrownBy(
            () -> StoredReference.of(folder.resolve("odd"), model, List.of(odd), _ -> {}))
        .isInstanceOf(ObjectiveException.class)
        .hasMessageContaining("found 3 segments");
    assertThat(folder.resolve("odd")).doesNotExist();
  }
}
