package sirocco;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.tensor.Tensor;
import sirocco.testkit.ArchitectureRules;

/// What may depend on what, and what the core never does (docs/adr/0001-modules.md).
class ArchitectureTest {
  private static final JavaClasses CORE = ArchitectureRules.module(Tensor.class);

  @Test
  void readsTheClassFilesOfThisJava() {
    assertThat(CORE.contain("sirocco.tensor.Tensor")).isTrue();
    assertThat(CORE.get("sirocco.tensor.Tensor").getMethods()).isNotEmpty();
    assertThat(CORE.get("sirocco.checkpoint.Checkpoint").getDirectDependenciesFromSelf())
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "json, sirocco.json..",
    "memory, sirocco.memory..",
    "text, sirocco.text..|sirocco.json..",
    "binding, sirocco.binding..|sirocco.text..|sirocco.json..",
    "tensor, sirocco.tensor..",
    "hub, sirocco.hub..|sirocco.json..",
    "checkpoint, sirocco.checkpoint..|sirocco.tensor..|sirocco.text..|sirocco.json..|sirocco.memory..",
    "convert, sirocco.convert..|sirocco.checkpoint..|sirocco.tensor..|sirocco.text..",
    "model, sirocco.model..|sirocco.checkpoint..|sirocco.tensor..",
    "engine, sirocco.engine..|sirocco.model..|sirocco.checkpoint..|sirocco.tensor..|sirocco.text..|sirocco.memory..",
  })
  void dependsOnlyOn(String layer, String allowed) {
    ArchitectureRules.dependsOnlyOn("sirocco." + layer + "..", "sirocco..", allowed.split("\\|"))
        .check(CORE);
  }

  /// What programs use stands on top: nothing below knows of it. Metrics look at it from beside.
  @Test
  void nothingBelowUsesTheLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackages("sirocco", "sirocco.metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("sirocco")
        .check(CORE);
  }

  @Test
  void hasNoOtherLayers() {
    classes()
        .should()
        .resideInAnyPackage(
            "sirocco",
            "sirocco.json..",
            "sirocco.memory..",
            "sirocco.text..",
            "sirocco.binding..",
            "sirocco.tensor..",
            "sirocco.checkpoint..",
            "sirocco.convert..",
            "sirocco.hub..",
            "sirocco.model..",
            "sirocco.engine..",
            "sirocco.metrics")
        .check(CORE);
  }

  /// Programs without Micrometer run: nothing else refers to it, or to the package that does.
  @Test
  void onlyMetricsNeedMicrometer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("sirocco.metrics")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.micrometer..", "sirocco.metrics")
        .check(CORE);
  }

  /// The flight recorder is the engine's to tell, and nobody else's.
  @Test
  void onlyTheEngineTellsTheFlightRecorder() {
    noClasses()
        .that()
        .resideOutsideOfPackage("sirocco.engine")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.jfr..")
        .check(CORE);
  }

  @Test
  void hasNoCycles() {
    ArchitectureRules.freeOfCycles("sirocco.(*)..").check(CORE);
  }

  @Test
  void hasNoStaticMutableState() {
    ArchitectureRules.noStaticMutableState().check(CORE);
  }

  @Test
  void keepsForeignMemoryOutOfText() {
    noClasses()
        .that()
        .resideInAPackage("sirocco.text..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(MemorySegment.class)
        .check(CORE);
  }

  @Test
  void neitherPrintsNorExits() {
    ArchitectureRules.neitherPrintsNorExits().check(CORE);
  }

  @Test
  void usesNoUnsafeAndNoIncubator() {
    ArchitectureRules.noUnsafeAndNoIncubator().check(CORE);
  }

  @Test
  void throwsUncheckedExceptions() {
    ArchitectureRules.uncheckedExceptions().check(CORE);
    ArchitectureRules.namesOfExceptions().check(CORE);
  }

  @Test
  void namesIdeasNotPatterns() {
    ArchitectureRules.namesOfIdeas().check(CORE);
  }
}
