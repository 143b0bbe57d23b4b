package sirocco.train.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sirocco.train.merge.Folders.SILENT;
import static sirocco.train.merge.Folders.logits;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.convert.ToHuggingFace;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;

/// Every weight is the mean of the models'; what has no mean is refused.
class AverageTest {
  private static final ModelConfig MIXTURE = Configs.mixtral(5, 2);

  @TempDir Path folder;

  @Test
  void everyWeightIsTheMean() {
    List<Path> models = List.of(model("a", 1), model("b", 2), model("c", 3));
    Path out = folder.resolve("mean");
    write(models, out);
    try (Checkpoint made = Checkpoints.open(out);
        Checkpoint a = Checkpoints.open(models.get(0));
        Checkpoint b = Checkpoints.open(models.get(1));
        Checkpoint c = Checkpoints.open(models.get(2))) {
      List<Role> roles = Roles.of(MIXTURE).toList();
      assertThat(roles).anyMatch(Role.Expert.class::isInstance);
      for (Role role : roles) {
        float[] found = made.weight(role).toFloats();
        float[] x = a.weight(role).toFloats();
        float[] y = b.weight(role).toFloats();
        float[] z = c.weight(role).toFloats();
        for (int i = 0; i < found.length; i++) {
          float mean = (float) (((double) x[i] + y[i] + z[i]) / 3);
          assertThat(found[i]).as("%s %d", role, i).isEqualTo(mean);
        }
      }
    }
  }

  @Test
  void aModelAndItselfInAnotherLayoutAreThatModel() {
    Path one = model("one", 4);
    Path mistral = Folders.make(folder.resolve("mistral"));
    try (var random = new RandomCheckpoint(MIXTURE, 4)) {
      TinyModels.consolidated(mistral, random, DType.F32);
    }
    Path out = folder.resolve("mean");
    write(List.of(mistral, one, mistral), out);
    try (Checkpoint made = Checkpoints.open(out);
        Checkpoint before = Checkpoints.open(one)) {
      assertThat(logits(made)).containsExactly(logits(before));
    }
  }

  @Test
  void modelsThatAreUnlikeAreRefused() {
    Path one = model("one", 1);
    Path other = Folders.make(folder.resolve("other"));
    try (var random = new RandomCheckpoint(Configs.mistral(OptionalInt.of(7)), 1)) {
      TinyModels.huggingFace(other, random, DType.F32);
    }
    var recipe = new AverageRecipe(List.of(one, other), folder.resolve("mean"));
    assertThatThrownBy(recipe::open)
        .isInstanceOf(MergeException.class)
        .hasMessage(other + ": architecture: expected MIXTRAL, as in " + one + ", found MISTRAL");
  }

  private Path model(String name, long seed) {
    Path made = Folders.make(folder.resolve(name));
    try (var random = new RandomCheckpoint(MIXTURE, seed)) {
      TinyModels.huggingFace(made, random, DType.F32);
    }
    return made;
  }

  private static void write(List<Path> models, Path out) {
    try (Checkpoint mean = new AverageRecipe(models, out).open()) {
      ToHuggingFace.write(mean, out, ToHuggingFace.SHARD_BYTES, SILENT);
    }
  }
}
