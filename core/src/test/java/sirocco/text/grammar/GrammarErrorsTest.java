package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot be honoured is refused, at once, by name and place.
@Timeout(value = 20, unit = TimeUnit.SECONDS)
final class GrammarErrorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1] | schema: expected an object, found [1]",
        "{ | schema: not valid JSON",
        "{\"a\": 1, \"a\": 2} | schema: not valid JSON",
        "{\"type\": \"text\"} | schema.type: expected one of object, array, string",
        "{\"type\": []} | schema.type: expected at least one, found none",
        "{\"type\": 5} | schema.type: expected a string, found 5",
        "{\"properties\": {\"a\": {\"multipleOf\": 2}}} | schema.properties.a.multipleOf: this keyword is not supported",
        "{\"type\": \"array\", \"uniqueItems\": true} | schema.uniqueItems: this keyword is not supported",
        "{\"not\": {}} | schema.not: this keyword",
        "{\"if\": {}} | schema.if: this keyword",
        "{\"patternProperties\": {}} | schema.patternProperties: this keyword",
        "{\"$ref\": \"http://x/y\"} | schema.$ref: expected a place in this schema such as #/$defs/name, found 'http://x/y'",
        "{\"$ref\": \"#/$defs/x\"} | schema.$ref: there is nothing at '#/$defs/x'",
        "{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/a\"}}, \"$ref\": \"#/$defs/a\"} | schema: no text matches",
        "{\"$defs\": {\"a\": {\"anyOf\": [{\"$ref\": \"#/$defs/a\"}, {\"type\": \"null\"}]}}, \"$ref\": \"#/$defs/a\"} | begins with itself",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#\"}}, \"required\": [\"a\"]} | schema: no text matches",
        "{\"anyOf\": [], \"title\": \"x\"} | schema.anyOf: expected at least one, found none",
        "{\"anyOf\": [{\"type\": \"null\"}], \"type\": \"object\"} | schema.anyOf: cannot be combined with type",
        "{\"allOf\": [{}, {}]} | schema.allOf: expected one schema, found 2",
        "{\"oneOf\": [{\"type\": \"integer\"}, {\"type\": \"number\"}]} | schema.oneOf: schemas 0 and 1 may match the same value",
        "{\"oneOf\": [{\"const\": 1}, {\"enum\": [1.0, 2]}]} | schema.oneOf: schemas 0 and 1 may match",
        "{\"oneOf\": [{\"type\": \"object\"}, {\"type\": \"object\"}]} | schema.oneOf: schemas 0 and 1 may match",
        "{\"enum\": []} | schema.enum: expected at least one",
        "{\"enum\": [1], \"type\": \"string\"} | schema.enum: none of the values is of type string",
        "{\"enum\": [1], \"minimum\": 0} | schema.enum: cannot be combined with minimum",
        "{\"type\": \"object\", \"properties\": {}, \"required\": [\"a\"]} | schema.required: names 'a', which properties has not",
        "{\"type\": \"array\", \"items\": [{}]} | schema.items: expected one schema, found a list; such a list is prefixItems now",
        "{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 2} | schema.minItems: expected at most 2",
        "{\"type\": \"array\", \"minItems\": -1} | schema.minItems: expected at least 0, found -1",
        "{\"type\": \"array\", \"items\": false, \"minItems\": 1} | schema.minItems: expected at most 0",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2} | schema.maxLength: expected at least minLength 3, found 2",
        "{\"type\": \"string\", \"maxLength\": 1.5} | schema.maxLength: expected a 32-bit integer, found 1.5",
        "{\"type\": \"string\", \"format\": \"phone\"} | schema.format: 'phone' is not supported; supported are date,",
        "{\"type\": \"string\", \"pattern\": \"(?=a)\"} | schema.pattern: position 0: '(?=a…': lookaround",
        "{\"type\": \"string\", \"pattern\": \"^ab$\", \"minLength\": 3} | schema.pattern, format and length: no string fits them all",
        "{\"type\": \"integer\", \"minimum\": 3, \"exclusiveMaximum\": 3} | schema.minimum and maximum: no integer lies between them",
        "{\"type\": \"number\", \"minimum\": 3, \"exclusiveMaximum\": 3} | schema.minimum and maximum: no number lies between them",
        "{\"type\": \"integer\", \"minimum\": \"3\"} | schema.minimum: expected a number, found \"3\"",
        "{\"type\": \"number\", \"minimum\": 1e99} | schema.minimum: expected a number of at most 30 digits",
        "{\"type\": \"number\", \"minimum\": 1e999999999} | schema.minimum: expected a number of at most 30 digits",
        "{\"type\": \"number\", \"exclusiveMinimum\": true} | schema.exclusiveMinimum: expected a number, found true",
        "{\"type\": \"object\", \"properties\": {\"a\": false}} | schema.properties.a: expected a schema that something matches",
        "{\"type\": \"string\", \"maxLength\": 1000000} | schema: needs more than",
      })
  void schemas(String schema, String message) {
    assertThatThrownBy(() -> Grammar.jsonSchema(schema))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message)
        .message()
        .startsWith("schema")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a(?=b) ; position 1: '(?=b…': lookaround and flags are not supported",
        "(?<!b)a ; position 0: '(?<!…': lookaround",
        "(?i)a ; position 0: '(?i)…': lookaround and flags",
        "(a)\\1 ; position 3: '\\1' is not supported",
        "\\bword ; position 0: '\\b' is not supported",
        "\\p{L} ; position 0: '\\p' is not supported",
        "ab(c ; position 2: this '(' is never closed",
        "ab)c ; position 2: this ')' closes nothing",
        "a[bc ; position 1: this '[' is never closed",
        "a[]b ; position 1: a class that no character matches",
        "a[z-a] ; position 2: the range has its ends the wrong way round",
        "a[\\d-z] ; position 2: a range needs a single character at each end",
        "*a ; position 0: nothing to repeat before '*'",
        "a**  ; position 2: a quantifier behind a quantifier",
        "a{3,2} ; position 1: the count {3,2} has its bounds the wrong way round",
        "a{x} ; position 2: expected a count such as {3}",
        "a{999999} ; position 2: expected a count of at most 100000",
        "a{3 ; position 3: expected '}' to end the count",
        "a^b ; position 1: an anchor is supported only at the start or end",
        "(^a) ; position 1: an anchor is supported only",
        "(a$) ; position 2: an anchor is supported only",
        "a$b ; position 2: an anchor is supported only",
        "a\\ ; position 1: a '\\' at the end",
        "\\x1 ; position 0: expected hexadecimal digits",
        "\\u{110000} ; position 0: U+110000 is no character",
        "\\uD800 ; position 0: U+D800 is no character",
      })
  void expressions(String line) {
    String[] parts = line.split(" ; ", 2);
    assertThatThrownBy(() -> Grammar.regex(parts[0]))
        .isInstanceOf(GrammarException.class)
        .hasMessageStartingWith("regex: " + parts[1]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a ::= \"x\" ; line 1: there is no rule 'root'",
        "root ::= b ; line 1: rule 'b' is called but not defined",
        "root ::= \"a ; line 1: this '\"' is never closed",
        "#x@root ::= [a ; line 2: this '[' is never closed",
        "root ::= (\"a\" ; line 1: this '(' is never closed",
        "root ::= \"a\")@ ; line 1: expected the end of rule 'root', found ')'",
        "root = \"a\" ; line 1: expected ::= behind the name of a rule",
        "root ::= \"a\"@root ::= \"b\" ; line 2: rule 'root' is defined twice",
        "root ::= \"\\q\" ; line 1: an escape that is not known",
        "root ::= \"\\x1\" ; line 1: expected 2 hexadecimal digits",
        "root ::= \"\\uDC00\" ; line 1: U+DC00 is no character",
        "root ::= [z-a] ; line 1: the range has its ends the wrong way round",
        "root ::= \"a\"{3,1} ; line 1: the count {3,1}",
        "root ::= \"a\"{,3} ; line 1: expected a count such as {3}",
        "root ::= <think> ; line 1: tokens (<…>) are not supported",
        "@@$ ; line 3: expected the name of a rule, found '$'",
        "root ::= e@e ::= e \"+\" e | \"1\" ; rule e begins with itself (left recursion)",
        "root ::= x? root \"a\" | \"b\"@x ::= \"c\" ; rule root begins with itself",
        "root ::= a@a ::= b \"x\" | \"y\"@b ::= a ; begins with itself",
        "root ::= \"a\" root ; no text matches",
        "root ::= [^\\x00-\\U0010FFFF] ; line 1: a class that no character matches",
      })
  void notations(String line) {
    String[] parts = line.split(" ; ", 2);
    assertThatThrownBy(() -> Grammar.gbnf(parts[0].replace('@', '\n')))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(parts[1])
        .message()
        .startsWith("gbnf: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{1,1000}){1,1000}",
        "((a{0,100}){0,100}){0,100}",
        "(a|b)*a(a|b){40}",
        "(.*a){60}(.*b){60}",
        "(){1,100000}(((){100000}){100000}){100000}",
        "(x?){100000}(x?){100000}",
        "((((a*)*)*)*)*[\\s\\S]{0,100000}",
      })
  void hostileExpressionsEndSoon(String pattern) {
    long start = System.nanoTime();
    try {
      assertThat(Grammar.regex(pattern).pushdown().states()).isLessThanOrEqualTo(Budget.STATES);
    } catch (GrammarException e) {
      assertThat(e).message().startsWith("regex: ");
    }
    assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
  }

  @Test
  void hostileSizesAndNestingAreRefused() {
    assertThatThrownBy(() -> Grammar.regex("(".repeat(5000)))
        .hasMessageContaining("nested deeper than 100");
    assertThatThrownBy(() -> Grammar.regex("a".repeat(20_000)))
        .hasMessageContaining("expected at most 10000 characters, found 20000");
    assertThatThrownBy(() -> Grammar.gbnf("root ::= " + "(".repeat(5000)))
        .hasMessageContaining("line 1: groups are nested deeper than 100");
    assertThatThrownBy(
            () -> Grammar.jsonSchema("{\"items\":".repeat(5000) + "{}" + "}".repeat(5000)))
        .hasMessageStartingWith("schema: not valid JSON");
    assertThatThrownBy(() -> Grammar.jsonSchema(" ".repeat(600_000)))
        .hasMessageContaining("expected at most 524288 characters");
    StringBuilder rules = new StringBuilder("root ::= r0\n");
    for (int i = 0; i < 3000; i++) {
      rules.append("r").append(i).append(" ::= \"a\" r").append(i + 1).append("\n");
    }
    assertThatThrownBy(() -> Grammar.gbnf(rules + "r3000 ::= \"b\"\n"))
        .hasMessageContaining("expected at most 2000 rules");
  }

  /// Each rule calls the next one twice: laid down in full there would be 2^60 states.
  @Test
  void rulesThatDoubleStaySmall() {
    StringBuilder rules = new StringBuilder("root ::= r0\n");
    for (int i = 0; i < 60; i++) {
      rules.append("r%d ::= r%d r%d | \"x\" \"y\"\n".formatted(i, i + 1, i + 1));
    }
    assertThat(Grammar.gbnf(rules + "r60 ::= \"z\"\n").pushdown().states()).isLessThan(100_000);
  }
}
