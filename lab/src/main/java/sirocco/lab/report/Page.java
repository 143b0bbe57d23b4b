package sirocco.lab.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A page that stands alone: without scripts or other files, and dark or light as its reader has
/// it.
public final class Page {
  private static final String STYLE = "page.css";

  private Page() {}

  /// A page of HTML that is XML, too.
  ///
  /// @param title its title and first heading, any text
  /// @param body markup below the heading
  public static String html(String title, String body) {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>%1$s</title>
    <style>
    %2$s</style>
    </head>
    <body>
    <main>
    <h1>%1$s</h1>
    %3$s</main>
    </body>
    </html>
    """
        .formatted(Html.text(title), style(), body);
  }

  private static String style() {
    try (InputStream style = Page.class.getResourceAsStream(STYLE)) {
      if (style == null) {
        throw new IllegalStateException(STYLE + " is missing from the application");
      }
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(STYLE + " cannot be read from the application", e);
    }
  }
}
