package sirocco.spring;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import sirocco.LanguageModel;

/// The chat model, unless `spring.ai.model.chat` names another one or none.
@AutoConfiguration(after = SiroccoAutoConfiguration.class)
@ConditionalOnProperty(
    name = SpringAIModelProperties.CHAT_MODEL,
    havingValue = SiroccoChatModel.PROVIDER,
    matchIfMissing = true)
@EnableConfigurationProperties(SiroccoChatProperties.class)
public final class SiroccoChatAutoConfiguration {

  /// The chat model, with the options of `spring.ai.sirocco.chat`.
  ///
  /// @throws UnusablePropertyException if an option makes no sense
  @Bean
  @ConditionalOnMissingBean
  public SiroccoChatModel siroccoChatModel(
      LanguageModel model,
      SiroccoChatProperties properties,
      ObjectProvider<ObservationRegistry> observations,
      ObjectProvider<ChatModelObservationConvention> convention) {
    try {
      return new SiroccoChatModel(
          model,
          properties.toOptions(),
          observations.getIfUnique(() -> ObservationRegistry.NOOP),
          convention.getIfAvailable(DefaultChatModelObservationConvention::new));
    } catch (IllegalArgumentException e) {
      throw new UnusablePropertyException(
          "spring.ai.sirocco.chat", String.valueOf(e.getMessage()), e);
    }
  }
}
