package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.testkit.Shared;
import sirocco.text.Message;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.train.data.Tokenization.Learn;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizationTest {
  private static final String CHAT_ML =
      """
      {%- for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + eos_token + '\\n' }}\
      {%- endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}\
      """;

  private static final String MISTRAL =
      """
      {{- bos_token }}{%- for m in messages %}{%- if m.role == 'user' %}\
      {{- '[INST] ' + m.content + ' [/INST]' }}{%- else %}\
      {{- ' ' + m.content + eos_token }}{%- endif %}{%- endfor %}\
      """;

  @TempDir private Path folder;

  private static Tokenizer mistral(String version) {
    return Tokenizers.of(
        Tokenizers.read(Shared.require("data/tokenizers/mistral-" + version + "-tokenizer.model")));
  }

  private static Tokenization of(Tokenizer tokenizer, DialogueFormat format, Learn learn) {
    return new Tokenization(tokenizer, Optional.of(format), 1000, learn);
  }

  /// The runs of learned tokens.
  private static List<int[]> runs(Example example) {
    List<int[]> runs = new ArrayList<>();
    int from = -1;
    for (int i = 0; i <= example.ids().length; i++) {
      boolean learned = i < example.ids().length && example.learned()[i];
      if (learned && from < 0) {
        from = i;
      } else if (!learned && from >= 0) {
        runs.add(Arrays.copyOfRange(example.ids(), from, i));
        from = -1;
      }
    }
    return runs;
  }

  private static int[] closed(Tokenizer tokenizer, int[] ids) {
    return IntStream.concat(
            IntStream.of(ids), IntStream.of(tokenizer.vocabulary().eos().orElseThrow()))
        .toArray();
  }

  @ParameterizedTest
  @CsvSource({"v1, V1", "v2, V2", "v3, V3", "v7, V7"})
  void theAnswersOfEverySharedConversationAreLearnedAndNothingElse(String file, Version version)
      throws IOException {
    Tokenizer tokenizer = mistral(file);
    Tokenization tokenization =
        of(tokenizer, DialogueFormat.mistral(tokenizer, version), Learn.ANSWERS);
    int compared = 0;
    for (String line : Files.readAllLines(Shared.require("data/tokenizers/chat-golden.jsonl"))) {
      JsonNode golden = JsonMapper.shared().readTree(line);
      List<Message> messages = new ArrayList<>(Message.parse(golden.get("messages").toString()));
      if (!(messages.getLast() instanceof Message.User)) {
        continue;
      }
      messages.add(new Message.Assistant("Yes, [INST] of </s> course."));
      Example example =
          tokenization.encode(new Dialogue(messages, "")).getFirst().examples().getFirst();
      List<int[]> expected =
          messages.stream()
              .filter(Message.Assistant.class::isInstance)
              .map(m -> closed(tokenizer, tokenizer.encode(said(m, version))))
              .toList();
      assertThat(runs(example)).as(line).containsExactlyElementsOf(expected);
      JsonNode ids = golden.path(file + "_ids");
      if (ids.isArray()) {
        int[] asked = ids.valueStream().mapToInt(JsonNode::intValue).toArray();
        assertThat(example.ids()).as(line).startsWith(asked);
        assertThat(example.ids()).hasSize(asked.length + expected.getLast().length);
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(20);
  }

  /// Mistral's later formats drop spaces at the end of an answer.
  private static String said(Message message, Version version) {
    return version == Version.V1 ? message.content() : message.content().replaceFirst(" +$", "");
  }

  @ParameterizedTest
  @CsvSource({"v1", "v3"})
  void answersOfChatTemplates(String file) {
    Tokenizer tokenizer = mistral(file);
    List<Message> messages =
        List.of(
            new Message.User("Hi </s> there"),
            new Message.Assistant("What </s> is it?"),
            new Message.User("Sing.\n"),
            new Message.Assistant("La la la"));
    for (String template : List.of(CHAT_ML, MISTRAL)) {
      Tokenization tokenization =
          of(tokenizer, DialogueFormat.template(tokenizer, template), Learn.ANSWERS);
      Example example =
          tokenization.encode(new Dialogue(messages, "")).getFirst().examples().getFirst();
      List<int[]> runs = runs(example);
      assertThat(runs).hasSize(2);
      int eos = tokenizer.vocabulary().eos().orElseThrow();
      assertThat(runs).allMatch(run -> run[run.length - 1] == eos);
      assertThat(runs).allMatch(run -> IntStream.of(run).filter(id -> id == eos).count() == 1);
      assertThat(runs.stream().map(run -> tokenizer.decode(run).strip()))
          .containsExactly("What </s> is it?", "La la la");
    }
  }

  @Test
  void everyTokenIsLearnedIfAsked() {
    Tokenizer tokenizer = Examples.tokenizer(folder);
    Tokenization all = of(tokenizer, DialogueFormat.mistral(tokenizer, Version.V1), Learn.ALL);
    Dialogue dialogue =
        new Dialogue(List.of(new Message.User("tea"), new Message.Assistant("no")), "d");
    Example example = all.encode(dialogue).getFirst().examples().getFirst();
    assertThat(example.learned()[0]).isFalse();
    assertThat(runs(example)).hasSize(1);
    assertThat(runs(example).getFirst()).hasSize(example.ids().length - 1);
    assertThat(example.domain()).isEqualTo("d");
  }

  @Test
  void eachTokenOfADocumentIsATargetOnce() {
    Tokenization tokenization = Examples.tokenization(folder, 8);
    Tokenizer tokenizer = tokenization.tokenizer();
    for (int length = 1; length < 40; length++) {
      String text = "q".repeat(length);
      List<Integer> targets = new ArrayList<>();
      for (Group group : tokenization.encode(new Document(text, ""))) {
        Example example = group.examples().getFirst();
        assertThat(example.ids()).hasSizeBetween(2, 8);
        runs(example).forEach(run -> IntStream.of(run).forEach(targets::add));
      }
      int[] expected = closed(tokenizer, tokenizer.encode(text));
      assertThat(targets).containsExactlyElementsOf(IntStream.of(expected).boxed().toList());
    }
  }

  @Test
  void aPreferenceIsAPair() {
    Tokenization tokenization = Examples.tokenization(folder, 100);
    Preference preference =
        new Preference(
            List.of(
                new Message.User("one"), new Message.Assistant("two"), new Message.User("then")),
            "three",
            "no",
            "");
    Tokenizer tokenizer = tokenization.tokenizer();
    List<Group> groups = tokenization.encode(preference);
    assertThat(groups).hasSize(1);
    assertThat(groups.getFirst().examples()).hasSize(2);
    assertThat(runs(groups.getFirst().examples().get(0)))
        .containsExactly(closed(tokenizer, tokenizer.encode("three")));
    assertThat(runs(groups.getFirst().examples().get(1)))
        .containsExactly(closed(tokenizer, tokenizer.encode("no")));
  }

  @Test
  void whatDoesNotFitOrHasNoAnswerGivesNothing() {
    Tokenization tokenization = Examples.tokenization(folder, 20);
    Message.User question = new Message.User("a");
    assertThat(tokenization.encode(new Dialogue(List.of(question), ""))).isEmpty();
    Message answer = new Message.Assistant("long ".repeat(10));
    assertThat(tokenization.encode(new Dialogue(List.of(question, answer), ""))).isEmpty();
    assertThat(tokenization.encode(new Preference(List.of(question), "b", "c".repeat(30), "")))
        .isEmpty();
  }

  @Test
  void conversationsNeedAFormat() {
    Tokenizer tokenizer = Examples.tokenizer(folder);
    Optional<DialogueFormat> none = DialogueFormat.of(tokenizer, Optional.empty());
    assertThat(none).isEmpty();
    Tokenization tokenization = new Tokenization(tokenizer, none, 20, Learn.ANSWERS);
    assertThat(tokenization.encode(new Document("fine", ""))).hasSize(1);
    Dialogue dialogue =
        new Dialogue(List.of(new Message.User("a"), new Message.Assistant("b")), "talks");
    assertThatThrownBy(() -> tokenization.encode(dialogue))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("talks: has a conversation")
        .hasMessageContaining("chat template");
  }

  @Test
  void aStretchThatComesTwiceIsLearnedTheSecondTime() {
    Tokenizer tokenizer = Examples.tokenizer(folder);
    Tokenization tokenization = new Tokenization(tokenizer, Optional.empty(), 1000, Learn.AGAIN);
    String text = "one two three four five six ".repeat(20);
    int read = 0;
    for (Group group : tokenization.encode(new Document(text, ""))) {
      Example example = group.examples().getFirst();
      int opening = example.ids().length % 2;
      int stretch = example.ids().length / 2;
      for (int i = 0; i < stretch; i++) {
        assertThat(example.ids()[opening + stretch + i]).isEqualTo(example.ids()[opening + i]);
        assertThat(example.learned()[opening + i]).isFalse();
        assertThat(example.learned()[opening + stretch + i]).isEqualTo(i > 0);
      }
      read += stretch;
    }
    assertThat(read).isGreaterThanOrEqualTo(tokenizer.encode(text).length - 1);
  }

  @Test
  void whatIsQuotedCanBeReadOffTheStretchBeforeIt() {
    Tokenizer tokenizer = Examples.tokenizer(folder);
    int context = 120;
    Tokenization tokenization =
        new Tokenization(tokenizer, Optional.empty(), context, Learn.QUOTED);
    String text =
        IntStream.range(0, 400).mapToObj(i -> "number " + i * 37 % 1000).toList().toString();
    Document document = new Document(text, "");
    int longest = 0;
    int shortest = context;
    for (Group group : tokenization.encode(document)) {
      Example example = group.examples().getFirst();
      List<Integer> ids = Arrays.stream(example.ids()).boxed().toList();
      int first =
          IntStream.range(0, ids.size()).filter(i -> example.learned()[i]).min().orElseThrow();
      for (int[] run : runs(example)) {
        List<Integer> passage = Arrays.stream(run).boxed().toList();
        assertThat(Collections.indexOfSubList(ids.subList(0, first - 3), passage)).isNotNegative();
      }
      longest = Math.max(longest, ids.size());
      shortest = Math.min(shortest, ids.size());
    }
    assertThat(longest).isLessThanOrEqualTo(context).isGreaterThan(context / 2);
    assertThat(shortest).isLessThan(context / 2);
    assertThat(tokenization.encode(new Document("", ""))).isEmpty();
  }
}
