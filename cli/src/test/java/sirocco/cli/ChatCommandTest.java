package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.LanguageModel;
import sirocco.Sirocco;
import sirocco.engine.SamplingSettings;
import sirocco.testkit.Configs;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ChatCommandTest {
  @TempDir private static Path folder = Path.of("");
  @TempDir private Path work = Path.of("");
  private static String model = "";

  @BeforeAll
  static void model() {
    model = CommandRun.model(folder, Configs.mixtral(5, 2));
  }

  @Test
  void aPipeIsAnsweredLineByLine() throws IOException {
    Path file = work.resolve("saved.json");
    CommandRun run =
        chat(
            "is it here\n\n/system in the end\nand then \\\nthis\n/save " + file + "\n/exit\nno\n");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSizeGreaterThanOrEqualTo(2);
    JsonNode messages = JsonMapper.shared().readTree(Files.readString(file)).at("/messages");
    assertThat(messages.findValuesAsString("role"))
        .containsExactly("system", "user", "assistant", "user", "assistant");
    assertThat(messages.findValuesAsString("content"))
        .contains("in the end", "is it here", "and then \nthis");
  }

  @Test
  void resetForgets() throws IOException {
    Path file = work.resolve("saved.json");
    chat("is it here\n/reset\nno\n/save " + file + "\n");
    assertThat(Files.readString(file)).doesNotContain("is it here").contains("\"no\"");
  }

  @Test
  void mistakesAreToldAndTheChatGoesOn() {
    CommandRun run = chat("/nope\n/save\n/save " + folder + "\nhere\n");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("sirocco: there is no /nope")
        .contains("sirocco: /save needs the name of a file")
        .contains("cannot be written");
    assertThat(run.out()).isNotBlank();
  }

  @Test
  void aQuestionThatDoesNotFitIsForgotten() {
    CommandRun run = chat("x".repeat(300) + "\nhere\n");
    assertThat(run.err()).contains("does not fit the context of 256");
    assertThat(run.out()).isNotBlank();
  }

  /// An answer of this model is short: on a busy machine it may be done before it is stopped.
  @Test
  void anAnswerThatIsStoppedStaysInTheConversation() {
    try (LanguageModel loaded = Sirocco.load(folder);
        Speaker speaker = new EngineSpeaker(loaded, SamplingSettings.greedy())) {
      Chat chat = new Chat(speaker, Optional.empty());
      List<Speaker.End> ends = new ArrayList<>();
      while (!ends.contains(Speaker.End.CANCELLED) && ends.size() < 50) {
        chat.reset();
        Speaker.Spoken spoken = chat.ask("is it here", text -> chat.cancel());
        ends.add(spoken.end());
        assertThat(spoken.tokens()).isPositive();
      }
      assertThat(ends).contains(Speaker.End.CANCELLED);
      assertThat(chat.toJson()).contains("assistant");
    }
  }

  @Test
  void severalLinesAreOne() {
    assertThat(said("one")).containsExactly("one");
    assertThat(said("one\\", "two\\", "three", "four")).containsExactly("one\ntwo\nthree", "four");
    assertThat(said("\"\"\"", "one", "two", "\"\"\"", "x")).containsExactly("one\ntwo", "x");
    assertThat(said("\"\"\"one", "two\"\"\"")).containsExactly("one\ntwo");
    assertThat(said("\"\"\"one\"\"\"")).containsExactly("one");
    assertThat(said("\"\"\"", "never closed")).containsExactly("never closed");
    assertThat(said("ends here\\")).containsExactly("ends here\n");
  }

  @Test
  void theHistoryLiesInTheStateFolder() {
    assertThat(ChatTerminal.historyFile(Map.of("XDG_STATE_HOME", work.toString())))
        .contains(work.resolve("sirocco").resolve("chat-history"));
    assertThat(work.resolve("sirocco")).isDirectory();
    assertThat(ChatTerminal.historyFile(Map.of("XDG_STATE_HOME", model + "/tokenizer.model")))
        .isEmpty();
  }

  private static List<String> said(String... lines) {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(lines));
    ChatInput input = new ChatInput(prompt -> Optional.ofNullable(left.poll()));
    List<String> all = new ArrayList<>();
    for (var next = input.next(); next.isPresent(); next = input.next()) {
      all.add(next.get());
    }
    return all;
  }

  private static CommandRun chat(String input) {
    return CommandRun.reading(
        input, "chat", "-m", model, "-n", "5", "--temperature", "0", "--prompt-format", "v1");
  }
}
