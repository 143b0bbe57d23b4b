package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.testkit.SchemaExamples;
import sirocco.text.Tokenizer;
import tools.jackson.databind.json.JsonMapper;

/// Whatever is drawn from what a schema allows is valid by it, in the eyes of another validator.
final class JsonSchemaTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final SchemaRegistry VALIDATOR =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private static final Tokenizer SMALL = Vocabularies.small();
  private static final TokenTrie TRIE = new TokenTrie(SMALL);

  static Stream<String> schemas() {
    return SchemaExamples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void whatIsDrawnIsValid(String schema) {
    valid(schema, TRIE, 50);
  }

  @Test
  void whatIsDrawnWithARealVocabularyIsValid() {
    TokenTrie trie = new TokenTrie(Vocabularies.mistral("v3"));
    for (String schema : SchemaExamples.all()) {
      valid(schema, trie, 4);
    }
  }

  /// The other validator knows the top-level domains there are, which a grammar does not.
  @Test
  void emailAddressesHaveTheirForm() {
    TokenAutomaton automaton =
        new TokenAutomaton(
            Grammar.jsonSchema("{\"type\": \"string\", \"format\": \"email\"}"),
            TRIE,
            Vocabularies.ENDS);
    for (int seed = 0; seed < 100; seed++) {
      assertThat(SMALL.decode(new Walk(automaton, seed).run(6000)))
          .matches("\"[\\w%+-]+(\\.[\\w%+-]+)?@([A-Za-z0-9]+(-[A-Za-z0-9]+)*\\.)+[A-Za-z]{2,12}\"");
    }
  }

  /// Schemas made from Java's types say so of an `int`.
  @Test
  void integersOf32BitsFit() {
    assertThat(drawn("{\"type\": \"integer\", \"format\": \"int32\"}"))
        .allSatisfy(text -> assertThat(Long.parseLong(text)).isBetween(-1L << 31, (1L << 31) - 1))
        .anyMatch(text -> text.length() > 8)
        .anyMatch(text -> text.startsWith("-"));
    assertThat(drawn("{\"type\": \"integer\", \"format\": \"int32\", \"minimum\": 2147483600}"))
        .allSatisfy(text -> assertThat(Integer.parseInt(text)).isGreaterThanOrEqualTo(2147483600));
    assertThat(drawn("{\"type\": \"integer\", \"format\": \"int32\", \"exclusiveMaximum\": 1e12}"))
        .allSatisfy(text -> assertThat(Long.parseLong(text)).isBetween(-1L << 31, (1L << 31) - 1));
  }

  private static List<String> drawn(String schema) {
    var automaton = new TokenAutomaton(Grammar.jsonSchema(schema), TRIE, Vocabularies.ENDS);
    return IntStream.range(0, 200)
        .mapToObj(seed -> SMALL.decode(new Walk(automaton, seed).run(6000)))
        .toList();
  }

  private static void valid(String schema, TokenTrie trie, int walks) {
    TokenAutomaton automaton =
        new TokenAutomaton(Grammar.jsonSchema(schema), trie, Vocabularies.ENDS);
    Schema validator = VALIDATOR.getSchema(schema, InputFormat.JSON);
    for (int seed = 0; seed < walks; seed++) {
      String text = trie.tokenizer().decode(new Walk(automaton, seed).run(6000));
      assertThat(text).doesNotContain("\uFFFD");
      JSON.readTree(text);
      List<?> errors =
          validator.validate(
              text,
              InputFormat.JSON,
              context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
      assertThat(errors).as("%s for %s", text, schema).isEmpty();
    }
  }
}
