package sirocco.lab.report;

/// Pieces of markup.
public final class Html {
  private Html() {}

  /// Any text, so that no markup is seen in it.
  public static String text(String any) {
    return any.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replaceAll("\\p{Cc}", "?");
  }

  /// The start of a picture that says in words what it shows.
  public static String openSvg(int width, int height, String title, String description) {
    return """
    <svg viewBox="0 0 %d %d" role="img" aria-label="%s"><title>%s</title><desc>%s</desc>\
    """
        .formatted(width, height, text(title + ". " + description), text(title), text(description));
  }
}
