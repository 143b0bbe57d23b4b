package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Types that no schema can be made of are refused when the shape is made, with what to do.
final class UnsupportedTest {
  record Threads(List<Thread> all) {}

  record Anything(Object x) {}

  record Wild(List<?> x) {}

  @SuppressWarnings("rawtypes")
  record Raw(List x) {}

  @SuppressWarnings("rawtypes")
  record RawOptional(Optional x) {}

  record Keys(Map<Integer, String> x) {}

  record Within(List<Optional<String>> x) {}

  record Generic<T>(T x) {}

  @SuppressWarnings("rawtypes")
  record RawGeneric(Generic x) {}

  record Endless(int value, Endless next) {}

  record EndlessList(@Size(min = 1) List<EndlessList> x) {}

  record Growing<T>(Optional<Growing<List<T>>> x) {}

  record Grows(Growing<String> x) {}

  record WrongBounds(@Bounds(min = 1) String x) {}

  record WrongLength(@Length(max = 3) List<String> x) {}

  record WrongSize(@Size(max = 3) Map<String, String> x) {}

  record Unit(@Pattern("^.$") char x) {}

  record Crossed(@Length(min = 3, max = 2) String x) {}

  record CrossedBounds(@Bounds(min = 0.2, max = 0.8) int x) {}

  record Huge(@Bounds(max = 1e40) double x) {}

  record Lookahead(@Pattern("(?=a)b") String x) {}

  record Impossible(@Pattern("^abc$") @Length(max = 2) String x) {}

  record Twice(@Name("y") int x, int y) {}

  enum Nothing {}

  record Nothings(Nothing x) {}

  enum Same {
    A,
    @Name("A")
    B
  }

  record Sames(Same x) {}

  sealed interface Tagged {}

  record Tag(String type) implements Tagged {}

  sealed interface Alike {}

  @Name("same")
  record First() implements Alike {}

  @Name("same")
  record Second() implements Alike {}

  sealed interface Open {}

  non-sealed interface Anyone extends Open {}

  sealed interface Either<T> {}

  record Left<T, U>(T t, U u) implements Either<T> {}

  record Eithers(Either<String> x) {}

  static List<Arguments> unsupported() {
    return List.of(
        Arguments.of(String.class, "String: expected a record or a sealed interface of records"),
        Arguments.of(Nothing.class, "Nothing: expected a record or a sealed interface of records"),
        Arguments.of(Threads.class, "Threads: all[]: java.lang.Thread is not supported here; supp"),
        Arguments.of(Anything.class, "Anything: x: java.lang.Object is not supported here; supp"),
        Arguments.of(Wild.class, "Wild: x[]: java.lang.Object is not supported here; supported"),
        Arguments.of(Raw.class, "Raw: x: List needs its type arguments"),
        Arguments.of(RawOptional.class, "RawOptional: x: Optional needs its type argument"),
        Arguments.of(Keys.class, "Keys: x: the keys of a map must be String"),
        Arguments.of(Within.class, "Within: x[]: java.util.Optional is not supported here; supp"),
        Arguments.of(Generic.class, "Generic: Generic has type parameters, and nothing says"),
        Arguments.of(RawGeneric.class, "RawGeneric: x: Generic has type parameters"),
        Arguments.of(Endless.class, "Endless: Endless contains itself without an Optional"),
        Arguments.of(EndlessList.class, "EndlessList: EndlessList contains itself without"),
        Arguments.of(Grows.class, "Grows: x.x.x"),
        Arguments.of(WrongBounds.class, "WrongBounds: x: @Bounds says nothing about strings"),
        Arguments.of(WrongLength.class, "WrongLength: x: @Length says nothing about List; for"),
        Arguments.of(WrongSize.class, "WrongSize: x: @Size says nothing about Map"),
        Arguments.of(Unit.class, "Unit: x: @Pattern says nothing about single characters"),
        Arguments.of(Crossed.class, "Crossed: x: @Length: expected 0 <= min <= max, found min 3"),
        Arguments.of(CrossedBounds.class, "CrossedBounds: x: @Bounds: no integer of this type"),
        Arguments.of(Huge.class, "Huge: x: @Bounds(max): expected at most 30 digits"),
        Arguments.of(Lookahead.class, "Lookahead: x: @Pattern: "),
        Arguments.of(Impossible.class, "Impossible: no grammar can be made of it: schema.prop"),
        Arguments.of(Twice.class, "Twice: two members are called y"),
        Arguments.of(Nothings.class, "Nothings: x: the enum Nothing has no constants"),
        Arguments.of(Sames.class, "Sames: x: two constants of Same are called A"),
        Arguments.of(Tagged.class, "Tagged: Tag has a component type, which is the name of"),
        Arguments.of(Alike.class, "Alike: two records of Alike are called same"),
        Arguments.of(Open.class, "Open: Open permits Anyone, which is no record"),
        Arguments.of(Eithers.class, "Eithers: x: nothing says what U of Left stands for"));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void isRefused(Class<?> type, String message) {
    assertThatThrownBy(() -> RecordShape.of(type))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void namesAComponentOfAComponent() {
    record Outer(Optional<Threads> threads) {}
    assertThatThrownBy(() -> RecordShape.of(Outer.class))
        .hasMessageStartingWith("Outer: threads.all[]: java.lang.Thread is not supported");
  }
}
