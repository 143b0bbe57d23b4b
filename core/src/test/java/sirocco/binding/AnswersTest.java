package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.Answers;
import sirocco.testkit.Draws;
import sirocco.text.grammar.Grammar;

/// Whatever a grammar lets pass becomes a record, and what is no such text becomes a clear error.
final class AnswersTest {
  private static final int DRAWS = 50;
  private static final SchemaRegistry VALIDATOR =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  static Stream<Class<?>> types() {
    return Answers.all().stream();
  }

  @Test
  void areTwenty() {
    assertThat(Answers.all()).doesNotHaveDuplicates().hasSize(20);
  }

  @ParameterizedTest
  @MethodSource("types")
  void whatTheGrammarLetsPassBinds(Class<?> type) {
    RecordShape<?> shape = RecordShape.of(type);
    Draws draws = new Draws(Grammar.jsonSchema(shape.schema()));
    Schema validator = VALIDATOR.getSchema(shape.schema(), InputFormat.JSON);
    for (int seed = 0; seed < DRAWS; seed++) {
      String text = draws.text(seed);
      assertThat(errors(validator, text)).as("%s for %s", text, shape.schema()).isEmpty();
      assertThat(shape.read(text)).as(text).isInstanceOf(type);
    }
  }

  /// Text in which something small was changed binds or is refused, and never breaks anything.
  @ParameterizedTest
  @MethodSource("types")
  void whatWasChangedBindsOrIsRefused(Class<?> type) {
    RecordShape<?> shape = RecordShape.of(type);
    Draws draws = new Draws(Grammar.jsonSchema(shape.schema()));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      String text = changed(draws.text(i % DRAWS), random);
      try {
        assertThat(shape.read(text)).isInstanceOf(type);
      } catch (BindingException e) {
        assertThat(e)
            .message()
            .startsWith(type.getSimpleName() + ": ")
            .doesNotContain("\n")
            .hasSizeLessThan(1000);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  private static String changed(String text, Random random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + 1 + random.nextInt(4));
    String part = text.substring(at, end);
    List<String> others =
        List.of("", part + part, "null", "\"", "-", "9e999", "{", "]", "0", "\\u0000");
    return text.substring(0, at) + others.get(random.nextInt(others.size())) + text.substring(end);
  }

  private static List<?> errors(Schema validator, String text) {
    return validator.validate(
        text,
        InputFormat.JSON,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }
}
