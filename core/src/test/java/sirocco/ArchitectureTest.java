package sirocco;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.tensor.Tensor;

/// What may depend on what, and what the core never does (docs/adr/0001-modules.md).
class ArchitectureTest {
  private static final JavaClasses CORE = new ClassFileImporter().importPath(classFiles());

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
    "text, sirocco.text..|sirocco.json..",
    "tensor, sirocco.tensor..",
    "checkpoint, sirocco.checkpoint..|sirocco.tensor..|sirocco.text..|sirocco.json..",
    "convert, sirocco.convert..|sirocco.checkpoint..|sirocco.tensor..|sirocco.text..",
    "model, sirocco.model..|sirocco.checkpoint..|sirocco.tensor..",
    "engine, sirocco.engine..|sirocco.model..|sirocco.checkpoint..|sirocco.tensor..|sirocco.text..",
  })
  void dependsOnlyOn(String layer, String allowed) {
    classes()
        .that()
        .resideInAPackage("sirocco." + layer + "..")
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("sirocco..").or(resideInAnyPackage(allowed.split("\\|"))))
        .check(CORE);
  }

  @Test
  void hasNoOtherLayers() {
    classes()
        .should()
        .resideInAnyPackage(
            "sirocco.json..",
            "sirocco.text..",
            "sirocco.tensor..",
            "sirocco.checkpoint..",
            "sirocco.convert..",
            "sirocco.model..",
            "sirocco.engine..")
        .check(CORE);
  }

  @Test
  void hasNoCycles() {
    slices().matching("sirocco.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void hasNoStaticMutableState() {
    fields()
        .that()
        .areStatic()
        .and(
            describe(
                "are written by hand",
                field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
        .should()
        .beFinal()
        .andShould(never("be an array that others can write", ArchitectureTest::isOpenArray))
        .check(CORE);
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
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CORE);
  }

  @Test
  void usesNoUnsafeAndNoIncubator() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun..", "jdk.internal..", "jdk.incubator..")
        .check(CORE);
  }

  @Test
  void throwsUncheckedExceptions() {
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .should()
        .beAssignableTo(RuntimeException.class)
        .check(CORE);
  }

  @Test
  void namesIdeasNotPatterns() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..impl..", "..util..", "..utils..", "..helper..", "..manager..", "..common..")
        .orShould()
        .haveNameMatching(".*(Impl|Utils?|Helper|Manager)")
        .check(CORE);
  }

  /// Where the core's class files lie, without those of its tests.
  private static Path classFiles() {
    return Path.of(
        URI.create(Tensor.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static boolean isOpenArray(JavaField field) {
    return field.getRawType().isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE);
  }

  private static ArchCondition<JavaField> never(String what, Predicate<JavaField> predicate) {
    return new ArchCondition<>("never " + what) {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        if (predicate.test(field)) {
          events.add(SimpleConditionEvent.violated(field, field.getFullName()));
        }
      }
    };
  }
}
