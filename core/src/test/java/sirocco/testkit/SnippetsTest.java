package sirocco.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples in this module's documentation compile, and one that does not is found.
class SnippetsTest {
  @TempDir Path folder;

  @Test
  void examplesOfThisModuleCompile() throws IOException {
    assertThat(Snippets.errors(Snippets.sources("core"))).isEmpty();
  }

  @Test
  void aMistakeIsNamedWithItsPlace() throws IOException {
    Path file =
        write(
            "Guide.md",
            """
            A text.

            ```java
            import java.util.zip.CRC32;

            var crc = new CRC32();
            crc.update(List.of());
            ```
            """);
    assertThat(Snippets.errors(List.of(file)))
        .singleElement()
        .asString()
        .startsWith(file + ":7: ")
        .contains("update");
  }

  @Test
  void aWholeProgramHasToBringItsImports() throws IOException {
    Path file =
        write(
            "Guide.md",
            """
            ```java
            void main() {
              IO.println(Engine.class);
            }
            ```
            """);
    assertThat(Snippets.errors(List.of(file)))
        .singleElement()
        .asString()
        .startsWith(file + ":3: ")
        .contains("Engine");
  }

  @Test
  void anExampleInACommentSeesWhatItsFileSees() throws IOException {
    Path file =
        write(
            "Some.java",
            """
            package some;

            import java.util.zip.CRC32;

            /// Something.
            ///
            /// ```java
            /// long sum = new CRC32().getValue();
            /// Nothing.of(sum);
            /// ```
            final class Some {}
            """);
    assertThat(Snippets.errors(List.of(file)))
        .singleElement()
        .asString()
        .startsWith(file + ":9: ")
        .contains("Nothing");
  }

  @Test
  void filesWithoutExamplesAreRefused() throws IOException {
    Path file = write("Guide.md", "```\nnothing\n```\n");
    assertThatThrownBy(() -> Snippets.errors(List.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Guide.md");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
