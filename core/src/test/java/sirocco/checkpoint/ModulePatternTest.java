package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys of `rank_pattern` match what PEFT's `re.match(rf"(.*\.)?({key})$", module)` matches.
class ModulePatternTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "q_proj|true",
        "self_attn.q_proj|true",
        "self_attnXq_proj|false",
        "model.layers.1.self_attn.q_proj|true",
        "model.layers.1.................|true",
        "layers.1|false",
        "attn.q_proj|false",
        "proj|false",
        ".*q_proj|true",
        ".*\\.q_proj|true",
        "[qk]_proj|true",
        "k_proj|v_proj|false",
        "model\\.layers\\.[01]\\..*|true",
        "^model\\.layers\\.1\\.self_attn\\.q_proj|true",
        "^layers\\.1\\.self_attn\\.q_proj|false"
      })
  void endsAfterADot(String line) {
    int last = line.lastIndexOf('|');
    var pattern = new ModulePattern(line.substring(0, last));
    assertThat(pattern.matches("model.layers.1.self_attn.q_proj", new ModulePattern.Budget()))
        .as(line)
        .isEqualTo(Boolean.parseBoolean(line.substring(last + 1)));
  }

  @Test
  void anEndlessSearchIsGivenUp() {
    var pattern = new ModulePattern(".*".repeat(40) + "!");
    var budget = new ModulePattern.Budget();
    assertThatThrownBy(() -> pattern.matches("model.layers.1.self_attn.q_proj", budget))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("take too long");
  }

  @Test
  void whatCannotBeCountedIsNotRead() {
    for (String text : new String[] {"a{2000000000}", "(", "a)", "(a*)*", "x".repeat(1001)}) {
      assertThatThrownBy(() -> new ModulePattern(text)).isInstanceOf(PatternSyntaxException.class);
    }
  }
}
