package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sirocco.testkit.Configs;

/// `serve`, and `chat --server` with it.
final class ServeCommandTest {
  private static final Pattern URL = Pattern.compile("listens at +(http://\\S+)");

  @TempDir private Path folder = Path.of("");

  /// A `serve` that runs on a thread of its own until it is interrupted.
  private record Running(
      Thread thread, FutureTask<Integer> code, StringWriter out, StringWriter err)
      implements AutoCloseable {
    static Running start(String... args) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine line = Main.commandLine();
      line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
      FutureTask<Integer> code = new FutureTask<>(() -> line.execute(args));
      return new Running(Thread.ofPlatform().start(code), code, out, err);
    }

    URI uri() throws InterruptedException {
      for (int i = 0; i < 500 && !code.isDone(); i++) {
        Matcher url = URL.matcher(out.toString());
        if (url.find()) {
          return URI.create(url.group(1));
        }
        Thread.sleep(20);
      }
      throw new AssertionError("no address: " + out + err);
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        assertThat(code.get(30, TimeUnit.SECONDS)).isNotNull();
      } catch (InterruptedException | ExecutionException | TimeoutException e) {
        throw new AssertionError("serve does not end", e);
      }
    }
  }

  @Test
  void servesUntilItIsStopped() throws Exception {
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    try (Running serve =
        Running.start("serve", "-m", model, "--port", "0", "--name", "tiny", "-t", "1")) {
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
    try (Running serve =
        Running.start("serve", "-m", model, "--port", "0", "--name", "tiny", "--api-key", key)) {
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
