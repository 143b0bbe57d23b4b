package sirocco.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class JsonFieldsTest {
  private enum Wind {
    CALM,
    LIGHT_BREEZE
  }

  private static JsonFields read(String json) {
    return new JsonFields(
        JsonMapper.shared().readTree(json), "weather", IllegalArgumentException::new);
  }

  @Test
  void aChoiceIsSpelledInLowerCaseWithHyphens() {
    assertThat(read("{\"wind\":\"light-breeze\"}").choice("wind", Wind.class))
        .contains(Wind.LIGHT_BREEZE);
    assertThat(read("{\"wind\":\"calm\"}").requiredChoice("wind", Wind.class)).isEqualTo(Wind.CALM);
    assertThat(read("{\"wind\":null}").choice("wind", Wind.class)).isEmpty();
  }

  @Test
  void whatIsNoChoiceIsNamedBesideThoseThereAre() {
    for (String wrong : new String[] {"\"LIGHT_BREEZE\"", "\"light_breeze\"", "\"\""}) {
      assertThatThrownBy(() -> read("{\"wind\":" + wrong + "}").choice("wind", Wind.class))
          .hasMessage("weather.wind: expected one of [calm, light-breeze], found " + wrong);
    }
    assertThatThrownBy(() -> read("{\"wind\":7}").choice("wind", Wind.class))
        .hasMessage("weather.wind: expected a string, found 7");
    assertThatThrownBy(() -> read("{}").requiredChoice("wind", Wind.class))
        .hasMessage("weather.wind: expected one of [calm, light-breeze], found nothing");
  }
}
