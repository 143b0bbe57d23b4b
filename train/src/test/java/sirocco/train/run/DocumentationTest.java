package sirocco.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.SourceRules;

/// docs/training.md says what is so.
class DocumentationTest {
  private static final Pattern RECIPE = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

  private static String page() throws IOException {
    return Files.readString(SourceRules.repository().resolve("docs/training.md"));
  }

  @Test
  void itsRecipeTrains(@TempDir Path folder) throws IOException {
    Matcher recipe = RECIPE.matcher(page());
    assertThat(recipe.find()).isTrue();
    Path file = TinyRun.recipe(folder, recipe.group(1).replaceFirst("steps: \\d+", "steps: 2"));
    try (Trainer trainer = TinyRun.open(file)) {
      TinyRun.train(trainer, 2);
      assertThat(trainer.export()).isEqualTo(folder.resolve("runs/first/model"));
      assertThat(Files.readString(trainer.report())).contains("Training loss");
    }
  }

  @Test
  void itNamesEveryField() throws IOException {
    String page = page();
    Path sources = SourceRules.repository().resolve("train/src/main/java/sirocco/train");
    for (String settings :
        new String[] {
          "run/PreferenceSettings",
          "run/GuidanceSettings",
          "run/TrainingSettings",
          "data/DataSettings",
          "data/SourceSettings",
          "adapter/LoraSettings"
        }) {
      String source = Files.readString(sources.resolve(settings + ".java"));
      Matcher field =
          Pattern.compile("^///? +[#-]? *\\{?(\\w+):", Pattern.MULTILINE).matcher(source);
      while (field.find()) {
        assertThat(page).as(settings).contains(field.group(1));
      }
    }
  }

  @Test
  void itNamesEveryNumberOfAStep() throws IOException {
    var preferred = Optional.of(new StepMetrics.Preferred(1, 1, 0));
    double[][] load = new double[1][1];
    var metrics =
        new StepMetrics(1, 1, 1, 1, 1, 1, 1, 1, load, new double[1], preferred, Map.of("a", 1.0));
    assertThat(metrics.toJson().propertyNames())
        .allSatisfy(name -> assertThat(page()).contains("`" + name + "`"));
  }
}
