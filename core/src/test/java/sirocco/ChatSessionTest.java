package sirocco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.engine.SchedulerOptions;
import sirocco.engine.SchedulerStatus;
import sirocco.model.CachePages;
import sirocco.model.KvCache;
import sirocco.tensor.KeyValues;
import sirocco.testkit.ToolModel;
import sirocco.text.Message;

/// Conversations and what is kept of them.
@Timeout(60)
class ChatSessionTest {
  /// Letters are a token each, and a text that is read begins with a space of its own, so that an
  /// answer that is read again has the tokens that were made.
  private static final Form LETTERS = new Form.Regex(" [a-z]{200}");

  private static final Prompt BEGINNING =
      Prompt.of(
              List.of(
                  new Message.User("x".repeat(3 * KeyValues.BLOCK)), new Message.Assistant("yes")))
          .form(LETTERS)
          .sampling(s -> s.logitBias(withoutBytes()))
          .seed(5)
          .maxTokens(300);

  /// The tokens of [ToolModel] that are bytes.
  private static Map<Integer, Double> withoutBytes() {
    return IntStream.range(10, 266).boxed().collect(Collectors.toMap(id -> id, _ -> -1e6));
  }

  private static LanguageModel model(int pages) {
    var engine = ToolModel.open();
    long each = CachePages.bytes(engine.model().config(), KvCache.Precision.F32);
    var options = new SchedulerOptions(4, 100, pages * each, Duration.ofMillis(200));
    return LanguageModel.of(engine, LoadOptions.DEFAULT.scheduler(options));
  }

  @Test
  void readsOnlyWhatIsNew() {
    try (LanguageModel model = model(200);
        ChatSession chat = model.chat(BEGINNING)) {
      Answer first = chat.ask("who");
      int known = first.usage().promptTokens() + first.usage().generatedTokens();
      assertThat(first.usage().cachedTokens()).isZero();
      Answer second = chat.ask("why");
      assertThat(second.usage().cachedTokens())
          .isGreaterThan(first.usage().promptTokens())
          .isGreaterThan(known - 2 * KeyValues.BLOCK);
      assertThat(chat.messages())
          .extracting(Message::role)
          .containsExactly("user", "assistant", "user", "assistant", "user", "assistant");
      assertThat(chat.messages().getLast().content()).isEqualTo(second.text());
    }
  }

  /// What others ask is answered as if the conversation were not there.
  @Test
  void keepsAnswersToItself() {
    try (LanguageModel model = model(200)) {
      Answer fresh;
      List<Message> talk;
      try (ChatSession chat = model.chat(BEGINNING)) {
        chat.ask("who");
        talk = new ArrayList<>(chat.messages());
      }
      talk.add(new Message.User("why"));
      try (LanguageModel other = model(200)) {
        fresh = other.generate(BEGINNING.content(new Prompt.Content.Conversation(talk)));
      }
      Answer same = model.generate(BEGINNING.content(new Prompt.Content.Conversation(talk)));
      assertThat(same.text()).isEqualTo(fresh.text());
      assertThat(same.tokens()).isEqualTo(fresh.tokens());
      // The first question's pages are everybody's, its answer's are not.
      assertThat(same.usage().cachedTokens())
          .isPositive()
          .isLessThan(same.usage().promptTokens() - 200);
    }
  }

  @Test
  void theSameTalkComesToTheSameAnswers() {
    try (LanguageModel model = model(200)) {
      List<List<String>> talks = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        try (ChatSession chat = model.chat(BEGINNING)) {
          talks.add(List.of(chat.ask("a").text(), chat.ask("b").text(), chat.ask("b").text()));
        }
      }
      assertThat(talks.getFirst()).isEqualTo(talks.getLast());
      assertThat(talks.getFirst()).doesNotHaveDuplicates();
    }
  }

  /// Conversations that are open and idle do not keep others from the memory.
  @Test
  void makesRoomForOthers() {
    try (LanguageModel model = model(40)) {
      List<ChatSession> chats =
          IntStream.range(0, 12).mapToObj(_ -> model.chat(BEGINNING)).toList();
      for (int turn = 0; turn < 2; turn++) {
        for (ChatSession chat : chats) {
          assertThat(chat.ask("who").text()).hasSize(201);
        }
      }
      chats.forEach(ChatSession::close);
      model.generate(Prompt.of("a").maxTokens(1));
      SchedulerStatus.Pages pages = model.scheduler().status().pages();
      assertThat(pages.used()).isEqualTo(pages.kept());
    }
  }

  @Test
  void whatFailsOrIsCancelledWasNotSaid() {
    try (LanguageModel model = model(200);
        ChatSession chat = model.chat("be brief")) {
      assertThatThrownBy(() -> chat.ask("a".repeat(9000))).hasMessageContaining("does not fit");
      assertThat(chat.messages()).hasSize(1);
      try (AnswerStream stream = chat.stream("on")) {
        assertThatThrownBy(() -> chat.ask("and")).isInstanceOf(IllegalStateException.class);
        stream.cancel();
        while (stream.hasNext()) {
          var _ = stream.next();
        }
      }
      assertThat(chat.messages().size()).isIn(1, 3);
      chat.reset();
      assertThat(chat.messages()).containsExactly(new Message.Instruction("be brief"));
      // Whoever stops listening has asked nothing.
      chat.stream("on").close();
      assertThat(chat.messages()).hasSize(1);
    }
  }
}
