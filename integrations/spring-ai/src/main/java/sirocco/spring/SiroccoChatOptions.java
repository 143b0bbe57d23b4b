package sirocco.spring;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.model.tool.DefaultToolCallingChatOptions;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import sirocco.Form;
import sirocco.ToolUse;

/// How one answer is made. What is null is as the model was loaded.
///
/// Options of a prompt take the place of the chat model's own, as a whole, as with all models of
/// Spring AI 2; a `ChatClient` adds its options to those of the model.
///
/// ```java
/// var options = SiroccoChatOptions.builder().temperature(0.0).maxTokens(60).seed(7L).build();
/// ```
public final class SiroccoChatOptions extends DefaultToolCallingChatOptions
    implements StructuredOutputChatOptions {
  private final @Nullable Double minP;
  private final @Nullable Double repetitionPenalty;
  private final @Nullable Long seed;
  private final @Nullable Form form;
  private final ToolUse.@Nullable Choice toolChoice;
  private final @Nullable Boolean parallelToolCalls;
  private final @Nullable Duration timeout;
  private final @Nullable Boolean routing;

  /// @param from has what the other options have not
  private SiroccoChatOptions(Builder from, DefaultToolCallingChatOptions common) {
    super(
        common.getToolCallbacks(),
        common.getToolContext(),
        common.getModel(),
        common.getFrequencyPenalty(),
        common.getMaxTokens(),
        common.getPresencePenalty(),
        common.getStopSequences(),
        common.getTemperature(),
        common.getTopK(),
        common.getTopP());
    this.minP = from.minP;
    this.repetitionPenalty = from.repetitionPenalty;
    this.seed = from.seed;
    this.form = from.form;
    this.toolChoice = from.toolChoice;
    this.parallelToolCalls = from.parallelToolCalls;
    this.timeout = from.timeout;
    this.routing = from.routing;
  }

  /// Options with nothing set.
  public static Builder builder() {
    return new Builder();
  }

  /// Options of any kind as these; they are not joined with others.
  static SiroccoChatOptions of(ChatOptions options) {
    if (options instanceof SiroccoChatOptions ours) {
      return ours;
    }
    Builder builder =
        builder()
            .model(options.getModel())
            .frequencyPenalty(options.getFrequencyPenalty())
            .maxTokens(options.getMaxTokens())
            .presencePenalty(options.getPresencePenalty())
            .stopSequences(options.getStopSequences())
            .temperature(options.getTemperature())
            .topK(options.getTopK())
            .topP(options.getTopP());
    if (options instanceof ToolCallingChatOptions calling) {
      builder.toolCallbacks(calling.getToolCallbacks()).toolContext(calling.getToolContext());
    }
    if (options instanceof StructuredOutputChatOptions structured) {
      builder.outputSchema(structured.getOutputSchema());
    }
    return builder.build();
  }

  /// Tokens at least this fraction as likely as the likeliest are kept.
  public @Nullable Double getMinP() {
    return minP;
  }

  /// What the logits of tokens seen are divided by; 1 for nothing.
  public @Nullable Double getRepetitionPenalty() {
    return repetitionPenalty;
  }

  /// The start of the random source; the same seed gives the same answer.
  public @Nullable Long getSeed() {
    return seed;
  }

  /// What the answer's text is held to.
  public @Nullable Form getForm() {
    return form;
  }

  /// The JSON schema that the answer is held to, if its form is one.
  @Override
  public @Nullable String getOutputSchema() {
    return form instanceof Form.JsonSchema(String schema) ? schema : null;
  }

  /// Whether a tool must be called; as the model likes if not set.
  public ToolUse.@Nullable Choice getToolChoice() {
    return toolChoice;
  }

  /// Whether several tools may be called at once; true if not set.
  public @Nullable Boolean getParallelToolCalls() {
    return parallelToolCalls;
  }

  /// How long an answer may take, waiting included.
  public @Nullable Duration getTimeout() {
    return timeout;
  }

  /// Whether the experts of each token are told: [SiroccoChatModel#ROUTING].
  public @Nullable Boolean getRouting() {
    return routing;
  }

  @Override
  public Builder mutate() {
    return new Builder()
        .model(getModel())
        .frequencyPenalty(getFrequencyPenalty())
        .maxTokens(getMaxTokens())
        .presencePenalty(getPresencePenalty())
        .stopSequences(getStopSequences())
        .temperature(getTemperature())
        .topK(getTopK())
        .topP(getTopP())
        .toolCallbacks(getToolCallbacks())
        .toolContext(getToolContext())
        .minP(minP)
        .repetitionPenalty(repetitionPenalty)
        .seed(seed)
        .form(form)
        .toolChoice(toolChoice)
        .parallelToolCalls(parallelToolCalls)
        .timeout(timeout)
        .routing(routing);
  }

  private List<@Nullable Object> own() {
    return Arrays.asList(
        minP, repetitionPenalty, seed, form, toolChoice, parallelToolCalls, timeout, routing);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SiroccoChatOptions that
        && super.equals(other)
        && own().equals(that.own());
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + own().hashCode();
  }

  /// Collects the options.
  public static final class Builder extends DefaultToolCallingChatOptions.Builder<Builder>
      implements StructuredOutputChatOptions.Builder<Builder> {
    private @Nullable Double minP;
    private @Nullable Double repetitionPenalty;
    private @Nullable Long seed;
    private @Nullable Form form;
    private ToolUse.@Nullable Choice toolChoice;
    private @Nullable Boolean parallelToolCalls;
    private @Nullable Duration timeout;
    private @Nullable Boolean routing;

    private Builder() {}

    /// See [SiroccoChatOptions#getMinP].
    public Builder minP(@Nullable Double value) {
      minP = value;
      return this;
    }

    /// See [SiroccoChatOptions#getRepetitionPenalty].
    public Builder repetitionPenalty(@Nullable Double value) {
      repetitionPenalty = value;
      return this;
    }

    /// See [SiroccoChatOptions#getSeed].
    public Builder seed(@Nullable Long value) {
      seed = value;
      return this;
    }

    /// See [SiroccoChatOptions#getForm]; takes the place of a schema.
    public Builder form(@Nullable Form value) {
      form = value;
      return this;
    }

    /// A JSON schema as text; takes the place of another form.
    @Override
    public Builder outputSchema(@Nullable String value) {
      form = value == null ? null : new Form.JsonSchema(value);
      return this;
    }

    /// See [SiroccoChatOptions#getToolChoice].
    public Builder toolChoice(ToolUse.@Nullable Choice value) {
      toolChoice = value;
      return this;
    }

    /// See [SiroccoChatOptions#getParallelToolCalls].
    public Builder parallelToolCalls(@Nullable Boolean value) {
      parallelToolCalls = value;
      return this;
    }

    /// See [SiroccoChatOptions#getTimeout].
    public Builder timeout(@Nullable Duration value) {
      timeout = value;
      return this;
    }

    /// See [SiroccoChatOptions#getRouting].
    public Builder routing(@Nullable Boolean value) {
      routing = value;
      return this;
    }

    /// Takes over what the other has set; its stop texts and tools come on top.
    @Override
    public Builder combineWith(ChatOptions.Builder<?> other) {
      super.combineWith(other);
      if (other instanceof Builder that) {
        minP = that.minP == null ? minP : that.minP;
        repetitionPenalty =
            that.repetitionPenalty == null ? repetitionPenalty : that.repetitionPenalty;
        seed = that.seed == null ? seed : that.seed;
        form = that.form == null ? form : that.form;
        toolChoice = that.toolChoice == null ? toolChoice : that.toolChoice;
        parallelToolCalls =
            that.parallelToolCalls == null ? parallelToolCalls : that.parallelToolCalls;
        timeout = that.timeout == null ? timeout : that.timeout;
        routing = that.routing == null ? routing : that.routing;
      } else if (other instanceof StructuredOutputChatOptions.Builder<?>
          && other.build() instanceof StructuredOutputChatOptions that
          && that.getOutputSchema() != null) {
        outputSchema(that.getOutputSchema());
      }
      return this;
    }

    @Override
    public SiroccoChatOptions build() {
      return new SiroccoChatOptions(this, (DefaultToolCallingChatOptions) super.build());
    }
  }
}
