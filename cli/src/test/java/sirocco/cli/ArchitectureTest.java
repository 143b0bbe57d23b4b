package sirocco.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;
import sirocco.testkit.ArchitectureRules;
import sirocco.testkit.SourceRules;

/// The rules of every module, and what the launcher has to know of this one.
class ArchitectureTest {
  private static final JavaClasses CLI = ArchitectureRules.module(Main.class);
  private static final DescribedPredicate<JavaClass> ON_LIBTORCH =
      resideInAnyPackage(
          "sirocco.train.torch..",
          "sirocco.train.model..",
          "sirocco.train.objective..",
          "sirocco.train.run..");
  private static final Pattern TRAINING = Pattern.compile("\n {4}(pretrain .+)\\) return 0 ;;");

  static Stream<ArchRule> rulesOfEveryModule() {
    return Stream.of(
        ArchitectureRules.noStaticMutableState(),
        ArchitectureRules.uncheckedExceptions(),
        ArchitectureRules.namesOfExceptions(),
        ArchitectureRules.namesOfIdeas());
  }

  @ParameterizedTest
  @MethodSource("rulesOfEveryModule")
  void holds(ArchRule rule) {
    rule.check(CLI);
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("cli"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }

  /// The launcher adds libtorch for the commands in its list. They are those that reach, through
  /// classes of this module, a part of the trainer that is built on it.
  @Test
  void theLauncherKnowsWhichCommandsNeedLibtorch() throws IOException {
    Matcher list = TRAINING.matcher(Files.readString(Checkout.repository().resolve("sirocco")));
    assertThat(list.find()).isTrue();
    List<String> need =
        CLI.stream()
            .filter(type -> type.isAnnotatedWith(Command.class) && needsLibtorch(type))
            .map(type -> type.getAnnotationOfType(Command.class).name())
            .toList();
    assertThat(need).contains("pretrain");
    assertThat(list.group(1).split(" \\| ")).containsAll(need);
  }

  private static boolean needsLibtorch(JavaClass command) {
    Set<JavaClass> reached = new HashSet<>();
    Deque<JavaClass> open = new ArrayDeque<>(List.of(command));
    while (!open.isEmpty()) {
      JavaClass type = open.pop();
      if (ON_LIBTORCH.test(type)) {
        return true;
      }
      // Main names every command.
      if (reached.add(type) && CLI.contain(type.getName()) && !type.isEquivalentTo(Main.class)) {
        type.getDirectDependenciesFromSelf().forEach(d -> open.push(d.getTargetClass()));
      }
    }
    return false;
  }
}
