package sirocco.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// A local Maven repository for the examples: Sirocco's jars as this build made them are installed
/// in it, all else comes from the user's own repository, in which nothing is written.
final class MavenRepository {
  /// This project's folder.
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final String VERSION = System.getProperty("sirocco.version");

  private final Path folder;

  private MavenRepository(Path folder) {
    this.folder = folder;
  }

  /// Puts what programs need of this build into a folder that may hold what other builds left.
  static MavenRepository fill(Path folder) throws IOException {
    var repository = new MavenRepository(Files.createDirectories(folder));
    for (String module :
        List.of(
            "core",
            "cpu",
            "default-model",
            "library",
            "integrations/langchain4j",
            "integrations/spring-ai")) {
      Pom pom = repository.installPom(module);
      String jar = pom.artifactId() + "-" + VERSION + ".jar";
      repository.install(
          ROOT.resolve(module, System.getProperty("sirocco.target"), jar), pom.artifactId(), "jar");
    }
    repository.installPom("bom");
    repository.installPom("");
    return repository;
  }

  private Pom installPom(String module) throws IOException {
    Pom pom = Pom.read(ROOT.resolve(module, "pom.xml"));
    install(pom.file(), pom.artifactId(), "pom");
    return pom;
  }

  private void install(Path file, String artifact, String extension) throws IOException {
    Path target = folder.resolve("sirocco", artifact, VERSION);
    Files.createDirectories(target);
    Files.copy(
        file,
        target.resolve(artifact + "-" + VERSION + "." + extension),
        StandardCopyOption.REPLACE_EXISTING);
  }

  /// Settings with which Maven uses it, and looks for what is not in it in the user's repository
  /// first, so that it needs a network only for what was never fetched.
  Path settings() throws IOException {
    String text =
        """
        <settings>
          <localRepository>%1$s</localRepository>
          <profiles>
            <profile>
              <id>user</id>
              <repositories>
                <repository>%2$s</repository>
              </repositories>
              <pluginRepositories>
                <pluginRepository>%2$s</pluginRepository>
              </pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles>
            <activeProfile>user</activeProfile>
          </activeProfiles>
        </settings>
        """
            .formatted(
                folder,
                """
                <id>user</id>
                <url>%s</url>
                <releases><checksumPolicy>ignore</checksumPolicy></releases>\
                """
                    .formatted(Path.of(System.getProperty("maven.repository")).toUri()));
    return Files.writeString(folder.resolveSibling("settings.xml"), text);
  }
}
