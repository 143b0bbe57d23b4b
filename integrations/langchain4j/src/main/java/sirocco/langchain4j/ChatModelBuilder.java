package sirocco.langchain4j;

import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sirocco.LanguageModel;
import sirocco.LoadOptions;

/// What the builders of both chat models have in common: the model, or the path to one, and what
/// holds where a request does not say.
///
/// @param <B> the builder itself
public abstract sealed class ChatModelBuilder<B extends ChatModelBuilder<B>>
    permits SiroccoChatModel.Builder, SiroccoStreamingChatModel.Builder {
  private final ModelSource source = new ModelSource();
  private ChatRequestParameters parameters = DefaultChatRequestParameters.EMPTY;
  private List<ChatModelListener> listeners = List.of();

  ChatModelBuilder() {}

  /// A model that others may use too. It stays the caller's to close.
  public B model(LanguageModel value) {
    source.model = Optional.of(value);
    return self();
  }

  /// A model to load, in this place of [#model]; closing what is built closes it.
  public B path(Path value) {
    source.path = Optional.of(value);
    return self();
  }

  /// How the model at [#path] is loaded.
  public B loadOptions(LoadOptions value) {
    source.options = value;
    return self();
  }

  /// What holds where a request does not say; [SiroccoChatRequestParameters] has more.
  public B defaultRequestParameters(ChatRequestParameters value) {
    parameters = value;
    return self();
  }

  /// Who is told of requests, responses and errors.
  public B listeners(List<ChatModelListener> value) {
    listeners = List.copyOf(value);
    return self();
  }

  /// The same.
  public B listeners(ChatModelListener... value) {
    return listeners(List.of(value));
  }

  abstract B self();

  /// What was set, with the model loaded.
  final Settings settings() {
    HeldModel held = source.open();
    try {
      Asking.adapter(held.model(), parameters.modelName());
      ChatRequestParameters all =
          SiroccoChatRequestParameters.builder()
              .modelName(held.model().name())
              .overrideWith(parameters)
              .build();
      return new Settings(held, all, listeners);
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /// @param parameters the model's name among them
  record Settings(
      HeldModel held, ChatRequestParameters parameters, List<ChatModelListener> listeners) {}
}
