package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Configs;

/// `serve`, and `chat --server` with it.
final class ServeCommandTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void servesUntilItIsStopped() throws Exception {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    try (RunningCommand serve =
        RunningCommand.start("serve", "-m", model, "--port", "0", "--name", "tiny", "-t", "1")) {
      URI uri = serve.uri();
      assertThat(serve.out().toString())
          .contains("serves      tiny, ")
          .containsPattern("cache +1\\.0 GiB at most: [0-9,]+ tokens")
          .contains("of one");
      try (HttpClient client = HttpClient.newHttpClient()) {
        String models =
            client
                .send(
                    HttpRequest.newBuilder(uri.resolve("/v1/models")).build(),
                    BodyHandlers.ofString())
                .body();
        assertThat(models).contains("\"id\":\"tiny\"");
      }
      assertThat(serve.err().toString()).contains("\"path\":\"/v1/models\"");
    }
  }

  @Test
  void whatMakesNoSenseIsSaid() {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    CommandRun open = CommandRun.of("serve", "-m", model, "--host", "0.0.0.0", "--port", "0");
    assertThat(open.code()).isNotZero();
    assertThat(open.err()).contains("needs an API key").hasLineCount(1);
    for (String wrong :
        new String[] {"--port=70000", "--max-concurrent=0", "--timeout=0", "--tls-key=x"}) {
      CommandRun run = CommandRun.of("serve", "-m", model, wrong);
      assertThat(run.code()).as(wrong).isEqualTo(2);
      assertThat(run.err()).hasLineCount(1);
    }
  }

  @Test
  void chatTalksToIt() throws Exception {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    String key = "sk-of-the-test";
    try (RunningCommand serve =
        RunningCommand.start(
            "serve", "-m", model, "--port", "0", "--name", "tiny", "--api-key", key)) {
      String url = serve.uri().toString();
      String[] settings = {"--temperature", "0", "-n", "5"};
      for (String address : new String[] {url, url + "/v1", url + "/"}) {
        CommandRun there = chat(settings, "--server", address, "--api-key", key);
        assertThat(there.err()).isEmpty();
        assertThat(there.out()).isNotBlank().isEqualTo(chat(settings, "-m", model).out());
      }
      CommandRun stranger = chat(settings, "--server", url);
      assertThat(stranger.code()).isNotZero();
      assertThat(stranger.err()).contains("an API key is needed").hasLineCount(1);
      CommandRun other = chat(settings, "--server", url, "--api-key", key, "-m", "other");
      assertThat(other.err()).contains("no model of this name");
    }
    CommandRun nobody = chat(new String[0], "--server", "http://127.0.0.1:1");
    assertThat(nobody.code()).isNotZero();
    assertThat(nobody.err()).contains("no answer").hasLineCount(1);
    assertThat(chat(new String[0], "--server", "nonsense").err()).contains("expected an address");
  }

  private static CommandRun chat(String[] settings, String... where) {
    List<String> all = new ArrayList<>(List.of("chat"));
    all.addAll(List.of(settings));
    all.addAll(List.of(where));
    return CommandRun.reading("in the end\nis it here\n", all.toArray(String[]::new));
  }
}
