package sirocco.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The BOM and the modules that are published say the same.
class BomTest {
  @Test
  void namesWhatIsPublished() throws IOException {
    Pom bom = Pom.read(MavenRepository.ROOT.resolve("bom", "pom.xml"));
    Pom parent = Pom.read(MavenRepository.ROOT.resolve("pom.xml"));
    assertThat(bom.version()).isEqualTo(parent.version());

    var published = new ArrayList<String>();
    for (Path file : modules()) {
      Pom module = Pom.read(file);
      if (module.published() && !module.artifactId().equals(bom.artifactId())) {
        assertThat(module.version()).as(file.toString()).isEqualTo(parent.version());
        published.add(module.artifactId());
      }
    }
    assertThat(bom.named()).containsExactlyInAnyOrderElementsOf(published);
  }

  private static List<Path> modules() throws IOException {
    List<Path> poms = new ArrayList<>();
    for (Path folder :
        List.of(MavenRepository.ROOT, MavenRepository.ROOT.resolve("integrations"))) {
      try (var folders = Files.list(folder)) {
        folders.map(each -> each.resolve("pom.xml")).filter(Files::exists).forEach(poms::add);
      }
    }
    return poms;
  }
}
