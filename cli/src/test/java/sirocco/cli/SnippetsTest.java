package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.testkit.Snippets;

/// Examples in Java compile: the README's, the guides' and those of the modules that have some.
/// Core holds its own. The guide for Spring is left out: its examples need Spring.
class SnippetsTest {
  @Test
  void examplesOfTheGuidesCompile() throws IOException {
    Path root = Checkout.repository();
    try (Stream<Path> guides = Files.list(root.resolve("docs"))) {
      List<Path> files =
          Stream.concat(
                  Stream.of(root.resolve("README.md")),
                  guides
                      .filter(file -> file.toString().endsWith(".md"))
                      .filter(file -> !file.endsWith("spring.md"))
                      .sorted())
              .toList();
      assertThat(Snippets.errors(files)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default-model", "server"})
  void examplesInSourcesCompile(String module) throws IOException {
    assertThat(Snippets.errors(Snippets.sources(module))).isEmpty();
  }
}
