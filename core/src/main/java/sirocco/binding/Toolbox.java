package sirocco.binding;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sirocco.text.Message;

/// Methods that a model may call.
///
/// ```java
/// import sirocco.binding.*;
/// import sirocco.text.Message.ToolCall;
///
/// final class Weather {
///   @Tool("The temperature in a city, in degrees Celsius.")
///   double temperature(@Description("the city's name") @Length(max = 40) String city) {
///     return city.equals("Oslo") ? 4 : 21;
///   }
/// }
///
/// void main() {
///   Toolbox tools = Toolbox.of(new Weather());
///   IO.println(tools.tools()); // for the prompt and the grammar
///   var call = new ToolCall("abcdefghi", "temperature", "{\"city\": \"Oslo\"}");
///   IO.println(tools.call(call)); // what the model gets back
/// }
/// ```
///
/// Parameters may be of any type that a component of a [RecordShape] can be, with the same
/// annotations; an `Optional` is an argument that the model may leave out. Their names come from
/// the class file, which must be compiled with `-parameters`, or from [Name].
///
/// Immutable. Calls from many threads are as safe as the methods themselves.
public final class Toolbox {
  private static final Toolbox NONE = new Toolbox(Map.of());

  private final Map<String, Callable> byName;

  private Toolbox(Map<String, Callable> byName) {
    this.byName = byName;
  }

  /// The methods with [Tool] of these objects, those they inherit included, be they public or not,
  /// but not private; of a class (`Toolbox.of(Conversions.class)`) its static ones. They come by
  /// owner, and by name within one.
  ///
  /// @throws BindingException if one has none, or a tool has a name that another has or that no
  ///   model can write, a parameter that is not supported or has no name, or is closed to us
  public static Toolbox of(Object... owners) {
    Map<String, Callable> byName = new LinkedHashMap<>();
    for (Object owner : owners) {
      Collection<Method> methods = methods(owner);
      if (methods.isEmpty()) {
        throw new BindingException(
            (owner instanceof Class<?> type ? type : owner.getClass()).getName()
                + ": expected methods with @Tool, found none");
      }
      for (Method method : methods) {
        Callable tool = Callable.of(owner, method);
        if (byName.put(tool.tool().name(), tool) != null) {
          throw new BindingException(
              "tool " + tool.tool().name() + ": expected one of this name, found two");
        }
      }
    }
    return new Toolbox(byName);
  }

  /// No tools.
  public static Toolbox none() {
    return NONE;
  }

  /// The methods of an owner; of those that override each other the lowest. One that overrides a
  /// tool is one itself only if it says so.
  private static Collection<Method> methods(Object owner) {
    List<Method> found = new ArrayList<>();
    Map<String, Method> seen = new LinkedHashMap<>();
    Class<?> start = owner instanceof Class<?> type ? type : owner.getClass();
    for (Class<?> type = start; type != null && type != Object.class; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        String signature = method.getName() + Arrays.toString(method.getParameterTypes());
        boolean hidden = method.isBridge() || seen.putIfAbsent(signature, method) != null;
        if (!hidden && method.isAnnotationPresent(Tool.class)) {
          found.add(method);
        }
      }
    }
    found.sort(Comparator.comparing(Method::getName).thenComparing(Method::toString));
    if (owner instanceof Class<?>) {
      found.stream()
          .filter(m -> !Modifier.isStatic(m.getModifiers()))
          .findFirst()
          .ifPresent(m -> {
            throw new BindingException(
                start.getName()
                    + "."
                    + m.getName()
                    + ": is not static; give an object, not its class");
          });
    }
    return found;
  }

  /// The tools, for prompts and for [sirocco.text.grammar.Grammar#toolCalls].
  public List<Message.Tool> tools() {
    return byName.values().stream().map(Callable::tool).toList();
  }

  /// Whether there is a tool of this name.
  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /// Calls a tool.
  ///
  /// @return what it gave back: a string as it is, `done` if the method is `void`, anything else as
  ///   JSON
  /// @throws BindingException if there is no such tool, or if the arguments do not fit: `tool f:
  ///   arguments.x: expected …, found …`; then nothing was called
  /// @throws ToolException if the tool threw something, or gave back what cannot be written
  public String call(Message.ToolCall call) {
    Callable tool = byName.get(call.name());
    if (tool == null) {
      throw Place.root("tool " + Place.shown(call.name()))
          .error(
              byName.isEmpty()
                  ? "there are no tools"
                  : "there is no such tool; there are " + String.join(", ", byName.keySet()));
    }
    return tool.call(call.arguments());
  }
}
