package sirocco.spring;

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
final class SpringArchitectureTest {
  private static final JavaClasses SPRING = ArchitectureRules.module(SiroccoChatModel.class);

  static Stream<ArchRule> rules() {
    return Stream.of(
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.neitherPrintsNorExits(),
        ArchitectureRules.noUnsafeAndNoIncubator(),
        ArchitectureRules.uncheckedExceptions(),
        ArchitectureRules.namesOfExceptions(),
        ArchitectureRules.namesOfIdeas());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(SPRING);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("integrations/spring-ai"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
