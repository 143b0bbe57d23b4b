package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/// A `serve` that runs on a thread of its own until it is interrupted.
record RunningCommand(Thread thread, FutureTask<Integer> code, StringWriter out, StringWriter err)
    implements AutoCloseable {
  private static final Pattern URL = Pattern.compile("listens at +(http://\\S+)");

  static RunningCommand start(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    FutureTask<Integer> code = new FutureTask<>(() -> line.execute(args));
    return new RunningCommand(Thread.ofPlatform().start(code), code, out, err);
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
