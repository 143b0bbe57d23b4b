package sirocco.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.lab.eval.Task;
import sirocco.testkit.ArchitectureRules;
import sirocco.testkit.SourceRules;

/// The rules of every module.
class ArchitectureTest {
  private static final JavaClasses LAB = ArchitectureRules.module(Task.class);

  static Stream<ArchRule> rulesOfEveryModule() {
    return Stream.of(
        ArchitectureRules.freeOfCycles("sirocco.lab.(*).."),
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
    rule.check(LAB);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("lab"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
