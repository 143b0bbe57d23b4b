package sirocco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import sirocco.testkit.SourceRules;

/// The lengths of every module's sources, and the switches of this one's.
class SourceRulesTest {
  @Test
  void filesAreShort() throws IOException {
    assertThat(SourceRules.longFiles())
        .as("files of more than %d lines", SourceRules.FILE_LINES)
        .isEmpty();
  }

  @Test
  void functionsAreShort() throws IOException {
    assertThat(SourceRules.longFunctions())
        .as("functions of more than %d lines", SourceRules.FUNCTION_LINES)
        .isEmpty();
  }

  @Test
  void switchesOverOurTypesHaveNoDefault() throws IOException {
    assertThat(SourceRules.switchesWithDefault("core"))
        .as("switches with a default over our enums and sealed types")
        .isEmpty();
  }
}
