package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.Answers;
import sirocco.testkit.Draws;
import sirocco.text.Message.ToolCall;
import sirocco.text.grammar.Grammar;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Methods as tools: what the model is told, what it gets back, and what goes wrong.
final class ToolboxTest {
  private static final JsonMapper JSON = new JsonMapper();

  record Weather(double celsius, Optional<String> warning, OptionalInt wind, LocalDate day) {}

  static class Base {
    @Tool("Says hello.")
    public String hello(@Length(max = 10) String name) {
      return "hello \"" + name + "\"";
    }

    @Tool("Is hidden.")
    void overridden() {}
  }

  static final class Closed {
    @SuppressWarnings("UnusedMethod") // this is what is tested
    @Tool("Is private.")
    private int hidden() {
      return 0;
    }
  }

  static final class Some extends Base {
    final List<String> notes = new ArrayList<>();

    @Tool(value = "The weather.", name = "get-weather")
    Weather weather(
        @Description("the city") @Length(max = 20) String city,
        @Name("when") Optional<LocalDate> day) {
      return new Weather(
          1.5, Optional.empty(), OptionalInt.of(3), day.orElse(LocalDate.of(2026, 1, 2)));
    }

    @Tool("Keeps notes.")
    void note(@Length(max = 5) String... all) {
      notes.addAll(List.of(all));
    }

    @Tool("Counts.")
    int count(Answers.Shape shape, Answers.Directory in, @Bounds(min = 0, max = 9) int depth) {
      return in.directories().size() + depth;
    }

    @Override
    void overridden() {}
  }

  static final class Statics {
    private Statics() {}

    @Tool("Adds.")
    static long add(int a, int b) {
      return (long) a + b;
    }
  }

  @SuppressWarnings("DoNotCallSuggester")
  static final class Failing {
    @Tool("Fails.")
    String io() throws IOException {
      throw new IOException("the disk is full");
    }

    @Tool("Fails.")
    String bug() {
      throw new IllegalStateException();
    }

    @Tool("Is interrupted.")
    void wait(int a) throws InterruptedException {
      throw new InterruptedException("a " + a);
    }

    @Tool("Breaks.")
    void broken() {
      throw new AssertionError("broken");
    }

    @Tool("Contains itself.")
    List<Object> endless() {
      List<Object> list = new ArrayList<>();
      list.add(list);
      return list;
    }
  }

  /// What tools may give back.
  static final class Results {
    @Tool("Null.")
    @Nullable String nothing() {
      return null;
    }

    @Tool("Numbers.")
    Object numbers() {
      return new Object[] {1, 2L, 1.5f, Double.NaN, (byte) 3, 'c', true, new int[] {4}};
    }

    @Tool("Optionals.")
    Object optionals() {
      return List.of(
          Optional.of("a"),
          Optional.empty(),
          OptionalInt.of(1),
          OptionalLong.of(2),
          OptionalDouble.of(0.5),
          OptionalInt.empty());
    }

    @Tool("Others.")
    Map<String, Object> others() {
      return Map.of("x", List.of(Instant.EPOCH, Answers.Priority.HIGH, Set.of()));
    }
  }

  private static ToolCall call(String name, String arguments) {
    return new ToolCall("123456789", name, arguments);
  }

  @Test
  void tellsTheModel() {
    Toolbox tools = Toolbox.of(new Some(), Statics.class);
    assertThat(tools.tools())
        .extracting(tool -> tool.name() + ": " + tool.description())
        .containsExactly(
            "count: Counts.",
            "hello: Says hello.",
            "note: Keeps notes.",
            "get-weather: The weather.",
            "add: Adds.");
    assertThat(tools.tools().get(3).parameters())
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"maxLength\":20,"
                + "\"description\":\"the city\"},\"when\":{\"type\":\"string\",\"format\":\"date\"}},"
                + "\"required\":[\"city\"],\"additionalProperties\":false}");
    assertThat(tools.tools().get(0).parameters())
        .contains("\"shape\":{\"$ref\":\"#/$defs/Shape\"}", "\"items\":{\"$ref\":\"#/$defs/Dir");
    assertThat(tools.has("note")).isTrue();
    assertThat(tools.has("overridden")).isFalse();
    assertThat(Toolbox.none().tools()).isEmpty();
    assertThat(Toolbox.none().has("note")).isFalse();
  }

  @Test
  void callsMethods() {
    Some owner = new Some();
    Toolbox tools = Toolbox.of(owner, Statics.class);
    assertThat(tools.call(call("hello", "{\"name\": \"you\"}"))).isEqualTo("hello \"you\"");
    assertThat(tools.call(call("get-weather", "{\"city\": \"Oslo\"}")))
        .isEqualTo("{\"celsius\":1.5,\"wind\":3,\"day\":\"2026-01-02\"}");
    assertThat(tools.call(call("get-weather", "{\"city\": \"Oslo\", \"when\": \"2025-05-05\"}")))
        .endsWith("\"day\":\"2025-05-05\"}");
    assertThat(tools.call(call("note", "{\"all\": [\"a\", \"b\"]}"))).isEqualTo("done");
    assertThat(owner.notes).containsExactly("a", "b");
    assertThat(tools.call(call("add", "{\"a\": 2147483647, \"b\": 1}"))).isEqualTo("2147483648");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing   | null",
        "numbers   | [1,2,1.5,\"NaN\",3,\"c\",true,[4]]",
        "optionals | [\"a\",null,1,2,0.5,null]",
        "others    | {\"x\":[\"1970-01-01T00:00:00Z\",\"rather high\",[]]}",
      })
  void writesWhatTheyGiveBack(String name, String expected) {
    assertThat(Toolbox.of(new Results()).call(call(name, " "))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add  | {\"a\": 1}             | tool add: arguments.b: is missing",
        "add  | {\"a\": 1, \"b\": \"\"} | tool add: arguments.b: expected an integer from -2147483648 to 2147483647, found \"\"",
        "add  | {\"a\": 1, \"b\": 1, \"c\": 1} | tool add: arguments.c: expected one of a, b, found this member",
        "add  | []                     | tool add: arguments: expected an object, found a list of 0",
        "note | {\"all\": [\"abcdef\"]} | tool note: arguments.all[0]: expected a string of 0 to 5 characters, found one of 6",
        "sub  | {}                     | tool sub: there is no such tool; there are count, hello, note, get-weather, add",
      })
  void refusesArgumentsThatDoNotFit(String name, String arguments, String message) {
    Some owner = new Some();
    assertThatThrownBy(() -> Toolbox.of(owner, Statics.class).call(call(name, arguments)))
        .isInstanceOf(BindingException.class)
        .hasMessage(message);
    assertThat(owner.notes).isEmpty();
  }

  @Test
  void refusesArgumentsThatAreCutOff() {
    assertThatThrownBy(() -> Toolbox.of(Statics.class).call(call("add", "{\"a\": 1")))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith("tool add: arguments: not valid JSON: ");
    assertThatThrownBy(() -> Toolbox.none().call(call("add", "{}")))
        .isInstanceOf(BindingException.class)
        .hasMessage("tool add: there are no tools");
  }

  @Test
  void saysWhichToolFailed() {
    Toolbox tools = Toolbox.of(new Failing());
    assertThatThrownBy(() -> tools.call(call("io", "{}")))
        .isInstanceOf(ToolException.class)
        .hasMessage("tool io: java.io.IOException: the disk is full")
        .hasCauseInstanceOf(IOException.class)
        .extracting(e -> ((ToolException) e).tool())
        .isEqualTo("io");
    assertThatThrownBy(() -> tools.call(call("bug", "{}")))
        .isInstanceOf(ToolException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tools.call(call("wait", "{\"a\": 1}")))
        .isInstanceOf(ToolException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> tools.call(call("broken", "{}"))).isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> tools.call(call("endless", "{}")))
        .isInstanceOf(ToolException.class)
        .hasMessageContaining("the result nests deeper than 128");
  }

  /// What a model may write as a call is one that can be made.
  @Test
  void callsWhatTheGrammarLetsPass() {
    Toolbox tools = Toolbox.of(new Some(), Statics.class);
    Draws draws = new Draws(Grammar.toolCalls(tools.tools(), true));
    for (int seed = 0; seed < 100; seed++) {
      String text = draws.text(seed);
      for (JsonNode one : JSON.readTree(text)) {
        String arguments = one.get("arguments").toString();
        assertThat(tools.call(call(one.get("name").stringValue(), arguments))).as(text).isNotNull();
      }
    }
  }

  static final class Spaces {
    @Tool(value = "", name = "has space")
    void f() {}
  }

  static final class Unsupported {
    @Tool("")
    void f(Thread thread) {}
  }

  static final class GenericMethod {
    @Tool("")
    <T> void f(List<T> all) {}
  }

  static final class Instance {
    @Tool("")
    void f() {}
  }

  static final class TwoOfOneName {
    @Tool("")
    void f() {}

    @Tool("")
    void f(int a) {}
  }

  static final class Misplaced {
    @Tool("")
    void f(@Length(max = 3) int a) {}
  }

  static final class SameArguments {
    @Tool("")
    void f(@Name("a") int x, int a) {}
  }

  static List<org.junit.jupiter.params.provider.Arguments> wrong() {
    return List.of(
        wrong(new Object(), "java.lang.Object: expected methods with @Tool, found none"),
        wrong(new Closed(), "tool hidden: private int"),
        wrong(new Spaces(), "tool has space: expected a name of 1 to 64 letters, digits, '_' and"),
        wrong(new Unsupported(), "tool f: arguments.thread: java.lang.Thread is not supported"),
        wrong(new GenericMethod(), "tool f: arguments.all: nothing says what the type variable T"),
        wrong(new TwoOfOneName(), "tool f: expected one of this name, found two"),
        wrong(new Misplaced(), "tool f: arguments.a: @Length says nothing about integers"),
        wrong(new SameArguments(), "tool f: arguments: two members are called a"),
        wrong(
            Instance.class,
            "sirocco.binding.ToolboxTest$Instance.f: is not static; give an object, not its class"));
  }

  private static org.junit.jupiter.params.provider.Arguments wrong(Object owner, String message) {
    return org.junit.jupiter.params.provider.Arguments.of(owner, message);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void refusesWhatIsNoTool(Object owner, String message) {
    assertThatThrownBy(() -> Toolbox.of(owner))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesNamesThatComeTwice() {
    assertThatThrownBy(() -> Toolbox.of(Statics.class, Statics.class))
        .isInstanceOf(BindingException.class)
        .hasMessage("tool add: expected one of this name, found two");
  }
}
