package sirocco.binding;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import sirocco.text.Message;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.GrammarException;

/// A method that a model may call.
///
/// @param tool what the model knows of it
/// @param owner the object, or the class of a static method
record Callable(Message.Tool tool, Object owner, Method method, ObjectShape arguments) {
  /// What every chat format takes.
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  static Callable of(Object owner, Method method) {
    Tool says = method.getAnnotation(Tool.class);
    String name = says.name().isEmpty() ? method.getName() : says.name();
    Place place = Place.root("tool " + Place.shown(name));
    if (!NAME.matcher(name).matches()) {
      throw place.error(
          "expected a name of 1 to 64 letters, digits, '_' and '-', found '"
              + Place.shown(name)
              + "'");
    }
    if (Modifier.isPrivate(method.getModifiers())) {
      throw place.error(method + " is private; a tool is called from outside");
    }
    Access.open(method, place);
    Shapes shapes = new Shapes(Access.OPEN);
    ObjectShape arguments =
        shapes.arguments(List.of(method.getParameters()), place.member("arguments"));
    String parameters = shapes.definitions().schema(arguments);
    Message.Tool tool = new Message.Tool(name, says.value(), parameters);
    try {
      var _ = Grammar.toolCalls(List.of(tool), false);
    } catch (GrammarException e) {
      throw place.error("no grammar can be made of it: " + e.getMessage(), e);
    }
    return new Callable(tool, owner, method, arguments);
  }

  private Place place() {
    return Place.root("tool " + tool.name());
  }

  /// @param json the arguments; blank stands for none
  String call(String json) {
    Place at = place().member("arguments");
    JsonValue value = JsonValue.read(json.isBlank() ? "{}" : json, at);
    List<?> values = (List<?>) arguments.read(value, at);
    try {
      Object result = method.invoke(owner, values.toArray());
      return method.getReturnType() == void.class ? "done" : ResultText.of(result, place());
    } catch (InvocationTargetException e) {
      throw failed(Objects.requireNonNull(e.getCause()));
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new ToolException(tool.name(), e);
    }
  }

  /// An error such as a full memory is none of ours to catch.
  private ToolException failed(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new ToolException(tool.name(), cause);
  }
}
