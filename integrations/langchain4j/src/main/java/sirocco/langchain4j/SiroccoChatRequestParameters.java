package sirocco.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The parameters that every model of LangChain4j has, and Sirocco's own. What is null is as the
/// model was loaded.
///
/// ```java
/// var parameters = SiroccoChatRequestParameters.builder().temperature(0.2).seed(7L).build();
/// ```
public final class SiroccoChatRequestParameters extends DefaultChatRequestParameters {
  private final @Nullable Long seed;
  private final @Nullable Double minP;
  private final @Nullable Double repetitionPenalty;
  private final @Nullable Boolean parallelToolCalls;

  private SiroccoChatRequestParameters(Builder builder) {
    super(builder);
    seed = builder.seed;
    minP = builder.minP;
    repetitionPenalty = builder.repetitionPenalty;
    parallelToolCalls = builder.parallelToolCalls;
  }

  /// Nothing is set.
  public static Builder builder() {
    return new Builder();
  }

  /// The random source's start: the same seed, the same answer. Without it every answer draws its
  /// own.
  public @Nullable Long seed() {
    return seed;
  }

  /// Tokens less likely than so many times the likeliest are left out.
  public @Nullable Double minP() {
    return minP;
  }

  /// Above 1 makes tokens less likely that came before; 1 is off.
  public @Nullable Double repetitionPenalty() {
    return repetitionPenalty;
  }

  /// Whether one answer may call several tools; if not set it may.
  public @Nullable Boolean parallelToolCalls() {
    return parallelToolCalls;
  }

  @Override
  public ChatRequestParameters overrideWith(ChatRequestParameters that) {
    return builder().overrideWith(this).overrideWith(that).build();
  }

  @Override
  public ChatRequestParameters defaultedBy(ChatRequestParameters that) {
    return builder().overrideWith(that).overrideWith(this).build();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other)
        && other instanceof SiroccoChatRequestParameters that
        && Objects.equals(seed, that.seed)
        && Objects.equals(minP, that.minP)
        && Objects.equals(repetitionPenalty, that.repetitionPenalty)
        && Objects.equals(parallelToolCalls, that.parallelToolCalls);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), seed, minP, repetitionPenalty, parallelToolCalls);
  }

  @Override
  public String toString() {
    return ("SiroccoChatRequestParameters{%s, seed=%s, minP=%s, repetitionPenalty=%s,"
            + " parallelToolCalls=%s}")
        .formatted(super.toString(), seed, minP, repetitionPenalty, parallelToolCalls);
  }

  /// Collects the fields of [SiroccoChatRequestParameters]. They are checked when a model is asked.
  public static final class Builder extends DefaultChatRequestParameters.Builder<Builder> {
    private @Nullable Long seed;
    private @Nullable Double minP;
    private @Nullable Double repetitionPenalty;
    private @Nullable Boolean parallelToolCalls;

    private Builder() {}

    @Override
    public Builder overrideWith(ChatRequestParameters parameters) {
      super.overrideWith(parameters);
      if (parameters instanceof SiroccoChatRequestParameters own) {
        seed = own.seed == null ? seed : own.seed;
        minP = own.minP == null ? minP : own.minP;
        repetitionPenalty =
            own.repetitionPenalty == null ? repetitionPenalty : own.repetitionPenalty;
        parallelToolCalls =
            own.parallelToolCalls == null ? parallelToolCalls : own.parallelToolCalls;
      }
      return this;
    }

    public Builder seed(@Nullable Long value) {
      seed = value;
      return this;
    }

    public Builder minP(@Nullable Double value) {
      minP = value;
      return this;
    }

    public Builder repetitionPenalty(@Nullable Double value) {
      repetitionPenalty = value;
      return this;
    }

    public Builder parallelToolCalls(@Nullable Boolean value) {
      parallelToolCalls = value;
      return this;
    }

    @Override
    public SiroccoChatRequestParameters build() {
      return new SiroccoChatRequestParameters(this);
    }
  }
}
