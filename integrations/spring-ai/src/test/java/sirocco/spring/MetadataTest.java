package sirocco.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What IDEs, and Spring Boot itself, read of this module.
final class MetadataTest {
  private static final List<Class<?>> PROPERTIES =
      List.of(
          SiroccoProperties.class, SiroccoChatProperties.class, SiroccoEmbeddingProperties.class);

  @Test
  void everyPropertyIsDescribed() throws IOException {
    JsonNode metadata =
        JsonMapper.shared().readTree(text("META-INF/spring-configuration-metadata.json"));
    Map<String, String> described =
        metadata
            .get("properties")
            .valueStream()
            .collect(
                Collectors.toMap(
                    p -> p.get("name").asString(), p -> p.path("description").asString("")));
    assertThat(described.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    PROPERTIES.stream().flatMap(MetadataTest::names),
                    Stream.of("management.health.sirocco.enabled"))
                .toList());
    assertThat(described)
        .allSatisfy(
            (_, description) -> assertThat(description).hasSizeGreaterThan(10).endsWith("."));
  }

  private static Stream<String> names(Class<?> type) {
    String prefix = type.getAnnotation(ConfigurationProperties.class).value();
    return Arrays.stream(type.getRecordComponents())
        .map(component ->
            component.getName().replaceAll("(\\p{Upper})", "-$1").toLowerCase(Locale.ROOT))
        .map(name -> ConfigurationPropertyName.of(prefix).append(name).toString());
  }

  @Test
  void everyAutoConfigurationIsListed() throws IOException {
    String imports =
        text("META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");
    assertThat(imports.lines())
        .containsExactlyInAnyOrder(
            SiroccoAutoConfiguration.class.getName(),
            SiroccoChatAutoConfiguration.class.getName(),
            SiroccoEmbeddingAutoConfiguration.class.getName(),
            SiroccoHealthAutoConfiguration.class.getName());
    assertThat(text("META-INF/spring.factories"))
        .contains(UnusablePropertyAnalyzer.class.getName());
  }

  private static String text(String name) throws IOException {
    // Others on the class path have files of these names; ours is beside our classes.
    var ours = SiroccoChatModel.class.getProtectionDomain().getCodeSource().getLocation();
    try (var loader = new URLClassLoader(new URL[] {ours}, null)) {
      return new ClassPathResource(name, loader).getContentAsString(UTF_8);
    }
  }
}
