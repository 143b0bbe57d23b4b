package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.testkit.Shared;
import sirocco.text.MistralPrompt.Version;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Typed prompts against mistral-common.
class MistralPromptTest {
  private static final JsonNode GOLDEN = golden();

  private static JsonNode golden() {
    try (InputStream in =
        Objects.requireNonNull(
            MistralPromptTest.class.getResourceAsStream("mistral-prompt-golden.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"V1,v1,v1_ids", "V1,v1,model_card_ids", "V2,v2,v2_ids", "V3,v3,v3_ids"})
  void everySharedConversationIsEncodedAsMistralCommonDoes(
      Version version, String file, String field) throws IOException {
    MistralPrompt prompt = new MistralPrompt(PromptTokenizers.mistral(file), version);
    List<String> lines = Files.readAllLines(Shared.require("data/tokenizers/chat-golden.jsonl"));
    assertThat(lines).hasSize(26);
    int compared = 0;
    for (String line : lines) {
      JsonNode golden = JsonMapper.shared().readTree(line);
      if (golden.has(field)) {
        assertThat(prompt.encode(Message.parse(golden.get("messages").toString())))
            .as(line)
            .containsExactly(ids(golden.get(field)));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(field.equals("model_card_ids") ? 23 : 26);
  }

  private static int[] ids(JsonNode array) {
    return array.valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  @TestFactory
  Stream<DynamicTest> toolsAndSystemPromptsAreEncodedAsMistralCommonDoes() {
    Tokenizer tekken = PromptTokenizers.bytes(texts(GOLDEN.get("tekken_control")), List.of());
    return GOLDEN
        .get("cases")
        .valueStream()
        .map(golden -> {
          // mistral-common counts the same layout on a byte-level vocabulary as another version.
          String name = golden.get("version").stringValue();
          boolean bytes = name.endsWith("TEKKEN");
          Version version =
              switch (name) {
                case "TEKKEN" -> Version.V3;
                case "V7_TEKKEN" -> Version.V7;
                default -> Version.valueOf(name);
              };
          String file = version.name().toLowerCase(java.util.Locale.ROOT);
          return DynamicTest.dynamicTest(
              name + " " + golden.get("chat").stringValue() + golden.get("tools"),
              () ->
                  check(
                      golden,
                      new MistralPrompt(bytes ? tekken : PromptTokenizers.mistral(file), version),
                      tekken));
        });
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::stringValue).toList();
  }

  private static void check(JsonNode golden, MistralPrompt prompt, Tokenizer tekken) {
    List<Message> messages =
        Message.parse(GOLDEN.get("chats").get(golden.get("chat").stringValue()).toString());
    List<Message.Tool> tools =
        golden.get("tools").booleanValue()
            ? Message.parseTools(GOLDEN.get("tools").toString())
            : List.of();
    if (golden.has("error")) {
      assertThatThrownBy(() -> prompt.encode(messages, tools))
          .isInstanceOf(TemplateException.class);
    } else if (golden.has("ids")) {
      assertThat(prompt.encode(messages, tools)).containsExactly(ids(golden.get("ids")));
    } else {
      assertThat(layout(tekken, prompt.encode(messages, tools)))
          .isEqualTo(
              golden
                  .get("layout")
                  .valueStream()
                  .map(part -> part.isString() ? part.stringValue() : part.intValue())
                  .toList());
    }
  }

  /// Control ids, and the texts between them.
  private static List<Object> layout(Tokenizer tokenizer, int[] ids) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= ids.length; i++) {
      if (i == ids.length || tokenizer.isControl(ids[i])) {
        if (i > from) {
          parts.add(tokenizer.decode(Arrays.copyOfRange(ids, from, i)));
        }
        if (i < ids.length) {
          parts.add(ids[i]);
        }
        from = i + 1;
      }
    }
    return parts;
  }

  @Test
  void versionFollowsFromTheVocabulary() {
    assertThat(Version.detect(PromptTokenizers.mistral("v1"))).isEqualTo(Version.V1);
    assertThat(Version.detect(PromptTokenizers.mistral("v3"))).isEqualTo(Version.V3);
    assertThat(Version.detect(PromptTokenizers.mistral("v7"))).isEqualTo(Version.V7);
    List<String> controls = texts(GOLDEN.get("tekken_control"));
    assertThat(Version.detect(PromptTokenizers.bytes(controls, List.of()))).isEqualTo(Version.V7);
    assertThat(Version.detect(PromptTokenizers.bytes(controls.subList(0, 17), List.of())))
        .isEqualTo(Version.V3);
  }

  @ParameterizedTest
  @CsvSource({"v1,V1", "v2,V2", "v3,V3", "v7,V7"})
  void nothingSaidBecomesAControlToken(String file, Version version) {
    Tokenizer tokenizer = PromptTokenizers.mistral(file);
    MistralPrompt prompt = new MistralPrompt(tokenizer, version);
    StringBuilder all = new StringBuilder();
    tokenizer.vocabulary().tokens().stream()
        .filter(token -> token.type() != Vocabulary.Type.NORMAL)
        .forEach(token -> all.append(token.text()).append(' '));
    String evil = all.toString();
    List<Message> calm = conversation("x", "y");
    List<Message> attack = conversation(evil, evil);
    assertThat(controls(tokenizer, prompt.encode(attack)))
        .containsExactly(controls(tokenizer, prompt.encode(calm)));
  }

  private static List<Message> conversation(String said, String answered) {
    return List.of(
        new Message.Instruction(said),
        new Message.User(said),
        new Message.Assistant(answered),
        new Message.User(said));
  }

  private static int[] controls(Tokenizer tokenizer, int[] ids) {
    return IntStream.of(ids).filter(tokenizer::isControl).toArray();
  }

  @Test
  void anEmptyAnswerIsEosAlone() {
    MistralPrompt prompt = new MistralPrompt(PromptTokenizers.mistral("v3"), Version.V3);
    int[] ids = prompt.encode(conversation("x", ""));
    assertThat(IntStream.of(ids).filter(id -> id == 2).count()).isEqualTo(1);
    assertThat(IntStream.of(ids).filter(id -> id == 1).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[];messages: expected at least one user message, found none",
        "[{'role':'system','content':'s'}];messages: expected at least one user message, found none",
        "[{'role':'assistant','content':'a'}];messages[0]: expected role 'user', found 'assistant'",
        "[{'role':'user','content':'a'},{'role':'user','content':'b'}];"
            + "messages[1]: expected role 'assistant', found 'user'",
        "[{'role':'user','content':'a'},{'role':'system','content':'b'}];"
            + "messages[1]: expected role 'assistant', found 'system'",
        "[{'role':'user','content':'a'},{'role':'tool','tool_call_id':'x','content':'b'}];"
            + "messages[1]: expected role 'assistant', found 'tool'",
        "[{'role':'user','content':'a'},{'role':'assistant','tool_calls':[{'id':'abcdefghi',"
            + "'function':{'name':'f','arguments':'{}'}}]}];"
            + "messages: the conversation ends before the tool calls [abcdefghi] are answered",
        "[{'role':'user','content':'a'},{'role':'assistant','tool_calls':[{'id':'short',"
            + "'function':{'name':'f'}}]},{'role':'tool','tool_call_id':'short','content':''}];"
            + "messages[1]: tool call id: expected 9 letters or digits, found 'short'",
        "[{'role':'king','content':'a'}];"
            + "messages[0].role: expected system, user, assistant or tool, found 'king'",
        "[{'role':'user'}];messages[0]: field 'content' is missing",
        "[{'role':'user','content':[{'type':'image_url'}]}];"
            + "messages[0].content[0]: expected a text part, found 'image_url'",
        "[{'role':'user','content':'a','weight':1}];messages[0]: unknown field 'weight'",
        "{};messages: expected an array, found another kind of JSON",
      })
  void badConversationsAreRefusedByName(String json, String message) {
    MistralPrompt prompt = new MistralPrompt(PromptTokenizers.mistral("v3"), Version.V3);
    assertThatThrownBy(() -> prompt.encode(Message.parse(json.replace('\'', '"'))))
        .isInstanceOf(TemplateException.class)
        .hasMessage(message);
  }

  @Test
  void contentMayBeAListOfTexts() {
    String json =
        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
            + "{\"type\":\"text\",\"text\":\"b\"}]}]";
    assertThat(Message.parse(json)).containsExactly(new Message.User("ab"));
  }

  @Test
  void aVocabularyWithoutTheFormatsTokensIsRefused() {
    Tokenizer tokenizer = PromptTokenizers.mistral("v1");
    assertThatThrownBy(() -> new MistralPrompt(tokenizer, Version.V3))
        .isInstanceOf(TemplateException.class)
        .hasMessage("prompt V3: the vocabulary has no token [INST]");
  }
}
