package sirocco.text;

import static java.util.Map.entry;

import java.util.LinkedHashMap;
import java.util.Map;
import sirocco.text.Message.Tool;
import sirocco.text.jinja.Json;
import sirocco.text.jinja.Str;
import sirocco.text.jinja.Value;

/// Tools and their calls as values.
final class ToolJson {
  private ToolJson() {}

  @SafeVarargs
  static Value object(Map.Entry<String, Value>... entries) {
    Map<String, Value> all = new LinkedHashMap<>();
    for (Map.Entry<String, Value> entry : entries) {
      all.put(entry.getKey(), entry.getValue());
    }
    return Value.Dict.named(all);
  }

  static Map.Entry<String, Value> text(String name, String text) {
    return entry(name, Str.data(text));
  }

  /// A tool in the form that OpenAI's API made common.
  static Value tool(Tool tool) {
    return object(
        text("type", "function"),
        entry(
            "function",
            object(
                text("name", tool.name()),
                text("description", tool.description()),
                entry("parameters", schema(tool)))));
  }

  private static Value schema(Tool tool) {
    try {
      return Json.read(tool.parameters());
    } catch (IllegalArgumentException e) {
      throw new TemplateException("tool " + tool.name() + ": parameters: " + e.getMessage());
    }
  }

  /// What a JSON text says, or the text itself if it is not JSON.
  static Value jsonOrText(String text) {
    try {
      return Json.read(text);
    } catch (IllegalArgumentException e) {
      return Str.data(text);
    }
  }
}
