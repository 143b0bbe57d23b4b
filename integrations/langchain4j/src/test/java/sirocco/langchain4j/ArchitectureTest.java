package sirocco.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.ArchitectureRules;
import sirocco.testkit.SourceRules;

/// The rules of every module.
class ArchitectureTest {
  private static final JavaClasses CLASSES = ArchitectureRules.module(SiroccoChatModel.class);

  static Stream<ArchRule> rulesOfEveryModule() {
    return Stream.of(
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.neitherPrintsNorExits(),
        ArchitectureRules.noUnsafeAndNoIncubator(),
        ArchitectureRules.namesOfIdeas());
  }

  @ParameterizedTest
  @MethodSource("rulesOfEveryModule")
  void holds(ArchRule rule) {
    rule.check(CLASSES);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("integrations/langchain4j"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
