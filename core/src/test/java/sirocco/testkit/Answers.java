package sirocco.testkit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import sirocco.binding.Bounds;
import sirocco.binding.Description;
import sirocco.binding.Discriminator;
import sirocco.binding.Length;
import sirocco.binding.Name;
import sirocco.binding.Pattern;
import sirocco.binding.Size;

/// Twenty types that a model may be asked to answer with, of every kind that can be bound. Each has
/// bounds on what could run on, so that a real model can be asked for them, too.
public final class Answers {
  private Answers() {}

  /// All of them.
  public static List<Class<?>> all() {
    return List.of(
        Capital.class,
        Measurement.class,
        Integers.class,
        Reals.class,
        Exact.class,
        Flags.class,
        Ticket.class,
        Person.class,
        Order.class,
        Calendar.class,
        Reference.class,
        Settings.class,
        Directory.class,
        Chain.class,
        Library.class,
        Shape.class,
        Drawing.class,
        Expression.class,
        Matrix.class,
        Report.class);
  }

  /// Plain members with a description.
  @Description("A country's capital.")
  public record Capital(
      @Description("its name") @Length(min = 1, max = 30) String city,
      @Length(max = 30) String country,
      @Bounds(min = 0, max = 1) double confidence) {}

  /// Numbers with bounds of every kind.
  public record Measurement(
      @Bounds(min = -273.15, max = 5000.5) double celsius,
      @Bounds(min = 0) double metres,
      @Bounds(max = -0.25) float depth,
      @Bounds(min = 1, max = 12) int month,
      @Bounds(min = 1.5, max = 3.5) byte narrow,
      @Bounds(min = 10) BigInteger large,
      @Bounds(min = 0.001, max = 0.01) BigDecimal share) {}

  /// Every type of integers.
  public record Integers(
      byte b, short s, int i, long l, Byte bb, Short ss, Integer ii, Long ll, BigInteger big) {}

  /// Every type of numbers.
  public record Reals(float f, double d, Float ff, Double dd, BigDecimal big) {}

  /// Strings that must match.
  public record Exact(
      @Pattern("^[A-Z]{3}-\\d{2,4}$") String code,
      @Pattern("^\\w+\\s\\S.?$") @Length(min = 3, max = 12) String loose,
      char letter,
      Character choice) {}

  /// Truth values.
  public record Flags(boolean yes, Boolean no, Optional<Boolean> unsure) {}

  /// How urgent something is.
  public enum Priority {
    LOW,
    @Name("rather high")
    HIGH,
    URGENT {}
  }

  /// Enums, in lists, too.
  public record Ticket(
      @Length(max = 40) String title,
      Priority priority,
      @Size(min = 1, max = 3) List<Priority> history,
      @Size(max = 4) Set<Priority> seen,
      @Name("assigned-to \"x\"") Optional<@Length(max = 20) String> assignee) {}

  /// A place to live.
  public record Address(@Length(max = 30) String street, @Pattern("^[0-9]{5}$") String code) {}

  /// Members that may be absent.
  public record Person(
      @Length(max = 20) String name,
      Optional<Address> address,
      OptionalInt age,
      OptionalLong income,
      @Bounds(min = 0.5, max = 2.5) OptionalDouble height,
      @Length(min = 2, max = 8) Optional<String> nickname) {}

  /// One line of an order.
  public record Item(@Length(max = 20) String name, @Bounds(min = 1, max = 99) int count) {}

  /// Records in lists.
  public record Order(
      UUID id, @Size(min = 1, max = 4) List<Item> items, Address from, Address to) {}

  /// Dates and times.
  public record Calendar(
      LocalDate day, LocalTime time, OffsetDateTime moment, Instant instant, Duration lasting) {}

  /// Forms of strings.
  public record Reference(UUID id, URI link, @Size(max = 2) List<URI> others) {}

  /// Maps.
  public record Settings(Map<String, Integer> numbers, Map<String, Item> items) {}

  /// A tree.
  public record Directory(
      @Length(max = 12) String name, @Size(max = 2) List<Directory> directories) {}

  /// A chain, and a map of chains.
  public record Chain(int value, Optional<Chain> next, Map<String, Chain> others) {}

  /// A page of anything.
  ///
  /// @param <T> what is on it
  public record Page<T>(@Size(max = 2) List<T> items, OptionalInt next) {}

  /// Two of anything.
  ///
  /// @param <A> the first
  /// @param <B> the second
  public record Pair<A, B>(A first, B second) {}

  /// Generic records, each with several arguments.
  public record Library(
      Page<@Length(max = 5) String> words,
      Page<Item> stock,
      Pair<Priority, Page<Boolean>> both,
      Pair<@Bounds(min = 0, max = 9) Integer, @Length(max = 3) String> small) {}

  /// One of several records.
  @Description("A figure of plane geometry.")
  public sealed interface Shape {}

  /// A circle.
  public record Circle(@Bounds(min = 0, max = 100) double radius) implements Shape {}

  /// A rectangle.
  public record Rectangle(
      @Bounds(min = 0, max = 100) double width, @Bounds(min = 0, max = 100) double height)
      implements Shape {}

  /// Nothing to say of it.
  @Name("a point")
  public record Point() implements Shape {}

  /// Lists of one of several.
  public record Drawing(@Size(max = 3) List<Shape> shapes, Optional<Shape> background) {}

  /// A sealed interface that contains itself, with another below it.
  @Discriminator("op")
  public sealed interface Expression {}

  /// A number.
  public record Literal(@Bounds(min = -99, max = 99) int value) implements Expression {}

  /// An expression of two others.
  public sealed interface Binary extends Expression {}

  /// A sum.
  @Name("+")
  public record Sum(Expression left, Expression right) implements Binary {}

  /// A product of many.
  @Name("*")
  public record Product(@Size(max = 2) List<Expression> factors) implements Binary {}

  /// Arrays, and lists in lists.
  @SuppressWarnings("ArrayRecordComponent") // they can be bound, too
  public record Matrix(
      @Size(min = 2, max = 2) int[] size,
      @Size(max = 2) List<@Size(max = 2) List<@Bounds(min = -1, max = 1) Double>> rows,
      @Length(max = 3) String @Size(max = 3) [] labels,
      @Size(max = 2) Item[] items) {}

  /// Either a value or what went wrong.
  ///
  /// @param <T> the value
  public sealed interface Outcome<T> {}

  /// It went well.
  ///
  /// @param <V> the value
  public record Success<V>(V value) implements Outcome<V> {}

  /// It did not.
  ///
  /// @param <V> what it would have been
  public record Failure<V>(@Length(max = 20) String reason) implements Outcome<V> {}

  /// Everything at once.
  public record Report(
      @Length(max = 30) String title,
      LocalDate day,
      @Size(max = 2) List<Outcome<Measurement>> outcomes,
      Outcome<@Length(max = 4) String> word,
      Map<String, Page<Shape>> pages,
      Optional<Ticket> ticket) {}
}
