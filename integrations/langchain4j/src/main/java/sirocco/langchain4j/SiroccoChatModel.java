package sirocco.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import java.util.Set;
import sirocco.AnswerStream;
import sirocco.LanguageModel;

/// A [LanguageModel] as LangChain4j's chat model, for any number of threads.
///
/// ```java
/// try (var model = SiroccoChatModel.builder().path(Path.of("models/mixtral")).build()) {
///   System.out.println(model.chat("What is a mixture of experts?"));
/// }
/// ```
///
/// Every parameter of a request holds for that request. What cannot be honoured is an
/// [dev.langchain4j.exception.UnsupportedFeatureException] that names it.
public final class SiroccoChatModel implements ChatModel, AutoCloseable {
  private final HeldModel held;
  private final ChatRequestParameters parameters;
  private final List<ChatModelListener> listeners;

  private SiroccoChatModel(ChatModelBuilder.Settings settings) {
    held = settings.held();
    parameters = settings.parameters();
    listeners = settings.listeners();
  }

  /// Begins to describe one.
  public static Builder builder() {
    return new Builder();
  }

  /// @throws dev.langchain4j.exception.InvalidRequestException if the conversation, or a parameter,
  ///   does not fit the model
  /// @throws dev.langchain4j.exception.UnsupportedFeatureException naming what cannot be honoured
  /// @throws dev.langchain4j.exception.ModelNotFoundException if the name is neither the model's
  ///   nor one of its adapters'
  /// @throws dev.langchain4j.exception.RateLimitException if too many others wait
  @Override
  public ChatResponse doChat(ChatRequest request) {
    try (AnswerStream stream = Asking.stream(held.model(), request)) {
      return Answers.response(held.model(), request, stream.answer());
    } catch (RuntimeException e) {
      throw Failures.inAnswer(held.model(), e);
    }
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return parameters;
  }

  @Override
  public List<ChatModelListener> listeners() {
    return listeners;
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }

  /// The model below.
  public LanguageModel model() {
    return held.model();
  }

  /// Closes the model if it was loaded for this.
  @Override
  public void close() {
    held.close();
  }

  /// Makes a [SiroccoChatModel].
  public static final class Builder extends ChatModelBuilder<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /// The model.
    ///
    /// @throws IllegalArgumentException unless there is either a model or a path
    /// @throws sirocco.checkpoint.CheckpointException if the path's files cannot be read
    /// @throws dev.langchain4j.exception.ModelNotFoundException if the default name is not known
    public SiroccoChatModel build() {
      return new SiroccoChatModel(settings());
    }
  }
}
