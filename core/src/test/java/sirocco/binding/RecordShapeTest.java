package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.testkit.Answers;

/// Each kind of component: its schema, what it becomes, and what is said when it cannot.
final class RecordShapeTest {
  record One<T>(T x) {}

  @Test
  void readsMembersInAnyOrder() {
    assertThat(
            RecordShape.of(Answers.Capital.class)
                .read(" {\"confidence\": 1e-1,\n \"country\": \"France\", \"city\": \"Paris\"} "))
        .isEqualTo(new Answers.Capital("Paris", "France", 0.1));
  }

  @Test
  void describesWhatItReads() {
    RecordShape<Answers.Capital> shape = RecordShape.of(Answers.Capital.class);
    assertThat(shape.type()).isEqualTo(Answers.Capital.class);
    assertThat(shape.schema())
        .isEqualTo(
            "{\"type\":\"object\",\"description\":\"A country's capital.\",\"properties\":{"
                + "\"city\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":30,"
                + "\"description\":\"its name\"},"
                + "\"country\":{\"type\":\"string\",\"maxLength\":30},"
                + "\"confidence\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}},"
                + "\"required\":[\"city\",\"country\",\"confidence\"],"
                + "\"additionalProperties\":false}");
  }

  @Test
  void describesTypesWithinOnce() {
    assertThat(RecordShape.of(Answers.Order.class).schema())
        .contains("\"from\":{\"$ref\":\"#/$defs/Address\"},\"to\":{\"$ref\":\"#/$defs/Address\"}")
        .containsOnlyOnce("\"Address\":{\"type\":\"object\"");
    assertThat(RecordShape.of(Answers.Directory.class).schema())
        .contains("\"items\":{\"$ref\":\"#\"}")
        .doesNotContain("$defs");
    assertThat(RecordShape.of(Answers.Library.class).schema())
        .contains("\"PageOfString\":", "\"PageOfItem\":", "\"PairOfPriorityAndPageOfBoolean\":");
    assertThat(RecordShape.of(Answers.Drawing.class).schema())
        .contains(
            "\"oneOf\":[{\"type\":\"object\",\"properties\":{\"type\":{\"const\":\"Circle\"}");
  }

  @Test
  void readsEveryNumber() {
    assertThat(
            RecordShape.of(Answers.Integers.class)
                .read(
                    """
                    {"b": -128, "s": 32767, "i": -2147483648, "l": 9223372036854775807, "bb": 1,
                     "ss": 2, "ii": 3.0, "ll": 4e2, "big": 123456789012345678901234567890}
                    """))
        .isEqualTo(
            new Answers.Integers(
                (byte) -128,
                Short.MAX_VALUE,
                Integer.MIN_VALUE,
                Long.MAX_VALUE,
                (byte) 1,
                (short) 2,
                3,
                400L,
                new BigInteger("123456789012345678901234567890")));
    assertThat(
            RecordShape.of(Answers.Reals.class)
                .read(
                    """
                    {"f": 0.1, "d": -0.0, "ff": 1E15, "dd": 1e308, "big": 1.50}
                    """))
        .isEqualTo(new Answers.Reals(0.1f, -0.0, 1e15f, 1e308, new BigDecimal("1.50")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "b  | 128         | an integer from -128 to 127, found 128",
        "b  | 1.5         | an integer from -128 to 127, found 1.5",
        "s  | -32769      | an integer from -32768 to 32767, found -32769",
        "i  | 2147483648  | an integer from -2147483648 to 2147483647, found 2147483648",
        "l  | 1e19        | an integer from -9223372036854775808 to 9223372036854775807, found 1e19",
        "l  | 1e999999999 | an integer from -9223372036854775808 to 9223372036854775807, found 1e999999999",
        "big | 1e401      | an integer, found 1e401",
        "bb | null        | an integer from -128 to 127, found null",
        "ii | \"3\"       | an integer from -2147483648 to 2147483647, found \"3\"",
        "ll | [1, 2]      | an integer from -9223372036854775808 to 9223372036854775807, found a list of 2",
        "big | {}         | an integer, found an object",
      })
  void refusesWhatIsNoSuchInteger(String member, String json, String message) {
    String all = "{\"b\":0,\"s\":0,\"i\":0,\"l\":0,\"bb\":0,\"ss\":0,\"ii\":0,\"ll\":0,\"big\":0}";
    String text = all.replace("\"" + member + "\":0", "\"" + member + "\":" + json);
    assertRefused(Answers.Integers.class, text, "Integers: " + member + ": expected " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f   | 1e16         | a number from -1000000000000000 to 1000000000000000, found 1e16",
        "d   | 1e309        | a number, found 1e309",
        "d   | -1e999999999 | a number, found -1e999999999",
        "d   | \"NaN\"      | a number, found \"NaN\"",
        "dd  | true         | a number, found true",
        "big | 1e-999999999 | a number, found 1e-999999999",
      })
  void refusesWhatIsNoSuchNumber(String member, String json, String message) {
    String all = "{\"f\":0,\"d\":0,\"ff\":0,\"dd\":0,\"big\":0}";
    String text = all.replace("\"" + member + "\":0", "\"" + member + "\":" + json);
    assertRefused(Answers.Reals.class, text, "Reals: " + member + ": expected " + message);
  }

  @Test
  void holdsBounds() {
    RecordShape<Answers.Measurement> shape = RecordShape.of(Answers.Measurement.class);
    String text =
        """
        {"celsius": 5000.5, "metres": 0, "depth": -0.25, "month": 12, "narrow": 3, "large": 10,
         "share": 0.010}
        """;
    assertThat(shape.read(text).narrow()).isEqualTo((byte) 3);
    assertThat(shape.schema())
        .contains("\"narrow\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":3}")
        .contains("\"celsius\":{\"type\":\"number\",\"minimum\":-273.15,\"maximum\":5000.5}");
    assertRefused(
        Answers.Measurement.class,
        text.replace("5000.5", "5000.5001"),
        "Measurement: celsius: expected a number from -273.15 to 5000.5, found 5000.5001");
    assertRefused(
        Answers.Measurement.class,
        text.replace("\"metres\": 0", "\"metres\": -1e-9"),
        "Measurement: metres: expected a number of at least 0, found -1e-9");
    assertRefused(
        Answers.Measurement.class,
        text.replace("10,", "9,"),
        "Measurement: large: expected an integer of at least 10, found 9");
  }

  @Test
  void readsStrings() {
    assertThat(
            RecordShape.of(Answers.Exact.class)
                .read(
                    """
                    {"code": "ABC-123", "loose": "ab 漢😀", "letter": "é", "choice": "b"}
                    """))
        .isEqualTo(new Answers.Exact("ABC-123", "ab 漢😀", 'é', 'b'));
    String wrong = "{\"code\":\"C\",\"loose\":\"L\",\"letter\":\"é\",\"choice\":\"b\"}";
    assertRefused(
        Answers.Exact.class,
        wrong,
        "Exact: code: expected a string that matches ^[A-Z]{3}-\\d{2,4}$, found \"C\"");
    String loose = wrong.replace("C\"", "ABC-12\"");
    assertRefused(
        Answers.Exact.class,
        loose,
        "Exact: loose: expected a string of 3 to 12 characters, found one of 1");
    assertRefused(
        Answers.Exact.class,
        loose.replace("\"L\"", "\"L L\"").replace("é", "😀"),
        "Exact: letter: expected a string that matches ^[\\u0000-\\uFFFF]$, found \"😀\"");
    assertRefused(
        Answers.Capital.class, "{\"city\": 3}", "Capital: city: expected a string, found 3");
  }

  @Test
  void readsFormats() {
    var calendar =
        RecordShape.of(Answers.Calendar.class)
            .read(
                """
                {"day": "2024-02-29", "time": "23:59:00", "moment": "2024-02-29T01:02:03.5-17:59",
                 "instant": "0000-01-01T00:00:00-00:00", "lasting": "P1DT2H30M"}
                """);
    assertThat(calendar)
        .isEqualTo(
            new Answers.Calendar(
                LocalDate.of(2024, 2, 29),
                LocalTime.of(23, 59),
                OffsetDateTime.parse("2024-02-29T01:02:03.5-17:59"),
                Instant.parse("0000-01-01T00:00:00Z"),
                Duration.ofHours(26).plusMinutes(30)));
    String id = "123e4567-e89b-12d3-a456-426614174000";
    assertThat(
            RecordShape.of(Answers.Reference.class)
                .read(
                    "{\"id\":\"ID\",\"link\":\"https://a.b/c?d#e\",\"others\":[]}"
                        .replace("ID", id)))
        .isEqualTo(
            new Answers.Reference(UUID.fromString(id), URI.create("https://a.b/c?d#e"), List.of()));
    assertRefused(
        Answers.Calendar.class,
        "{\"day\": \"2023-02-29\"}",
        "Calendar: day: expected a date such as 2026-01-31, found \"2023-02-29\"");
    assertRefused(
        Answers.Reference.class,
        "{\"id\": \"1-1-1-1-1\"}",
        "Reference: id: expected a UUID, found \"1-1-1-1-1\"");
    assertRefused(
        Answers.Reference.class,
        "{\"id\": \"" + id + "\", \"link\": \"a/b\"}",
        "Reference: link: expected a URI, found \"a/b\"");
  }

  @Test
  void readsEnumsListsAndSets() {
    var ticket =
        RecordShape.of(Answers.Ticket.class)
            .read(
                """
                {"title": "t", "priority": "rather high", "history": ["LOW", "LOW"],
                 "seen": ["URGENT", "LOW", "URGENT"], "assigned-to \\"x\\"": "me"}
                """);
    assertThat(ticket)
        .isEqualTo(
            new Answers.Ticket(
                "t",
                Answers.Priority.HIGH,
                List.of(Answers.Priority.LOW, Answers.Priority.LOW),
                Set.of(Answers.Priority.URGENT, Answers.Priority.LOW),
                Optional.of("me")));
    assertThat(ticket.seen()).containsExactly(Answers.Priority.URGENT, Answers.Priority.LOW);
    assertRefused(
        Answers.Ticket.class,
        "{\"title\": \"t\", \"priority\": \"HIGH\"}",
        "Ticket: priority: expected one of LOW, rather high, URGENT, found \"HIGH\"");
    assertRefused(
        Answers.Ticket.class,
        "{\"title\": \"t\", \"priority\": \"LOW\", \"history\": []}",
        "Ticket: history: expected a list of 1 to 3 items, found one of 0");
    assertRefused(
        Answers.Ticket.class,
        "{\"title\": \"t\", \"priority\": \"LOW\", \"history\": [\"LOW\", null]}",
        "Ticket: history[1]: expected one of LOW, rather high, URGENT, found null");
  }

  @Test
  void readsArraysAndNestedLists() {
    Answers.Matrix matrix =
        RecordShape.of(Answers.Matrix.class)
            .read(
                """
                {"size": [1, 2], "rows": [[0.5], []], "labels": ["a"],
                 "items": [{"name": "n", "count": 3}]}
                """);
    assertThat(matrix.size()).containsExactly(1, 2);
    assertThat(matrix.rows()).isEqualTo(List.of(List.of(0.5), List.of()));
    assertThat(matrix.labels()).containsExactly("a");
    assertThat(matrix.items()).containsExactly(new Answers.Item("n", 3));
    assertRefused(
        Answers.Matrix.class,
        "{\"size\": [1, 2], \"rows\": [[], [0, 2]]}",
        "Matrix: rows[1][1]: expected a number from -1 to 1, found 2");
  }

  @Test
  void leavesOutWhatMayBeAbsent() {
    RecordShape<Answers.Person> shape = RecordShape.of(Answers.Person.class);
    Answers.Person nobody =
        new Answers.Person(
            "a",
            Optional.empty(),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(shape.read("{\"name\": \"a\"}")).isEqualTo(nobody);
    assertThat(shape.read("{\"name\": \"a\", \"age\": null, \"address\": null}")).isEqualTo(nobody);
    assertThat(
            shape.read(
                """
                {"name": "a", "address": {"street": "s", "code": "01234"}, "age": 1, "income": 2,
                 "height": 2.5, "nickname": "bc"}
                """))
        .isEqualTo(
            new Answers.Person(
                "a",
                Optional.of(new Answers.Address("s", "01234")),
                OptionalInt.of(1),
                OptionalLong.of(2),
                OptionalDouble.of(2.5),
                Optional.of("bc")));
    assertThat(shape.schema())
        .contains("\"required\":[\"name\"]", "\"height\":{\"type\":\"number\",\"minimum\":0.5");
    assertRefused(
        Answers.Person.class,
        "{\"name\": \"a\", \"address\": {\"street\": \"s\"}}",
        "Person: address.code: is missing");
  }

  @Test
  void readsMapsWithTheLastOfEachName() {
    assertThat(
            RecordShape.of(Answers.Settings.class)
                .read(
                    """
                    {"numbers": {"b": 1, "a": 2, "": 3, "b": 4}, "items": {}}
                    """)
                .numbers())
        .containsExactly(Map.entry("b", 4), Map.entry("a", 2), Map.entry("", 3));
    assertRefused(
        Answers.Settings.class,
        "{\"numbers\": {\"x\\ny\": \"1\"}}",
        "Settings: numbers.x?y: expected an integer from -2147483648 to 2147483647, found \"1\"");
  }

  @Test
  void readsSealedInterfaces() {
    RecordShape<Answers.Expression> shape = RecordShape.of(Answers.Expression.class);
    assertThat(
            shape.read(
                """
                {"op": "+", "left": {"op": "Literal", "value": 1},
                 "right": {"factors": [{"value": 2, "op": "Literal"}], "op": "*"}}
                """))
        .isEqualTo(
            new Answers.Sum(
                new Answers.Literal(1), new Answers.Product(List.of(new Answers.Literal(2)))));
    assertRefused(
        Answers.Expression.class,
        "{\"op\": \"-\"}",
        "Expression: op: expected one of Literal, +, *, found \"-\"");
    assertRefused(
        Answers.Expression.class,
        "{}",
        "Expression: op: expected one of Literal, +, *, found nothing");
    assertRefused(
        Answers.Expression.class,
        "{\"op\": \"+\", \"left\": [], \"right\": []}",
        "Expression: left: expected an object, found a list of 0");
    assertThat(
            RecordShape.of(Answers.Drawing.class)
                .read("{\"shapes\": [{\"type\": \"a point\"}]}")
                .shapes())
        .containsExactly(new Answers.Point());
  }

  record Span(int from, int to) {
    Span {
      if (from > to) {
        throw new IllegalArgumentException("from " + from + " lies behind to " + to);
      }
    }
  }

  record Spans(List<Span> all) {}

  @Test
  void saysWhyARecordRefuses() {
    assertThatThrownBy(() ->
            RecordShape.of(Spans.class)
                .read("{\"all\": [{\"from\": 1, \"to\": 2}, {\"from\": 2, \"to\": 1}]}"))
        .isInstanceOf(BindingException.class)
        .hasMessage("Spans: all[1]: Span refuses it: from 2 lies behind to 1")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsLocalRecords() {
    record Local(One<Integer> one, List<Integer> rest) {}
    assertThat(RecordShape.of(Local.class).read("{\"one\": {\"x\": 1}, \"rest\": [2]}").one())
        .isEqualTo(new One<>(1));
  }

  static <T> void assertRefused(Class<T> type, String json, String message) {
    assertThatThrownBy(() -> RecordShape.of(type).read(json))
        .isInstanceOf(BindingException.class)
        .hasMessage(message);
  }
}
