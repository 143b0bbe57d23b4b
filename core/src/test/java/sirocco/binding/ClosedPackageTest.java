package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records in a package that their module keeps closed.
final class ClosedPackageTest {
  @TempDir Path folder;
  private ClassLoader acme = ClassLoader.getPlatformClassLoader();

  @BeforeEach
  void compilesAModule() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("src/acme/answers"));
    Path module =
        Files.writeString(folder.resolve("src/module-info.java"), "module acme { exports acme; }");
    Path answer =
        Files.writeString(
            sources.resolve("Answer.java"),
            """
            package acme.answers;

            record Answer(int x, Part part) {
              record Part(String y) {}
            }
            """);
    Path entry =
        Files.writeString(
            folder.resolve("src/acme/Entry.java"),
            """
            package acme;

            public final class Entry implements
                java.util.function.Supplier<java.lang.invoke.MethodHandles.Lookup> {
              public java.lang.invoke.MethodHandles.Lookup get() {
                return java.lang.invoke.MethodHandles.lookup();
              }
            }
            """);
    Path classes = folder.resolve("classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-d", classes.toString(), "-proc:none");
      var units = files.getJavaFileObjects(module, answer, entry);
      assertThat(compiler.getTask(null, files, null, options, null, units).call()).isTrue();
    }
    Configuration configuration =
        ModuleLayer.boot()
            .configuration()
            .resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("acme"));
    acme =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader())
            .findLoader("acme");
  }

  private Class<?> answer() throws ClassNotFoundException {
    return acme.loadClass("acme.answers.Answer");
  }

  @Test
  void saysWhatToOpen() throws ClassNotFoundException {
    Class<?> answer = answer();
    assertThatThrownBy(() -> RecordShape.of(answer))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith("Answer: part: acme.answers.Answer$Part is closed to us")
        .hasMessageContaining("`opens acme.answers to sirocco.core;`")
        .hasMessageEndingWith("or give of(…) a lookup");
  }

  @Test
  void takesALookupInstead() throws ReflectiveOperationException {
    Class<?> answer = answer();
    Object entry = acme.loadClass("acme.Entry").getConstructor().newInstance();
    MethodHandles.Lookup lookup = (MethodHandles.Lookup) ((Supplier<?>) entry).get();
    assertThat(RecordShape.of(answer, lookup).read("{\"x\": 1, \"part\": {\"y\": \"z\"}}"))
        .hasToString("Answer[x=1, part=Part[y=z]]");
  }

  @Test
  void refusesTheLookupOfAnother() throws ClassNotFoundException {
    Class<?> answer = answer();
    assertThatThrownBy(() -> RecordShape.of(answer, MethodHandles.lookup()))
        .isInstanceOf(BindingException.class)
        .hasMessageContaining("cannot be reached");
  }
}
