package sirocco.langchain4j;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import sirocco.AnswerStream;
import sirocco.Form;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.ToolUse;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;
import sirocco.text.Message.Tool;
import sirocco.text.ToolCalls;

/// LangChain4j's requests as [Prompt]s.
final class Asking {
  private Asking() {}

  /// Begins to answer a request.
  ///
  /// @throws dev.langchain4j.exception.LangChain4jException for what cannot be done
  static AnswerStream stream(LanguageModel model, ChatRequest request) {
    try {
      return model.stream(prompt(model, request));
    } catch (RuntimeException e) {
      throw Failures.beforeAnswer(e);
    }
  }

  /// The prompt that asks for what a request asks for.
  static Prompt prompt(LanguageModel model, ChatRequest request) {
    ChatRequestParameters parameters = request.parameters();
    ToolUse tools = tools(parameters);
    Form form = form(parameters.responseFormat());
    List<Message> conversation = Conversations.of(request.messages());
    Prompt prompt =
        Prompt.of(spellsCalls(model) ? conversation : Conversations.answered(conversation))
            .sampling(builder -> sampling(builder, parameters))
            .tools(tools)
            .form(form)
            .adapter(adapter(model, parameters.modelName()));
    return parameters instanceof SiroccoChatRequestParameters own && own.seed() != null
        ? prompt.seed(own.seed())
        : prompt;
  }

  /// The adapter that a name stands for; none if it is the model's own, or there is no name.
  ///
  /// @throws ModelNotFoundException if it is no name of this model's
  static Optional<String> adapter(LanguageModel model, @Nullable String name) {
    if (name == null || name.equals(model.name())) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(List.of(model.name()));
    names.addAll(model.engine().options().adapters().keySet());
    if (!names.contains(name)) {
      throw new ModelNotFoundException(
          "no model is named '%s', there is %s".formatted(name, String.join(", ", names)));
    }
    return Optional.of(name);
  }

  private static SamplingSettings.Builder sampling(
      SamplingSettings.Builder builder, ChatRequestParameters parameters) {
    set(parameters.temperature(), builder::temperature);
    set(parameters.topP(), builder::topP);
    set(parameters.topK(), builder::topK);
    set(parameters.frequencyPenalty(), builder::frequencyPenalty);
    set(parameters.presencePenalty(), builder::presencePenalty);
    set(parameters.maxOutputTokens(), builder::maxTokens);
    List<String> stop = parameters.stopSequences();
    set(stop == null || stop.isEmpty() ? null : stop, builder::stop);
    if (parameters instanceof SiroccoChatRequestParameters own) {
      set(own.minP(), builder::minP);
      set(own.repetitionPenalty(), builder::repetitionPenalty);
    }
    return builder;
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  private static ToolUse tools(ChatRequestParameters parameters) {
    List<ToolSpecification> named = parameters.toolSpecifications();
    List<ToolSpecification> all = named == null ? List.of() : named;
    ToolUse.Choice chosen = choice(parameters.toolChoice());
    boolean parallel =
        !(parameters instanceof SiroccoChatRequestParameters own
            && Boolean.FALSE.equals(own.parallelToolCalls()));
    boolean strict = all.stream().noneMatch(tool -> Boolean.FALSE.equals(tool.strict()));
    return new ToolUse(all.stream().map(Asking::tool).toList(), chosen, parallel, strict);
  }

  private static ToolUse.Choice choice(@Nullable ToolChoice choice) {
    return switch (choice) {
      case null -> new ToolUse.Choice.Auto();
      case AUTO -> new ToolUse.Choice.Auto();
      case REQUIRED -> new ToolUse.Choice.Required();
      case NONE -> new ToolUse.Choice.None();
    };
  }

  private static Tool tool(ToolSpecification specification) {
    String description = specification.description();
    return new Tool(
        specification.name(),
        description == null ? "" : description,
        Schemas.arguments(specification.parameters()));
  }

  private static Form form(@Nullable ResponseFormat format) {
    if (format == null || format.type() != ResponseFormatType.JSON) {
      return new Form.Free();
    }
    return format.jsonSchema() == null || format.jsonSchema().rootElement() == null
        ? new Form.Json()
        : new Form.JsonSchema(Schemas.json(format.jsonSchema().rootElement()));
  }

  /// Whether the model's chat format has no tools, so that calls are spelled out in its text.
  private static boolean spellsCalls(LanguageModel model) {
    return model.engine().tokenizer().filter(t -> ToolCalls.token(t).isPresent()).isEmpty();
  }
}
