package sirocco.binding;

import java.util.regex.Pattern;

/// Where in a JSON text, or in a type, something is: `Answer: items[2].price`.
///
/// @param root what messages begin with: a type's name, or `tool f`
/// @param path members and items from there; empty at the root
record Place(String root, String path) {
  private static final int LONGEST = 60;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

  static Place root(String name) {
    return new Place(name, "");
  }

  Place member(String name) {
    return new Place(root, path.isEmpty() ? shown(name) : path + "." + shown(name));
  }

  Place item(int index) {
    return new Place(root, path + "[" + index + "]");
  }

  BindingException expected(String expected, String found) {
    return error("expected " + expected + ", found " + found);
  }

  BindingException expected(String expected, JsonValue found) {
    return expected(expected, found.shown());
  }

  BindingException error(String message) {
    return new BindingException(toString() + ": " + message);
  }

  BindingException error(String message, Throwable cause) {
    return new BindingException(toString() + ": " + message, cause);
  }

  /// A text that somebody else chose: short and on one line.
  static String shown(String text) {
    int end = Math.min(text.length(), LONGEST);
    String cut = end < text.length() ? text.substring(0, end) + "…" : text;
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }

  @Override
  public String toString() {
    return path.isEmpty() ? root : root + ": " + path;
  }
}
