package sirocco.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class PythonLiteralTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': None, \"b\": [True, False, ], 'c': -12}|{\"a\":null,\"b\":[true,false],\"c\":-12}",
        "{}|{}",
        " [ ] |[]",
        "'it\\'s'|\"it's\"",
        "\"it's\"|\"it's\"",
        "'\\\\frac{1}{2}\\n'|\"\\\\frac{1}{2}\\n\"",
        "'\\sqrt'|\"\\\\sqrt\"",
        "'\\x41\\u00e9\\U0001F600'|\"Aé😀\"",
        "2.5|2.5",
      })
  void readsWhatPythonPrints(String python, String json) {
    assertThat(PythonLiteral.read(python).toString())
        .isEqualTo(JsonMapper.shared().readTree(json).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': 1|character 8: expected more",
        "{'a' 1}|character 6: expected :",
        "{a: 1}|character 2: expected a string",
        "['a' 'b']|character 6: expected ]",
        "'a|character 3: expected more",
        "'\\x4'|character 4: expected 2 hexadecimal digits of a character",
        "'\\UFFFFFFFF'|character 4: expected 8 hexadecimal digits of a character",
        "nothing|character 1: expected a value",
        "1 2|character 3: expected the end",
        "`  `|character 3: expected more",
      })
  void refusesOtherThings(String python, String message) {
    assertThatThrownBy(() -> PythonLiteral.read(python))
        .isInstanceOf(DataException.class)
        .hasMessage(message);
  }

  @Test
  void depthHasALimit() {
    assertThatThrownBy(() -> PythonLiteral.read("[".repeat(100_000)))
        .isInstanceOf(DataException.class)
        .hasMessage("character 66: expected at most 64 levels");
  }
}
