package sirocco.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// One look at the page, in a window of its own. At its end nothing may have been asked of another
/// origin, and nothing complained about in the console.
final class Visit implements AutoCloseable {
  private final URI server;
  private final BrowserContext context;
  private final List<String> complaints = new ArrayList<>();
  private final List<String> strangers = new ArrayList<>();
  final Page page;

  private Visit(URI server, BrowserContext context) {
    this.server = server;
    this.context = context;
    context.setDefaultTimeout(Chromium.PATIENCE);
    this.page = context.newPage();
    page.onConsoleMessage(message -> {
      if (!message.type().equals("log")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    page.onRequest(request -> {
      if (!request.url().startsWith(server.toString())) {
        strangers.add(request.url());
      }
    });
    page.navigate(server.toString());
  }

  static Visit wide(Chromium chromium, PageServer server) {
    return new Visit(server.uri(), chromium.browser().newContext(window(1280, ColorScheme.LIGHT)));
  }

  static Visit of(Chromium chromium, PageServer server, int width, ColorScheme scheme) {
    return new Visit(server.uri(), chromium.browser().newContext(window(width, scheme)));
  }

  private static Browser.NewContextOptions window(int width, ColorScheme scheme) {
    return new Browser.NewContextOptions()
        .setViewportSize(width, 800)
        .setColorScheme(scheme)
        .setPermissions(List.of("clipboard-read", "clipboard-write"));
  }

  /// Lets everything come over a slow line, so that an answer takes a while to arrive.
  Visit slowLine() {
    JsonObject line = new JsonObject();
    line.addProperty("offline", false);
    line.addProperty("latency", 0);
    line.addProperty("downloadThroughput", 30_000);
    line.addProperty("uploadThroughput", 30_000);
    CDPSession session = context.newCDPSession(page);
    session.send("Network.enable");
    session.send("Network.emulateNetworkConditions", line);
    return this;
  }

  Locator find(String selector) {
    return page.locator(selector);
  }

  /// Answers that are always the same, and end.
  Visit greedy(int tokens) {
    set("temperature", "0");
    return set("max_tokens", String.valueOf(tokens));
  }

  /// Fills in a field of the settings.
  Visit set(String field, String value) {
    find("[data-show=settings]").click();
    find("#" + field).fill(value);
    find("[data-show=experts]").click();
    return this;
  }

  /// Sends a message and waits until it is answered.
  Visit ask(String message) {
    find("#message").fill(message);
    find("#message").press("Enter");
    return awaitAnswer();
  }

  Visit awaitAnswer() {
    PlaywrightAssertions.assertThat(find("#send")).isVisible();
    PlaywrightAssertions.assertThat(find("#transcript > li:last-child .figures")).isVisible();
    return this;
  }

  /// The text of the last answer.
  String answer() {
    return find("#transcript > .assistant:last-child .said").textContent();
  }

  /// What a check of the folder `page-checks` complains about.
  List<?> check(String name) {
    try (InputStream in =
        Objects.requireNonNull(Visit.class.getResourceAsStream("/page-checks/" + name))) {
      String function = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return (List<?>) page.evaluate(function.substring(function.indexOf("() =>")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Takes note of a failure that the test brought about.
  void expectComplaint(String part) {
    assertThat(complaints).anyMatch(complaint -> complaint.contains(part));
    complaints.removeIf(complaint -> complaint.contains(part));
  }

  @Override
  public void close() {
    context.close();
    assertThat(complaints).as("the browser's console").isEmpty();
    assertThat(strangers).as("requests beyond " + server).isEmpty();
  }
}
