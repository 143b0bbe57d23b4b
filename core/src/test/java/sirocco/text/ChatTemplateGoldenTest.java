package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import sirocco.text.jinja.JinjaGolden;
import tools.jackson.databind.JsonNode;

/// Whole chat templates of the usual forms against Python's jinja2.
class ChatTemplateGoldenTest {
  private static final JsonNode GOLDEN = JinjaGolden.FILE;

  @TestFactory
  Stream<DynamicTest> everyPromptIsAsTransformersRendersIt() {
    JsonNode cases = GOLDEN.get("cases");
    return IntStream.range(0, cases.size())
        .mapToObj(cases::get)
        .map(one ->
            DynamicTest.dynamicTest(
                one.get("template").stringValue() + " " + one.get("chat").stringValue(),
                () -> check(one)));
  }

  private static void check(JsonNode one) {
    ChatTemplate template =
        ChatTemplate.parse(
            GOLDEN.get("templates").get(one.get("template").stringValue()).stringValue());
    List<Message> messages =
        Message.parse(GOLDEN.get("chats").get(one.get("chat").stringValue()).toString());
    ChatTemplate.Options options =
        ChatTemplate.Options.of("<s>", "</s>")
            .withClock(JinjaGolden.NOW)
            .withGenerationPrompt(one.get("prompt").booleanValue())
            .withTools(
                one.get("tools").booleanValue()
                    ? Message.parseTools(GOLDEN.get("tools").toString())
                    : List.of());
    JinjaGolden.text(one)
        .ifPresentOrElse(
            text -> assertThat(template.render(messages, options)).isEqualTo(text),
            () ->
                assertThatThrownBy(() -> template.render(messages, options))
                    .isInstanceOf(TemplateException.class)
                    .hasMessageContaining(one.path("says").asString("")));
  }
}
