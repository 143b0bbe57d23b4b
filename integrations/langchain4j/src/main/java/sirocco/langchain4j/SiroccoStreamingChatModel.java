package sirocco.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.List;
import java.util.Set;
import sirocco.LanguageModel;

/// A [LanguageModel] as LangChain4j's streaming chat model, for any number of threads. Each answer
/// has a virtual thread of its own, on which its handler is told of everything; a slow handler
/// keeps nobody else waiting.
///
/// A handler's context has a handle to cancel by. After that the handler is told nothing more, not
/// even that the answer is complete, and the model goes on with others at its next pass. What a
/// handler throws is told to its `onError`, and the answer goes on, as LangChain4j has it. What
/// goes wrong with the answer itself is told to `onError` once, as its last.
public final class SiroccoStreamingChatModel implements StreamingChatModel, AutoCloseable {
  private final HeldModel held;
  private final ChatRequestParameters parameters;
  private final List<ChatModelListener> listeners;

  private SiroccoStreamingChatModel(ChatModelBuilder.Settings settings) {
    held = settings.held();
    parameters = settings.parameters();
    listeners = settings.listeners();
  }

  /// Begins to describe one.
  public static Builder builder() {
    return new Builder();
  }

  /// Returns at once. The handler is told of exceptions like those of [SiroccoChatModel#doChat].
  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    Thread.ofVirtual().name("sirocco-answer").start(new ToldAnswer(held.model(), request, handler));
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

  /// Closes the model if it was loaded for this; answers under way end with an error.
  @Override
  public void close() {
    held.close();
  }

  /// Makes a [SiroccoStreamingChatModel].
  public static final class Builder extends ChatModelBuilder<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /// The model.
    ///
    /// @throws RuntimeException as [SiroccoChatModel.Builder#build]
    public SiroccoStreamingChatModel build() {
      return new SiroccoStreamingChatModel(settings());
    }
  }
}
