package sirocco.text.jinja;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import sirocco.text.TemplateException;

/// A parsed template. Immutable; any number of threads may render it.
public final class Template {
  private final List<Block> body;

  private Template(List<Block> body) {
    this.body = body;
  }

  /// Reads a template.
  ///
  /// @throws TemplateException with the line and column of what cannot be read or is not known
  public static Template parse(String source) {
    return new Template(Parser.parse(source));
  }

  /// The text with these variables, and who wrote each character of it.
  ///
  /// @param clock for `strftime_now`
  /// @throws TemplateException with the line and column of what went wrong
  public Str render(Map<String, Value> variables, Clock clock) {
    Map<String, Value> names = new HashMap<>(variables);
    names.putIfAbsent("strftime_now", Globals.strftimeNow(clock));
    Sink out = new Sink();
    return guarded(() -> {
      new Interpreter().run(body, new Scope(names), out);
      return out.toStr();
    });
  }

  /// Work with values outside of a template; what is wrong with them becomes an error without
  /// place.
  ///
  /// @throws TemplateException if a value is too large, too deep or not what it must be
  public static <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (Fault fault) {
      throw new TemplateException("template: " + fault.getMessage());
    }
  }
}
