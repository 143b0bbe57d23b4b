package sirocco.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.URI;
import java.nio.file.Path;

/// Rules on class files that hold in every module (CONTRIBUTING.md).
public final class ArchitectureRules {
  private ArchitectureRules() {}

  /// The classes of a module, without those of its tests.
  ///
  /// @param member one of them
  public static JavaClasses module(Class<?> member) {
    return new ClassFileImporter()
        .importPath(
            Path.of(
                URI.create(member.getProtectionDomain().getCodeSource().getLocation().toString())));
  }

  /// The classes of a package depend on nothing of ours but what is allowed.
  ///
  /// @param layer the package, with what lies in it: `sirocco.text..`
  /// @param ours what the rule is about: `sirocco..`
  public static ArchRule dependsOnlyOn(String layer, String ours, String... allowed) {
    return classes()
        .that()
        .resideInAPackage(layer)
        .should()
        .onlyDependOnClassesThat(resideOutsideOfPackage(ours).or(resideInAnyPackage(allowed)))
        .allowEmptyShould(true);
  }

  /// Packages, named by a pattern such as `sirocco.(*)..`, have no cycles.
  public static ArchRule freeOfCycles(String pattern) {
    return slices().matching(pattern).should().beFreeOfCycles();
  }

  /// Static fields are final and no arrays that others can write.
  public static ArchRule noStaticMutableState() {
    return fields()
        .that()
        .areStatic()
        .and(
            describe(
                "are written by hand",
                field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
        .should()
        .beFinal()
        .andShould(beClosed());
  }

  public static ArchRule neitherPrintsNorExits() {
    return noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class);
  }

  public static ArchRule noUnsafeAndNoIncubator() {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun..", "jdk.internal..", "jdk.incubator..");
  }

  public static ArchRule uncheckedExceptions() {
    return classes()
        .that()
        .areAssignableTo(Throwable.class)
        .should()
        .beAssignableTo(RuntimeException.class);
  }

  public static ArchRule namesOfExceptions() {
    return classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .arePublic()
        .should()
        .haveSimpleNameEndingWith("Exception")
        .allowEmptyShould(true);
  }

  /// A folder or class is named after an idea, not a pattern.
  public static ArchRule namesOfIdeas() {
    return noClasses()
        .should()
        .resideInAnyPackage(
            "..impl..", "..util..", "..utils..", "..helper..", "..manager..", "..common..")
        .orShould()
        .haveNameMatching(".*(Impl|Utils?|Helper|Manager)");
  }

  private static ArchCondition<JavaField> beClosed() {
    return new ArchCondition<>("never be an array that others can write") {
      @Override
      public void check(JavaField field, ConditionEvents events) {
        if (field.getRawType().isArray() && !field.getModifiers().contains(JavaModifier.PRIVATE)) {
          events.add(SimpleConditionEvent.violated(field, field.getFullName()));
        }
      }
    };
  }
}
