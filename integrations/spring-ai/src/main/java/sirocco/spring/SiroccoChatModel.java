package sirocco.spring;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;
import sirocco.Answer;
import sirocco.AnswerStream;
import sirocco.Event;
import sirocco.LanguageModel;

/// A model in this process as Spring AI's chat model. Any number of threads may ask it at once.
///
/// Tools are not run here: their calls are in the answer, and a `ChatClient` runs them. An answer
/// that was cut off ends with the reason `LENGTH`.
///
/// ```java
/// var chat = new SiroccoChatModel(model);
/// System.out.println(chat.call("What is 47 + 38?"));
/// ```
public class SiroccoChatModel implements ChatModel {
  /// The name under which it is observed, and by which `spring.ai.model.chat` chooses it.
  public static final String PROVIDER = "sirocco";

  /// Where the metadata of an answer has the experts of each token, a list of
  /// [sirocco.engine.RoutedToken], if [SiroccoChatOptions#getRouting] asked for them. In a stream
  /// they come with the last piece.
  public static final String ROUTING = "routing";

  private static final ChatModelObservationConvention USUAL =
      new DefaultChatModelObservationConvention();

  private final LanguageModel model;
  private final SiroccoChatOptions options;
  private final ObservationRegistry observations;
  private final ChatModelObservationConvention convention;
  // Whoever reads an answer waits for its tokens most of the time: a virtual thread each.
  private final Scheduler threads =
      Schedulers.fromExecutor(
          task -> {
            var _ = Thread.ofVirtual().name("sirocco-answer").start(task);
          },
          true);

  /// Answers as the model was loaded to, and is not observed.
  ///
  /// @param model stays the caller's
  public SiroccoChatModel(LanguageModel model) {
    this(model, SiroccoChatOptions.builder().build(), ObservationRegistry.NOOP);
  }

  /// Answers with options of its own.
  ///
  /// @param options where a prompt has none
  /// @throws IllegalArgumentException naming the option that makes no sense
  public SiroccoChatModel(
      LanguageModel model, SiroccoChatOptions options, ObservationRegistry observations) {
    this(model, options, observations, USUAL);
  }

  /// The same, described to those who observe by a convention of the caller's.
  ///
  /// @param convention how answers are named and described to those who observe
  public SiroccoChatModel(
      LanguageModel model,
      SiroccoChatOptions options,
      ObservationRegistry observations,
      ChatModelObservationConvention convention) {
    this.model = model;
    this.options = named(options);
    this.observations = observations;
    this.convention = convention;
    var _ = Questions.adapter(model, options.getModel());
    var _ = Questions.sampling(model.sampling().toBuilder(), options).build();
  }

  /// What is used where a prompt has no options.
  @Override
  public ChatOptions getOptions() {
    return options;
  }

  /// Answers; waits until it is done.
  ///
  /// @throws IllegalArgumentException naming the message or option that makes no sense
  /// @throws RuntimeException as [LanguageModel#generate(sirocco.Prompt)]
  @Override
  public ChatResponse call(Prompt prompt) {
    Asked asked = ask(prompt, false);
    ChatResponse response =
        asked
            .observation()
            .observe(() -> {
              ChatResponse whole = asked.answers().whole(model.generate(asked.question()));
              asked.context().setResponse(whole);
              return whole;
            });
    return Objects.requireNonNull(response);
  }

  /// Answers in pieces of text; a last piece without text has the calls of tools, the reason why it
  /// ended and the counts. The model begins when somebody subscribes, and stops when the
  /// subscription is cancelled. Pieces that nobody has asked for wait.
  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return Flux.deferContextual(context -> stream(prompt, context)).subscribeOn(threads);
  }

  private Flux<ChatResponse> stream(Prompt prompt, ContextView context) {
    Asked asked = ask(prompt, true);
    Observation observation = asked.observation();
    observation.parentObservation(context.getOrDefault(ObservationThreadLocalAccessor.KEY, null));
    observation.start();
    AnswerStream stream;
    try {
      stream = model.stream(asked.question());
    } catch (RuntimeException | Error e) {
      observation.error(e);
      observation.stop();
      throw e;
    }
    // A cancel may come while the end is told, and an observation must not end twice.
    var observing = new AtomicBoolean(true);
    Runnable over =
        () -> {
          if (observing.getAndSet(false)) {
            observation.stop();
          }
        };
    // Over before the subscriber hears of the end, who may look at what was observed then.
    return Flux.<ChatResponse>generate(sink -> tell(stream, asked, sink))
        .doOnCancel(stream::cancel)
        .doOnCancel(over)
        .doOnError(observation::error)
        .doOnTerminate(over)
        .contextWrite(c -> c.put(ObservationThreadLocalAccessor.KEY, observation));
  }

  /// Waits for the next thing to tell.
  private static void tell(AnswerStream stream, Asked asked, SynchronousSink<ChatResponse> sink) {
    while (stream.hasNext()) {
      switch (stream.next()) {
        case Event.Text(String text) -> {
          sink.next(asked.answers().piece(text));
          return;
        }
        case Event.Done(Answer answer) -> {
          asked.context().setResponse(asked.answers().whole(answer));
          sink.next(asked.answers().last(answer));
        }
        // Told with the end, where they are whole.
        case Event.Token _, Event.Call _, Event.Routing _ -> {}
      }
    }
    sink.complete();
  }

  /// A prompt that is about to be answered.
  private record Asked(
      sirocco.Prompt question,
      Answers answers,
      ChatModelObservationContext context,
      Observation observation) {}

  private Asked ask(Prompt prompt, boolean streaming) {
    ChatOptions given = prompt.getOptions();
    SiroccoChatOptions chosen = given == null ? options : named(SiroccoChatOptions.of(given));
    sirocco.Prompt question = Questions.of(model, prompt.getInstructions(), chosen);
    var context =
        ChatModelObservationContext.builder()
            .prompt(prompt.mutate().chatOptions(chosen).build())
            .provider(PROVIDER)
            .streaming(streaming)
            .build();
    Observation observation =
        ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
            convention, USUAL, () -> context, observations);
    String name = Objects.requireNonNull(chosen.getModel());
    String id = UUID.randomUUID().toString();
    return new Asked(question, new Answers(id, name, question.routing()), context, observation);
  }

  /// The same options with the model's name, so that whoever observes sees it.
  private SiroccoChatOptions named(SiroccoChatOptions some) {
    return some.getModel() == null ? some.mutate().model(model.name()).build() : some;
  }
}
