package sirocco.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.ArchitectureRules;
import sirocco.testkit.SourceRules;
import sirocco.train.torch.Torch;

/// What may depend on what in the trainer, and the rules of every module.
class ArchitectureTest {
  private static final JavaClasses TRAIN = ArchitectureRules.module(Torch.class);

  @ParameterizedTest
  @CsvSource({
    "torch, sirocco.train.torch..",
    "recipe, sirocco.train.recipe..",
    "report, sirocco.train.report..",
    "merge, sirocco.train.merge..|sirocco.train.recipe..",
    "data, sirocco.train.data..|sirocco.train.recipe..",
    "tokenizer, sirocco.train.tokenizer..|sirocco.train.data..|sirocco.train.recipe..",
    "synthetic, sirocco.train.synthetic..|sirocco.train.data..",
    "guidance, sirocco.train.guidance..|sirocco.train.data..",
    "model, sirocco.train.model..|sirocco.train.torch..|sirocco.train.data..|sirocco.train.guidance..",
    "objective, sirocco.train.objective..|sirocco.train.model..|sirocco.train.torch..|sirocco.train.data..",
  })
  void dependsOnlyOn(String layer, String allowed) {
    ArchitectureRules.dependsOnlyOn(
            "sirocco.train." + layer + "..", "sirocco.train..", allowed.split("\\|"))
        .check(TRAIN);
  }

  @Test
  void hasNoOtherLayers() {
    classes()
        .should()
        .resideInAnyPackage(
            "sirocco.train.torch..",
            "sirocco.train.recipe..",
            "sirocco.train.report..",
            "sirocco.train.ranks..",
            "sirocco.train.adapter..",
            "sirocco.train.merge..",
            "sirocco.train.data..",
            "sirocco.train.tokenizer..",
            "sirocco.train.synthetic..",
            "sirocco.train.guidance..",
            "sirocco.train.model..",
            "sirocco.train.objective..",
            "sirocco.train.run..")
        .check(TRAIN);
  }

  static Stream<ArchRule> rulesOfEveryModule() {
    return Stream.of(
        ArchitectureRules.freeOfCycles("sirocco.train.(*).."),
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.neitherPrintsNorExits(),
        ArchitectureRules.noUnsafeAndNoIncubator(),
        ArchitectureRules.uncheckedExceptions(),
        ArchitectureRules.namesOfExceptions(),
        ArchitectureRules.namesOfIdeas());
  }

  @ParameterizedTest
  @MethodSource("rulesOfEveryModule")
  void holds(ArchRule rule) {
    rule.check(TRAIN);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("train"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
