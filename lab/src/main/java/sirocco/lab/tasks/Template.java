package sirocco.lab.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.json.JsonFields;

/// A text with places for the members of a row, `{name}`; braces of its own are doubled.
///
/// @param parts texts and places in their order
record Template(List<Part> parts) {
  private static final Pattern BRACES =
      Pattern.compile("\\{\\{|}}|\\{([A-Za-z_][A-Za-z0-9_]*)}|[{}]");

  /// A piece of the text, or a place.
  ///
  /// @param place whether the text is the name of a member
  record Part(String text, boolean place) {}

  Template {
    parts = List.copyOf(parts);
  }

  /// @param error makes the exception for a message
  static Template read(String text, Function<String, RuntimeException> error) {
    List<Part> parts = new ArrayList<>();
    Matcher braces = BRACES.matcher(text);
    int at = 0;
    while (braces.find()) {
      parts.add(new Part(text.substring(at, braces.start()), false));
      String found = braces.group();
      if (braces.group(1) != null) {
        parts.add(new Part(braces.group(1), true));
      } else if (found.length() == 2) {
        parts.add(new Part(found.substring(1), false));
      } else {
        throw error.apply(
            "expected {name} or a doubled brace, found " + found + " at " + (braces.start() + 1));
      }
      at = braces.end();
    }
    parts.add(new Part(text.substring(at), false));
    return new Template(parts);
  }

  /// The text with the members of a row.
  ///
  /// @param more further values by name, which come first
  String filled(JsonFields row, Map<String, String> more) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      out.append(part.place() ? value(part.text(), row, more) : part.text());
    }
    return out.toString();
  }

  private static String value(String name, JsonFields row, Map<String, String> more) {
    String given = more.get(name);
    if (given != null) {
      return given;
    }
    JsonFields value =
        row.get(name)
            .orElseThrow(() ->
                row.error(
                    "%s: the template asks for it, and the row has only %s"
                        .formatted(name, row.names())));
    if (value.node().isContainer()) {
      throw value.bad("a text, a number or a truth value, for the template");
    }
    return value.node().asString();
  }
}
