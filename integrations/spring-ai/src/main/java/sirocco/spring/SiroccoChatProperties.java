package sirocco.spring;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/// How answers are made where a prompt does not say. What is not set is as the model was loaded.
///
/// @param model The name of one of the adapters, to use it. Not set: the model without them.
/// @param temperature How freely tokens are drawn; 0 takes the likeliest each time. Not set: 0.7;
///   for the default model 0.3.
/// @param topP The likeliest tokens that together reach this probability are kept; 1 for all.
/// @param topK So many of the likeliest tokens are kept; 0 for all.
/// @param minP Tokens at least this fraction as likely as the likeliest are kept; 0 for all.
/// @param frequencyPenalty Taken from a token's logit for each time it was said.
/// @param presencePenalty Taken from a token's logit if it was said at all.
/// @param repetitionPenalty Divides the logits of tokens seen, the prompt's too; 1 for none.
/// @param maxTokens The most tokens of an answer. Not set: until the context is full.
/// @param stopSequences Texts that end an answer and are not part of it.
/// @param seed The start of the random source; the same seed gives the same answer. Not set:
///   another one each time.
/// @param parallelToolCalls Whether several tools may be called at once. Not set: true.
/// @param timeout How long an answer may take, waiting included. Not set: as long as it takes.
/// @param routing Whether answers tell, in their metadata, the experts of each token.
@ConfigurationProperties("spring.ai.sirocco.chat")
public record SiroccoChatProperties(
    @Nullable String model,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer topK,
    @Nullable Double minP,
    @Nullable Double frequencyPenalty,
    @Nullable Double presencePenalty,
    @Nullable Double repetitionPenalty,
    @Nullable Integer maxTokens,
    @Nullable List<String> stopSequences,
    @Nullable Long seed,
    @Nullable Boolean parallelToolCalls,
    @Nullable Duration timeout,
    @Nullable Boolean routing) {

  SiroccoChatOptions toOptions() {
    return SiroccoChatOptions.builder()
        .model(model)
        .temperature(temperature)
        .topP(topP)
        .topK(topK)
        .minP(minP)
        .frequencyPenalty(frequencyPenalty)
        .presencePenalty(presencePenalty)
        .repetitionPenalty(repetitionPenalty)
        .maxTokens(maxTokens)
        .stopSequences(stopSequences)
        .seed(seed)
        .parallelToolCalls(parallelToolCalls)
        .timeout(timeout)
        .routing(routing)
        .build();
  }
}
