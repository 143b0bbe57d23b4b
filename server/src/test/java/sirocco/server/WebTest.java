package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sirocco.server.TestServer.Answer;

/// Files of the web page, and the description of the API among them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WebTest {
  private static final Path FOLDER = Path.of("src/main/resources/web");
  private static final Pattern ADDRESS = Pattern.compile("^  (/\\S*):$", Pattern.MULTILINE);
  private static final Pattern METHOD = Pattern.compile("^    (get|post):$", Pattern.MULTILINE);

  private final TestServer server = TestServer.start();

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void everyFileIsServedAsWhatItIs() throws IOException {
    try (var files = Files.walk(FOLDER)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).isNotEmpty();
      for (Path file : all) {
        String path = "/" + FOLDER.relativize(file).toString().replace('\\', '/');
        Answer answer = server.get(path);
        assertThat(answer.status()).as(path).isEqualTo(200);
        assertThat(answer.header("content-type")).as(path).isNotEmpty();
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("content-security-policy"))
            .contains("default-src 'none'", "frame-ancestors 'none'")
            .doesNotContain("unsafe");
      }
    }
    assertThat(server.get("/openapi.yaml").header("content-type")).isEqualTo("application/yaml");
  }

  @Test
  void nothingElseIs() {
    for (String path : List.of("/web/openapi.yaml", "/openapi.yml", "/x.html", "/openapi.yaml/")) {
      assertThat(server.get(path).status()).as(path).isEqualTo(404);
    }
  }

  /// What is described is there: every address answers its methods, and refuses the other.
  @Test
  void theDescriptionIsTrue() {
    String text = server.get("/openapi.yaml").response().body();
    List<String> parts = ADDRESS.splitAsStream(text).skip(1).toList();
    List<String> addresses = ADDRESS.matcher(text).results().map(found -> found.group(1)).toList();
    assertThat(addresses).hasSize(10);
    for (int i = 0; i < addresses.size(); i++) {
      String address = addresses.get(i).replace("{name}", "tiny");
      var methods = METHOD.matcher(parts.get(i)).results().map(found -> found.group(1)).toList();
      assertThat(methods).as(address).hasSize(1);
      boolean reads = methods.getFirst().equals("get");
      int got = server.get(address).status();
      int posted = server.post(address, "{}").status();
      assertThat(got).as(address).isEqualTo(reads ? 200 : 405);
      assertThat(posted).as(address).isEqualTo(reads ? 405 : 400);
    }
  }
}
