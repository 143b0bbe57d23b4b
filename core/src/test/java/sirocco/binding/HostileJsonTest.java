package sirocco.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sirocco.binding.RecordShapeTest.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.testkit.Answers;

/// Text that no grammar would have let pass is refused in words.
final class HostileJsonTest {
  @Test
  void refusesMembersThatAreUnknownOrThereTwice() {
    assertRefused(
        Answers.Flags.class,
        "{\"yes\": true, \"no\": false, \"perhaps\": true}",
        "Flags: perhaps: expected one of yes, no, unsure, found this member");
    assertRefused(
        Answers.Flags.class,
        "{\"yes\": true, \"no\": false, \"yes\": true}",
        "Flags: yes: expected once, found twice");
    assertRefused(
        Answers.Shape.class,
        "{\"type\": \"Circle\", \"radius\": 1, \"type\": \"Circle\"}",
        "Shape: type: expected once, found twice");
    assertRefused(Answers.Flags.class, "{\"yes\": true}", "Flags: no: is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"yes\": true",
        "{} {}",
        "{'yes': true}",
        "{\"yes\": NaN}",
        "[",
        "nope",
        "\"",
        "{\"yes\": 1e99999999999999999999}",
        "{\"yes\": 01}",
        "\u0000",
        "{\"yes\": tru",
        "// x\n{}"
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> RecordShape.of(Answers.Flags.class).read(text))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith("Flags: ");
  }

  @Test
  void refusesWhatNestsTooDeep() {
    String chain = "{\"value\":1,\"others\":{},\"next\":";
    assertThat(
            RecordShape.of(Answers.Chain.class)
                .read(chain.repeat(500) + "{\"value\":1,\"others\":{}}" + "}".repeat(500)))
        .isNotNull();
    for (String open : List.of(chain, "[", "{\"a\":")) {
      assertThatThrownBy(() -> RecordShape.of(Answers.Chain.class).read(open.repeat(100_000)))
          .isInstanceOf(BindingException.class)
          .hasMessageContaining("not valid JSON");
    }
    assertThatThrownBy(() ->
            RecordShape.of(Answers.Integers.class).read("{\"b\": " + "9".repeat(100_000) + "}"))
        .isInstanceOf(BindingException.class)
        .message()
        .hasSizeLessThan(400);
  }
}
