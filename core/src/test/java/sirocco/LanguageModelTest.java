package sirocco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.binding.Bounds;
import sirocco.binding.Toolbox;
import sirocco.engine.EngineException;
import sirocco.engine.FinishReason;
import sirocco.engine.SamplingSettings;
import sirocco.engine.SchedulerStoppedException;
import sirocco.testkit.ToolModel;
import sirocco.text.Message;
import sirocco.text.Message.Tool;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What programs see of a model.
@Timeout(60)
class LanguageModelTest {
  private static final Tool ADD =
      new Tool(
          "add",
          "adds two numbers",
          """
          {"type": "object", "required": ["a", "b"], "properties":
           {"a": {"type": "integer", "minimum": 0, "maximum": 99},
            "b": {"type": "integer", "minimum": 0, "maximum": 99}}}\
          """);
  private static final Tool STOP =
      new Tool("stop", "", "{\"type\": \"object\", \"additionalProperties\": false}");

  private final LanguageModel model = LanguageModel.of(ToolModel.open(), LoadOptions.DEFAULT);

  @AfterEach
  void close() {
    model.close();
  }

  private static Prompt prompt(String question, int maxTokens) {
    return Prompt.of(question).seed(11).maxTokens(maxTokens);
  }

  /// Goes on until the context is full.
  private static Prompt endless(String question) {
    return Prompt.of(question).seed(11).sampling(s -> s.logitBias(Map.of(1, -1e6)));
  }

  private void awaitRunning(int count) throws InterruptedException {
    while (model.scheduler().status().running() < count) {
      Thread.sleep(1);
    }
  }

  @Test
  void answersAsTheEngineDoes() {
    var settings = SamplingSettings.builder().temperature(0.7).seed(11).maxTokens(40).build();
    List<Message> question = List.of(new Message.User("what is it"));
    var alone = model.engine().chat(question, settings, _ -> {});
    Answer answer = model.generate(prompt("what is it", 40));
    assertThat(answer.text()).isEqualTo(alone.text());
    assertThat(answer.completion().tokens()).isEqualTo(alone.tokens());
    assertThat(answer.usage().promptTokens()).isEqualTo(model.countTokens(Prompt.of(question)));
    assertThat(answer.message()).isEqualTo(new Message.Assistant(alone.text()));
  }

  @Test
  void goesOnWithTextsAndTokens() {
    Prompt text = Prompt.toContinue("once upon").seed(3).maxTokens(12);
    var ids = IntStream.of(model.engine().encode("once upon")).boxed().toList();
    Prompt same = text.content(new Prompt.Content.Ids(ids));
    assertThat(model.generate(text).text()).isEqualTo(model.generate(same).text()).isNotEmpty();
    assertThat(model.tokenize("abc")).hasSize(4);
    assertThat(model.detokenize(model.tokenize("abc"))).isEqualTo("abc");
  }

  @Test
  void drawsItsOwnNumbersWhereNoSeedIsNamed() {
    Prompt prompt = Prompt.of("say").sampling(s -> s.temperature(2)).maxTokens(20);
    assertThat(IntStream.range(0, 4).mapToObj(_ -> model.generate(prompt).text()).distinct())
        .hasSizeGreaterThan(1);
    assertThat(model.generate(prompt.seed(5)).text())
        .isEqualTo(model.generate(prompt.seed(5)).text());
  }

  @Test
  void tellsWhatHappensInOrder() {
    List<Event> events = new ArrayList<>();
    Answer answer = model.generate(prompt("tell me", 30).routing(true), events::add);
    StringBuilder text = new StringBuilder();
    int routed = 0;
    int tokens = 0;
    for (Event event : events) {
      switch (event) {
        case Event.Text(String piece) -> text.append(piece);
        case Event.Routing(var some) -> routed += some.size();
        case Event.Token _ -> tokens++;
        case Event.Call call -> throw new AssertionError(call);
        case Event.Done(Answer done) -> assertThat(done).isSameAs(answer);
      }
    }
    assertThat(events.getLast()).isInstanceOf(Event.Done.class);
    assertThat(text).hasToString(answer.text());
    assertThat(tokens)
        .isEqualTo(answer.usage().generatedTokens())
        .isEqualTo(answer.tokens().size());
    // The last token is fed to nobody.
    assertThat(routed).isEqualTo(answer.usage().promptTokens() + tokens - 1);
    assertThat(answer.routing()).hasSize(routed);
    assertThat(answer.routing().getFirst().layers()).isEqualTo(2);
    assertThat(answer.routing().getFirst().expert(1, 0)).isBetween(0, 4);
    assertThat(model.generate(prompt("tell me", 30)).routing()).isEmpty();
  }

  @Test
  void keepsToForms() {
    String schema =
        """
        {"type": "object", "required": ["n"], "properties":
         {"n": {"type": "integer", "minimum": 1, "maximum": 9}}}\
        """;
    JsonNode json = read(model.generate(prompt("n", 60).form(new Form.JsonSchema(schema))).text());
    assertThat(json.get("n").intValue()).isBetween(1, 9);
    assertThat(model.generate(prompt("n", 60).form(new Form.Regex("[ab]{3}"))).text())
        .matches("[ab]{3}");
    assertThat(model.generate(prompt("n", 60).form(new Form.Gbnf("root ::= \"yes\" | \"no\""))))
        .hasToString(model.generate(prompt("n", 60).form(new Form.Regex("yes|no"))).text());
  }

  private static JsonNode read(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void callsTools() {
    callsTools(model);
  }

  @Test
  void callsToolsWhereTheFormatHasNone() {
    try (var plain = LanguageModel.of(ToolModel.withoutTools(), LoadOptions.DEFAULT)) {
      callsTools(plain);
      Prompt both = prompt("n", 9).tools(List.of(ADD)).form(new Form.Regex("a+"));
      assertThatThrownBy(() -> plain.generate(both))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("leave one out");
    }
  }

  private static void callsTools(LanguageModel model) {
    ToolUse tools = new ToolUse(List.of(ADD, STOP), new ToolUse.Choice.Auto(), false, false);
    Prompt asked = prompt("add 4 and 5", 200);
    Answer one = model.generate(asked.tools(tools.choice(new ToolUse.Choice.Named("add"))));
    assertThat(one.calls()).hasSize(1);
    assertThat(one.calls().getFirst().name()).isEqualTo("add");
    JsonNode arguments = read(one.calls().getFirst().arguments());
    assertThat(arguments.get("a").intValue()).isBetween(0, 99);
    assertThat(one.text()).isEmpty();
    assertThat(one.finishReason()).isEqualTo(FinishReason.STOP);

    Answer any = model.generate(asked.tools(tools.choice(new ToolUse.Choice.Required())));
    assertThat(any.calls()).isNotEmpty().allMatch(c -> List.of("add", "stop").contains(c.name()));
    Answer none = model.generate(asked.tools(tools.choice(new ToolUse.Choice.None())));
    assertThat(none.calls()).isEmpty();
    assertThat(none.text()).isEqualTo(model.generate(asked).text());

    // What was called and what came of it goes on as a conversation.
    List<Message> talk = new ArrayList<>(List.of(new Message.User("add 4 and 5")));
    talk.add(one.message());
    talk.add(new Message.ToolResult(one.calls().getFirst().id(), "add", "9"));
    assertThat(model.generate(Prompt.of(talk).tools(tools).seed(2).maxTokens(8)).tokens())
        .isNotEmpty();
  }

  /// Calls what the model asks for, tells it the result, and goes on until it says something.
  @Test
  void runsTools() {
    List<Integer> asked = new ArrayList<>();
    Toolbox tools = Toolbox.of(new Doubling(asked));
    var once = new ToolUse(tools.tools(), new ToolUse.Choice.Required(), false, false);
    Prompt prompt =
        prompt("double it", 60).tools(once).sampling(s -> s.logitBias(Map.of(TOOL_CALLS, -1e6)));
    Answer answer = model.generate(prompt, tools);
    assertThat(asked).hasSize(1).allMatch(n -> n >= 1 && n <= 9);
    assertThat(answer.calls()).isEmpty();
    assertThat(answer.usage().promptTokens())
        .isGreaterThan(model.countTokens(prompt)); // the call and its result are in it
    try (ChatSession chat =
        model.chat(prompt.content(new Prompt.Content.Conversation(List.of())))) {
      chat.ask("double it", tools);
      assertThat(chat.messages())
          .extracting(Message::role)
          .containsExactly("user", "assistant", "tool", "assistant");
      boolean fails = asked.getLast() > 5;
      assertThat(chat.messages().get(2).content())
          .startsWith(fails ? "error: tool twice: " : "" + 2 * asked.getLast())
          .endsWith(fails ? "too large" : "" + 2 * asked.getLast());
    }
  }

  private static final int TOOL_CALLS = 4; // of ToolModel

  /// A tool that remembers what it was asked.
  static final class Doubling {
    private final List<Integer> asked;

    Doubling(List<Integer> asked) {
      this.asked = asked;
    }

    @sirocco.binding.Tool("doubles a number up to 5")
    int twice(@Bounds(min = 1, max = 9) int number) {
      asked.add(number);
      if (number > 5) {
        throw new IllegalArgumentException("too large");
      }
      return 2 * number;
    }
  }

  @Test
  void isCancelled() throws Exception {
    try (AnswerStream stream = model.stream(endless("go on"))) {
      assertThat(stream.next()).isNotNull();
      stream.cancel();
      Answer answer = stream.answer();
      assertThat(answer.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(answer.text()).isNotEmpty();
    }
    model.drain(Duration.ofSeconds(10));
    assertThat(model.scheduler().status().running()).isZero();
  }

  @Test
  void anInterruptedThreadCancels() throws Exception {
    var thrown = new CompletableFuture<Throwable>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                thrown.completeExceptionally(new AssertionError(model.generate(endless("go on"))));
              } catch (EngineException e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new Exception(e));
              }
            });
    awaitRunning(1);
    thread.interrupt();
    assertThat(thrown.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    model.drain(Duration.ofSeconds(20));
  }

  @Test
  void closeEndsWhatIsUnderWay() throws Exception {
    List<CompletableFuture<Answer>> waiting =
        IntStream.range(0, 6)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> model.generate(endless("go on").seed(i)), Thread::startVirtualThread))
            .toList();
    awaitRunning(6);
    Thread other = Thread.ofVirtual().start(model::close);
    model.close();
    assertThat(other.join(Duration.ofSeconds(20))).isTrue();
    for (CompletableFuture<Answer> one : waiting) {
      assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(SchedulerStoppedException.class);
    }
    assertThatThrownBy(() -> model.generate("more")).isInstanceOf(SchedulerStoppedException.class);
    assertThatThrownBy(() -> model.embed("more")).isInstanceOf(SchedulerStoppedException.class);
  }

  @Test
  void embedsTexts() {
    float[] one = model.embed("the sun");
    double length = 0;
    for (float x : one) {
      length += x * x;
    }
    assertThat(length).isEqualTo(1, within(1e-5));
    assertThat(model.embed("the sun")).isEqualTo(one);
    assertThat(model.embed("a bird")).isNotEqualTo(one);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> model.generate(Prompt.of("a".repeat(5000))))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("does not fit the context of 2048");
    assertThatThrownBy(() -> model.generate(prompt("a", 4).adapter(Optional.of("x"))))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("no adapter is named 'x'");
    assertThatThrownBy(() -> model.generate(Prompt.of("a").sampling(s -> s.topP(7))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("top_p");
    assertThatThrownBy(() -> ToolUse.NONE.choice(new ToolUse.Choice.Required()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> model.chat(Prompt.toContinue("once")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
