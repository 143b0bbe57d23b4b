package sirocco.server.web;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The browser of this machine, driven by the Node of this machine; nothing is downloaded.
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
  /// Milliseconds that anything may take on a machine that is busy with other things.
  static final double PATIENCE = 60_000;

  /// Starts it. Where one of the two is not installed, the test that asks is skipped, and says so.
  static Chromium start() {
    Optional<Path> browser = program("chromium", "chromium-browser", "google-chrome");
    assumeTrue(browser.isPresent(), "no chromium on PATH: the web page is not tested");
    Path node = node();
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_NODEJS_PATH",
                        node.toString(),
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1")));
    var options = new BrowserType.LaunchOptions().setExecutablePath(browser.get());
    // Root has no sandbox for its browser, as in most containers.
    if (System.getProperty("user.name").equals("root")) {
      options.setArgs(List.of("--no-sandbox"));
    }
    return new Chromium(playwright, playwright.chromium().launch(options));
  }

  /// Node, or the test is skipped.
  static Path node() {
    Optional<Path> node = program("node");
    assumeTrue(node.isPresent(), "no node on PATH: the web page is not tested");
    return node.get();
  }

  private static Optional<Path> program(String... names) {
    return Stream.of(names)
        .flatMap(name ->
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
