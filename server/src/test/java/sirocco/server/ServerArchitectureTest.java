package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.ArchitectureRules;
import sirocco.testkit.SourceRules;

/// The rules of every module, and which part knows which.
final class ServerArchitectureTest {
  private static final JavaClasses SERVER = ArchitectureRules.module(Server.class);

  static Stream<ArchRule> rules() {
    String ours = "sirocco.server..";
    String http = "sirocco.server.http..";
    String access = "sirocco.server.access..";
    String metrics = "sirocco.server.metrics..";
    return Stream.of(
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.neitherPrintsNorExits(),
        ArchitectureRules.noUnsafeAndNoIncubator(),
        ArchitectureRules.uncheckedExceptions(),
        ArchitectureRules.namesOfExceptions(),
        ArchitectureRules.namesOfIdeas(),
        ArchitectureRules.freeOfCycles("sirocco.(**)"),
        ArchitectureRules.dependsOnlyOn(http, ours, http),
        ArchitectureRules.dependsOnlyOn(access, ours, access, http),
        ArchitectureRules.dependsOnlyOn(metrics, ours, metrics, http),
        ArchitectureRules.dependsOnlyOn(
            "sirocco.server.openai..", ours, "sirocco.server.openai..", http, metrics),
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage(http)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.helidon.."));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(SERVER);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("server"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
